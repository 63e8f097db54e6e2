// What each page weighs in a real browser: until the network is idle without a touch, and again
// after the first interaction. Fails over the budgets in size-budget.json.
//
// A byte is counted when it crosses the wire: the DevTools protocol's `encodedDataLength` of a
// finished request is its response as it was transferred: the headers, and the body as it is
// compressed. What the browser sends is not counted.

import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { launchOptions } from "../chromium.js";
import { signUp, somebody } from "../tests/fixtures.js";

const baseURL = process.env.BASE_URL || "http://127.0.0.1:3000";

const forAnyone = [
  "/",
  "/signin",
  "/signin/link?userId=u&secret=s",
  "/signup",
  "/recover",
  "/recover/sent",
  "/recover/confirm?userId=u&secret=s",
  "/verify?userId=u&secret=s",
  "/signin/magic-url",
  "/signin/email-otp",
  "/signin/phone",
  "/nowhere",
];
const forSignedIn = [
  "/account",
  "/account/name",
  "/account/email",
  "/account/phone",
  "/account/phone/verify",
  "/account/password",
  "/account/security",
  "/account/security/totp",
  "/account/security/recovery-codes",
  "/account/sessions",
  "/account/identities",
  "/account/preferences",
  "/account/activity",
  "/account/deactivate",
  "/mfa/totp",
  "/mfa/recovery-code",
  "/signout",
];

/**
 * Whoever is at the site: how they got there, without a script, and the pages that they see. Not
 * here: /mfa, which only offers what the pages below it have, and /mfa/code, which is /mfa/totp with
 * another sentence and begins with a mail.
 */
const visitors = [
  { prepare: async () => {}, paths: forAnyone },
  { prepare: (page) => ask(page, "/signin/email-otp"), paths: ["/signin/code"] },
  { prepare: (page) => ask(page, "/signin/magic-url"), paths: ["/signin/sent"] },
  { prepare: beGuest, paths: ["/account/upgrade"] },
  { prepare: (page) => signUp(page, somebody()), paths: ["/account/confirm"] },
  { prepare: setUpAnApp, paths: forSignedIn },
];

async function ask(page, path) {
  await page.goto(path);
  await page.getByLabel("Email").fill(somebody().email);
  await page.getByRole("main").getByRole("button").click();
  await page.getByRole("link", { name: "Sign in another way" }).waitFor();
}

async function beGuest(page) {
  await page.goto("/signin");
  await page.getByRole("button", { name: "Continue as a guest" }).click();
  await page.waitForURL("**/account");
}

async function setUpAnApp(page) {
  const person = somebody();
  await signUp(page, person);
  await page.goto("/account/confirm?next=/account/security");
  await page.getByLabel("Your password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL("**/account/security");
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  await page.waitForURL(/\/account\/security\/totp\?flow=/);
}

/** What is timed from the first focus on. */
const timed = "/signin";
const tries = 5;

const kinds = ["document", "css", "js", "wasm", "other"];
const kindOfMime = {
  "text/css": "css",
  "text/javascript": "js",
  "application/javascript": "js",
  "application/wasm": "wasm",
};

/** How long nothing may be on its way for the network to count as idle: Playwright's measure. */
const quiet = 500;
/** When to give up, in milliseconds. */
const patience = 30_000;

/** Counts what a page transfers from now on. */
async function watch(page) {
  const bytes = Object.fromEntries(kinds.map((kind) => [kind, 0]));
  const kindOf = new Map();
  const onTheirWay = new Set();
  let changed = () => {};
  const session = await page.context().newCDPSession(page);
  session.on("Network.requestWillBeSent", ({ requestId, redirectResponse }) => {
    bytes.other += redirectResponse?.encodedDataLength ?? 0;
    onTheirWay.add(requestId);
    changed();
  });
  session.on("Network.responseReceived", ({ requestId, type, response }) => {
    const kind = type === "Document" ? "document" : kindOfMime[response.mimeType];
    kindOf.set(requestId, kind ?? "other");
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    bytes[kindOf.get(requestId) ?? "other"] += encodedDataLength;
    onTheirWay.delete(requestId);
    changed();
  });
  session.on("Network.loadingFailed", ({ requestId }) => {
    onTheirWay.delete(requestId);
    changed();
  });
  await session.send("Network.enable");
  return {
    /** Waits until the network is idle, and gives the bytes so far. */
    async untilIdle() {
      let idle;
      let late;
      await new Promise((resolve, reject) => {
        late = setTimeout(() => reject(new Error("the network does not become idle")), patience);
        changed = () => {
          clearTimeout(idle);
          if (onTheirWay.size === 0) idle = setTimeout(resolve, quiet);
        };
        changed();
      });
      clearTimeout(late);
      changed = () => {};
      const total = kinds.reduce((sum, kind) => sum + bytes[kind], 0);
      return { ...bytes, total };
    },
  };
}

/** Opens a page with an empty cache, and lets `use` have it once the network is idle. */
async function open(browser, { path, address = path, storageState }, use) {
  const context = await browser.newContext({ baseURL, storageState, serviceWorkers: "block" });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    const traffic = await watch(page);
    const response = await page.goto(address);
    if (response.request().redirectedFrom()) {
      throw new Error(`redirects to ${response.url().replace(baseURL, "")}`);
    }
    const expected = path === "/nowhere" ? 404 : 200;
    if (response.status() !== expected) {
      throw new Error(`answers ${response.status()} instead of ${expected}`);
    }
    const untouched = await traffic.untilIdle();
    return await use({ page, traffic, untouched });
  } finally {
    await context.close();
  }
}

/** The first thing in an island that a person can put the focus on, if there is one. */
async function firstField(page) {
  const fields = "input:not([type=hidden]), select, textarea, button, a[href]";
  return page.$(`leptos-island :is(${fields}):visible`);
}

/**
 * Focuses a field, and gives the milliseconds until its island is hydrated. Measured in the page,
 * so that the way to it and back does not count.
 */
async function hydrate(field) {
  return field.evaluate(
    (field, patience) =>
      new Promise((resolve, reject) => {
        const island = field.closest("leptos-island");
        const start = performance.now();
        const isHydrated = () => {
          if ("hydrated" in island.dataset) resolve(performance.now() - start);
        };
        new MutationObserver(isHydrated).observe(island, { attributes: true });
        setTimeout(() => reject(new Error("the island is not hydrated")), patience);
        field.focus();
        isHydrated();
      }),
    patience,
  );
}

/** Both weights of a page; the second is `null` where there is nothing to interact with. */
async function weigh(browser, place) {
  return open(browser, place, async ({ page, traffic, untouched }) => {
    const field = await firstField(page);
    if (field) {
      await hydrate(field);
      return { path: place.path, untouched, touched: await traffic.untilIdle() };
    }
    // A personal page has one line of script, which loads nothing.
    const loads = await page.evaluate(() =>
      [...document.scripts].some(({ src, textContent }) => src || textContent.includes("import(")),
    );
    if (loads || untouched.js + untouched.wasm > 0) {
      throw new Error("loads a script, but has nothing in an island to interact with");
    }
    return { path: place.path, untouched, touched: null };
  });
}

/** The milliseconds from the first focus to a hydrated island, on the page that is timed. */
async function time(browser) {
  return open(browser, { path: timed }, async ({ page }) => {
    const field = await firstField(page);
    if (!field) throw new Error("has nothing in an island to focus");
    return hydrate(field);
  });
}

/** The cookies of somebody who got there by real forms, without a script, and where they are. */
async function arrive(browser, prepare) {
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false });
  try {
    const page = await context.newPage();
    await prepare(page);
    return { storageState: await context.storageState(), url: page.url() };
  } finally {
    await context.close();
  }
}

const grouped = (number) => number.toLocaleString("en");

/** Lines with the first column flush left and the others flush right. */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (text, column) =>
    column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

function print(pages, milliseconds, median) {
  const heading = ["", ...kinds, "total", "|", "js+wasm", "total"];
  const rows = pages.map(({ path, untouched, touched }) => [
    path,
    ...[...kinds, "total"].map((kind) => grouped(untouched[kind])),
    "|",
    touched ? grouped(touched.js + touched.wasm) : "-",
    touched ? grouped(touched.total) : "-",
  ]);
  console.log("Bytes until the network is idle, without a touch | after the first interaction");
  console.log(table([heading, ...rows]));
  if (median !== null) {
    const all = milliseconds.map(Math.round).join(", ");
    console.log(`\n${timed}: hydrated ${Math.round(median)} ms after the first focus (${all})`);
  }
}

/** A line for every budget that is broken. */
function overBudget(budget, pages, median) {
  const lines = [];
  const check = (path, what, is, allowed, unit) => {
    if (is > allowed) {
      const over = `${grouped(is)} ${unit}, over the budget of ${grouped(allowed)}`;
      lines.push(`${path}: ${what} ${over}`);
    }
  };
  for (const { path, untouched, touched } of pages) {
    check(path, "without a touch", untouched.total, budget.page, "bytes");
    const code = touched ? touched.js + touched.wasm : 0;
    check(path, "JS and WASM after the first interaction", code, budget.interactive, "bytes");
  }
  check(timed, "hydrated after", Math.round(median ?? 0), budget.hydratedMs, "ms");
  return lines;
}

async function main() {
  const { values: options } = parseArgs({
    options: { json: { type: "string" }, "bytes-only": { type: "boolean" } },
  });
  const budget = JSON.parse(await readFile(new URL("size-budget.json", import.meta.url), "utf8"));
  const pages = [];
  const milliseconds = [];
  const broken = [];
  // A page that cannot be measured must not hide the others.
  const attempt = async (path, act) => {
    try {
      return await act();
    } catch (error) {
      broken.push(`${path}: ${error.message.split("\n")[0]}`);
    }
  };
  const browser = await chromium.launch(launchOptions);
  try {
    for (const { prepare, paths } of visitors) {
      await attempt(`the way to ${paths[0]}`, async () => {
        const { storageState, url } = await arrive(browser, prepare);
        // A page that continues a flow has the flow's ID in its address.
        const addressOf = (path) => (new URL(url).pathname === path ? url : path);
        // Side by side, since most of the time goes into waiting until nothing more comes.
        const weighed = paths.map((path) =>
          attempt(path, () => weigh(browser, { path, address: addressOf(path), storageState })),
        );
        pages.push(...(await Promise.all(weighed)).filter((page) => page !== undefined));
      });
    }
    // A test asserts no times: machines are noisy. Bytes are the same on all of them.
    await attempt(timed, async () => {
      while (!options["bytes-only"] && milliseconds.length < tries) {
        milliseconds.push(await time(browser));
      }
    });
  } finally {
    await browser.close();
  }
  const median =
    milliseconds.length === tries
      ? milliseconds.toSorted((a, b) => a - b)[Math.floor(tries / 2)]
      : null;
  print(pages, milliseconds, median);
  broken.push(...overBudget(budget, pages, median));
  if (options.json) {
    const result = { budget, pages, hydratedMs: { median, tries: milliseconds }, broken };
    await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  }
  if (broken.length > 0) {
    console.log(`\n${broken.join("\n")}`);
    process.exitCode = 1;
  }
}

await main();
