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
  { prepare: write25Notes, paths: ["/notes", "/notes/new"] },
];

async function ask(page, path) {
  await page.goto(path);
  await page.getByLabel("Email").fill(somebody().email);
  await page.getByRole("main").getByRole("button").click();
  await page.getByRole("link", { name: "Sign in another way" }).waitFor();
}

async function beGuest(page) {
  await page.goto("/");
  await page.getByRole("button", { name: "Try it as a guest" }).click();
  await page.waitForURL("**/account");
}

async function setUpAnApp(page) {
  const person = somebody();
  await signUp(page, person);
  // A number to verify.
  const { phone, password } = person;
  await page.request.post("/account/phone", { form: { phone, password }, maxRedirects: 0 });
  await page.goto("/account/confirm?next=/account/security");
  await page.getByLabel("Your password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL("**/account/security");
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  await page.waitForURL(/\/account\/security\/totp\?flow=/);
}

// notes: begin
async function write25Notes(page) {
  await signUp(page, somebody());
  const tags = ["work", "home", "shopping", ""];
  for (let number = 1; number <= 25; number += 1) {
    const title = `Something to do, number ${number}`;
    const due = number % 3 === 0 ? `2031-02-${String(number).padStart(2, "0")}` : "";
    const form = { title, text: "How to do it.", tag: tags[number % 4], due };
    await page.request.post("/notes/new", { form, maxRedirects: 0 });
  }
}
// notes: end

/** What is timed from the first focus on. */
const timed = "/signin";
const tries = 5;

/** What is timed until something is painted, and how to get there. */
const painted = [
  { path: "/signin", prepare: async () => {} },
  { path: "/account", prepare: (page) => signUp(page, somebody()) },
];
/** A slow phone on 4G, as the DevTools play one ("Slow 4G" and a processor four times slower). */
const slow4G = {
  offline: false,
  latency: 562.5,
  downloadThroughput: (1_440 * 1_000) / 8,
  uploadThroughput: (675 * 1_000) / 8,
};
const slowdown = 4;

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
 * Presses a key in a field, and gives the milliseconds until its island is hydrated. Measured in the page,
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
        // A page that opens with the focus in a field waits for more than that.
        field.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true }));
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

/**
 * The milliseconds until a slow phone with an empty cache has painted a page, and for how many of them, in
 * all, its main thread was busy.
 */
async function paint(browser, path, storageState) {
  const context = await browser.newContext({ baseURL, storageState, serviceWorkers: "block" });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", slow4G);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    await session.send("Performance.enable");
    await page.goto(path);
    const first = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const observer = new PerformanceObserver((list) => {
            const entry = list.getEntriesByName("first-contentful-paint")[0];
            if (entry) resolve(entry.startTime);
          });
          observer.observe({ type: "paint", buffered: true });
        }),
    );
    const { metrics } = await session.send("Performance.getMetrics");
    const { value } = metrics.find(({ name }) => name === "TaskDuration");
    return { first, busy: value * 1000 };
  } finally {
    await context.close();
  }
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

const medianOf = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

function print(pages, milliseconds, median, paints) {
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
  for (const { path, first, busy } of paints) {
    const main = `main thread busy for ${Math.round(busy)} ms`;
    console.log(`${path}: first paint on a slow phone after ${Math.round(first)} ms, ${main}`);
  }
}

/** A line for every budget that is broken. */
function overBudget(budget, pages, median, paints) {
  const lines = [];
  const check = (path, what, is, allowed, unit) => {
    if (is > allowed) {
      const over = `${grouped(is)} ${unit}, over the budget of ${grouped(allowed)}`;
      lines.push(`${path}: ${what} ${over}`);
    }
  };
  for (const { path, untouched, touched } of pages) {
    check(path, "without a touch", untouched.total, budget.pages[path] ?? budget.page, "bytes");
    const code = touched ? touched.js + touched.wasm : 0;
    check(path, "JS and WASM after the first interaction", code, budget.interactive, "bytes");
  }
  check(timed, "hydrated after", Math.round(median ?? 0), budget.hydratedMs, "ms");
  for (const { path, first, busy } of paints) {
    check(path, "first paint after", Math.round(first), budget.firstPaintMs, "ms");
    check(path, "main thread busy for", Math.round(busy), budget.mainThreadMs, "ms");
  }
  return lines;
}

async function main() {
  const { values: options } = parseArgs({
    options: { json: { type: "string" }, "bytes-only": { type: "boolean" } },
  });
  const budget = JSON.parse(await readFile(new URL("size-budget.json", import.meta.url), "utf8"));
  const pages = [];
  const milliseconds = [];
  const paints = [];
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
    // Side by side, since most of the time goes into waiting until nothing more comes.
    const weighed = visitors.map(({ prepare, paths }) =>
      attempt(`the way to ${paths[0]}`, async () => {
        const { storageState, url } = await arrive(browser, prepare);
        // A page that continues a flow has the flow's ID in its address.
        const addressOf = (path) => (new URL(url).pathname === path ? url : path);
        const weighAs = (path) => weigh(browser, { path, address: addressOf(path), storageState });
        return Promise.all(paths.map((path) => attempt(path, () => weighAs(path))));
      }),
    );
    pages.push(...(await Promise.all(weighed)).flat().filter((page) => page !== undefined));
    // A test asserts no times: machines are noisy. Bytes are the same on all of them.
    await attempt(timed, async () => {
      while (!options["bytes-only"] && milliseconds.length < tries) {
        milliseconds.push(await time(browser));
      }
    });
    for (const { path, prepare } of options["bytes-only"] ? [] : painted) {
      await attempt(path, async () => {
        const { storageState } = await arrive(browser, prepare);
        const all = [];
        while (all.length < tries) all.push(await paint(browser, path, storageState));
        const first = medianOf(all.map(({ first }) => first));
        paints.push({ path, first, busy: medianOf(all.map(({ busy }) => busy)) });
      });
    }
  } finally {
    await browser.close();
  }
  const median = milliseconds.length === tries ? medianOf(milliseconds) : null;
  print(pages, milliseconds, median, paints);
  broken.push(...overBudget(budget, pages, median, paints));
  if (options.json) {
    const result = { budget, pages, hydratedMs: { median, tries: milliseconds }, paints, broken };
    await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  }
  if (broken.length > 0) {
    console.log(`\n${broken.join("\n")}`);
    process.exitCode = 1;
  }
}

await main();
