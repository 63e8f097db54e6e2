// What every spec uses: pages that fail the test when the console shows an error, people, an inbox.

import { randomInt } from "node:crypto";
import { test as base, expect } from "@playwright/test";

export { expect };

/** A form that is refused is answered with a status that Chromium notes as a failed load. */
const expectedFailure = /Failed to load resource: .* status of (400|401|404|409|410|422|429|501|503)/;

/** Collects what a page complains of. */
function complaints(page) {
  const found = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !expectedFailure.test(message.text())) {
      found.push(message.text());
    }
  });
  page.on("pageerror", (error) => {
    // A transition between two pages that the browser gives up, as when one is left at once.
    if (!error.message.startsWith("Transition was")) found.push(error.message);
  });
  return found;
}

export const test = base.extend({
  // Each test comes from an address of its own, so that the app's limits for one do not meet
  // another.
  extraHTTPHeaders: async ({}, use) => {
    await use({ "X-Forwarded-For": ["10", ...digits(3, 1, 255)].join(".") });
  },

  page: async ({ page }, use) => {
    const found = complaints(page);
    await use(page);
    expect(found, "the console").toEqual([]);
  },

  /** Opens a page in another browser, as far as cookies go. */
  another: async ({ browser }, use) => {
    const opened = [];
    await use(async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      opened.push({ context, found: complaints(page) });
      return page;
    });
    for (const { context } of opened) await context.close();
    expect(opened.flatMap(({ found }) => found), "the other browser's console").toEqual([]);
  },

  inbox: async ({}, use) => {
    await use(new Inbox(process.env.INBOX_URL));
  },
});

// What the app that is tested offers. Who starts it by hand starts it with everything.
const list = (value) => value.split(",").map((name) => name.trim());
const methods = list(
  process.env.APPWRITE_METHODS || "password,magic-url,email-otp,phone,anonymous,oauth2",
);
const providers = list(process.env.APPWRITE_PROVIDERS ?? "github,google");
const inboxUrl = process.env.INBOX_URL || "";

/** Whether there is something that tests can need. */
export function has(what) {
  if (what === "inbox") return inboxUrl !== "";
  // The page that plays a provider belongs to the local Appwrite, and so does its inbox.
  if (what === "consent") return inboxUrl.includes("/_local/");
  return methods.includes(what) || (methods.includes("oauth2") && providers.includes(what));
}

const missing = {
  inbox: "no inbox: INBOX_URL is not set",
  consent: "no consent page: the Appwrite is not a local one",
};

/**
 * Skips the test, the group or the file it is called in unless all of this is there: a real project
 * may have a way in switched off, and no inbox that can be read. Against the local Appwrite, which
 * has everything, nothing is skipped.
 */
export function needs(...all) {
  // The reason is the project's: what it has switched off cannot be tested. It is named in the report.
  for (const what of all) test.skip(!has(what), missing[what] ?? `${what} is switched off`);
}

/** The emails and text messages that were sent. */
class Inbox {
  #url;
  #read = new Set();

  constructor(url) {
    this.#url = url;
  }

  /**
   * The newest message to an address or a number that was not read yet, once it is there:
   * `{ subject, text, link, code }`. What has neither a link nor a code, such as word of a new
   * session, is left aside.
   */
  async next(to, contains = "") {
    const url = this.#url
      .replace("{to}", encodeURIComponent(to))
      .replace("{contains}", encodeURIComponent(contains));
    let found;
    const look = async () => {
      const { messages } = await (await fetch(url)).json();
      found = messages.find(({ id, link, code }) => (link || code) && !this.#read.has(id));
      return found !== undefined;
    };
    await expect.poll(look, { message: `a message to ${to}`, timeout: 30_000 }).toBe(true);
    this.#read.add(found.id);
    const { subject, text, link, code } = found;
    return { subject, text, link, code };
  }
}

function digits(count, from, to) {
  return Array.from({ length: count }, () => randomInt(from, to));
}

/** Somebody who has no account yet. */
export function somebody() {
  const unique = `${Date.now().toString(36)}${digits(6, 0, 10).join("")}`;
  return {
    name: "Ada Lovelace",
    email: `ada-${unique}@example.com`,
    phone: `+1555${digits(7, 0, 10).join("")}`,
    password: "correct horse battery",
  };
}

/** A code of the same form that is another one. */
export function wrong(code) {
  return code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
}

/** What the form at /signup posts. */
const signUpForm = ({ name, email, password }) => ({ name, email, password });

/**
 * Signs somebody up, and opens their account. The form is posted but not typed into: the specs of
 * signing up do that, and every other one only needs the account.
 */
export async function signUp(page, person) {
  const form = signUpForm(person);
  const answer = await page.request.post("/signup", { form, maxRedirects: 0 });
  expect(answer.status(), "the answer to signing up").toBe(303);
  await page.goto("/account");
  await expect(page).toHaveURL("/account");
}

/** The page's field for the password. Its button, which shows what's typed, has a similar name. */
export const passwordField = (page) => page.getByLabel("Password", { exact: true });

/** Fills in the form of the page for signing in, and sends it. */
export async function signIn(page, { email, password }) {
  await page.getByLabel("Email").fill(email);
  await passwordField(page).fill(password);
  await page.getByRole("main").getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Confirms with the password that it's them, on the page that a change has led to. */
export async function confirmPassword(page, { password }) {
  await expectTitle(page, "Confirm it's you");
  await page.getByLabel("Your password", { exact: true }).fill(password);
  await press(page, "Continue");
  await expectStatus(page, "Thanks, that's confirmed.");
}

/**
 * Presses a button that takes a fresh proof. Where it's missing, confirms with the password, and
 * presses the button again.
 */
export async function pressAndConfirm(page, name, person) {
  await press(page, name);
  await expect(page.getByRole("main").getByRole("button", { name, exact: true })).toHaveCount(0);
  if (!page.url().includes("/account/confirm")) return;
  await confirmPassword(page, person);
  await press(page, name);
}

/**
 * Tries a wrong password so often that the next try is one too many. All at once, because each answer is
 * held back for a while.
 */
export async function useUpAttempts(page, email) {
  const form = { email, password: "not the password" };
  const tries = Array.from({ length: 10 }, () => page.request.post("/signin", { form }));
  for (const answer of await Promise.all(tries)) expect(answer.status()).toBe(401);
}

/** Opens the menu of the avatar, which is a popover. */
export async function openAccountMenu(page) {
  await page.getByRole("banner").getByRole("button", { name: "Your account" }).click();
}

/** Opens the ways to sign in that stand behind the usual ones. */
export async function openMoreWays(page) {
  await page.getByText("More ways").click();
}

export async function signOut(page) {
  await openAccountMenu(page);
  await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
  await expectStatus(page, "You're signed out.");
}

/** Touches an island, the page's first if no other is given, and waits until it is taken over. */
export async function hydrate(page, inside = page.locator("leptos-island").first()) {
  // A key, because the focus that a page opens with is no touch.
  const fields = "input:not([type=hidden]):not([readonly]), select, textarea, button";
  await inside.locator(fields).first().press("Shift");
  await expect(inside).toHaveAttribute("data-hydrated");
}

/** Whether the test's browser runs scripts. */
export const scriptsRun = () => test.info().project.use.javaScriptEnabled !== false;

/** Types a code. Where scripts run, its last digit sends it, and elsewhere the button does. */
export async function typeCode(page, code, button = "Continue") {
  const field = page.getByLabel("Code", { exact: true });
  if (scriptsRun()) {
    await hydrate(page, page.locator("leptos-island").filter({ has: field }));
    await field.fill(code);
  } else {
    await field.fill(code);
    await press(page, button);
  }
}

/**
 * Presses a button of the page. Where scripts run and the button is an island's, the bundle has
 * taken it over by then, so that what the bundle does is what is tested.
 */
export async function press(page, name) {
  const named = page.getByRole("button", { name, exact: true });
  const button = page.getByRole("main").locator(named);
  await expect(button).toBeVisible();
  const island = page.locator("leptos-island").filter({ has: named });
  if (scriptsRun() && (await island.count()) > 0) {
    await hydrate(page, island);
  }
  await button.click();
}

/**
 * The alert that says something. A form also has an empty one, which only the style sheet hides, and
 * that may come after the page.
 */
export function shownAlert(scope) {
  return scope.getByRole("alert").filter({ hasText: /\S/ });
}

/** The message that the redirect to this page brought. */
export async function expectStatus(page, text) {
  await expect(page.getByRole("status")).toContainText(text);
}

export async function expectTitle(page, text) {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text);
}

/** The ID of the account that is signed in. */
export async function accountId(page) {
  await page.goto("/account");
  return page.getByRole("definition").locator("code").innerText();
}
