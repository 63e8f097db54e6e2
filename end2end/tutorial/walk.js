// What docs/tutorial.md promises of the app that it builds, tried out.
//
// `node walk.js through` needs the app and its Appwrite, `node walk.js outage` the app alone.

import assert from "node:assert/strict";
import { chromium } from "@playwright/test";
import { launchOptions } from "../chromium.js";

const base = process.env.BASE_URL;
const person = { name: "Ada", email: "ada@example.com", password: "password-1" };

/** A browser without JavaScript, as far as it matters here: it keeps cookies and posts forms. */
class Visitor {
  cookies = new Map();

  async request(address, options = {}) {
    const url = new URL(address, base);
    const headers = { accept: "text/html", ...options.headers };
    if (url.origin === base && this.cookies.size > 0) {
      headers.cookie = [...this.cookies].map((cookie) => cookie.join("=")).join("; ");
    }
    const response = await fetch(url, { ...options, headers, redirect: "manual" });
    for (const cookie of url.origin === base ? response.headers.getSetCookie() : []) {
      const [pair, ...attributes] = cookie.split("; ");
      const [, name, value] = pair.match(/^([^=]*)=(.*)$/);
      assert(attributes.includes("HttpOnly"), cookie);
      assert(attributes.includes("SameSite=Lax"), cookie);
      const expires = attributes.find((attribute) => attribute.startsWith("Expires="));
      const isAlive = new Date(expires.slice("Expires=".length)) > new Date();
      if (isAlive) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    const location = response.headers.get("location");
    return {
      status: response.status,
      headers: response.headers,
      location: location && new URL(location, url).href,
      text: await response.text(),
    };
  }

  get(address) {
    return this.request(address);
  }

  /** Posts the form of a page whose action ends with a name. */
  async submit(page, action, fields = {}) {
    const { text } = await this.get(page);
    const form = text.match(new RegExp(`<form[^>]* action="([^"]*/${action})"`));
    assert(form, `${page} has no form for ${action}`);
    return this.request(form[1], {
      method: "POST",
      headers: { referer: `${base}${page}`, "sec-fetch-site": "same-origin" },
      body: new URLSearchParams(fields),
    });
  }

  get isSignedIn() {
    return this.cookies.has("appwrite-session");
  }

  /** Consents as somebody, and stops before the address that the site is called back at. */
  async consent(email) {
    const { location } = await this.submit("/signin", "sign-in-with-github");
    let next = `${location}&decision=allow&email=${email}&name=Grace&verified=1`;
    while (!next.startsWith(base)) {
      const response = await this.get(next);
      assert(response.location, `${next} leads nowhere: ${response.status} ${response.text}`);
      next = response.location;
    }
    return new URL(next);
  }
}

const through = {
  async "who is not signed in is led to sign up, and sees no account"() {
    const visitor = new Visitor();
    assert.equal((await visitor.get("/")).location, `${base}/signup`);
    const account = await visitor.get("/account");
    assert.equal(account.status, 303);
    assert.equal(account.location, `${base}/signin`);
    assert.equal(account.text, "");
    for (const path of ["/account/", "/account/x", "//account", "/%61ccount"]) {
      assert(!(await visitor.get(`${base}${path}`)).text.includes("Sign out"), path);
    }
  },

  async "sign up, account, sign out, sign in"() {
    const visitor = new Visitor();
    const signedUp = await visitor.submit("/signup", "sign-up", person);
    assert.equal(signedUp.location, `${base}/account`);
    assert(visitor.isSignedIn);
    const account = await visitor.get("/account");
    assert.equal(account.status, 200);
    assert(account.text.includes(person.email));
    assert.equal(account.headers.get("cache-control"), "private, no-store");
    const secret = visitor.cookies.get("appwrite-session");
    assert(!account.text.includes(secret));
    assert.equal((await visitor.get("/signin")).location, `${base}/account`);

    const copy = new Visitor();
    copy.cookies.set("appwrite-session", secret);
    assert.equal((await visitor.submit("/account", "sign-out")).location, `${base}/signin`);
    assert(!visitor.isSignedIn);
    assert.equal((await visitor.get("/account")).location, `${base}/signin`);
    assert.equal((await copy.get("/account")).location, `${base}/signin`);
    assert(!copy.isSignedIn, "a dead cookie stays");

    const signedIn = await visitor.submit("/signin", "sign-in", person);
    assert.equal(signedIn.location, `${base}/account`);
    assert((await visitor.get("/account")).text.includes(person.email));
  },

  async "what is wrong is said, without JavaScript"() {
    const visitor = new Visitor();
    const wrong = { ...person, password: "not the password" };
    for (const [page, action, fields, sentence] of [
      ["/signin", "sign-in", wrong, "The e-mail or the password is wrong."],
      ["/signup", "sign-up", person, "There is an account with this e-mail already."],
      ["/signup", "sign-up", { ...person, email: "x" }, "That is no e-mail address"],
    ]) {
      const { location } = await visitor.submit(page, action, fields);
      assert.equal(new URL(location).pathname, page);
      assert((await visitor.get(location)).text.includes(sentence), sentence);
      assert(!visitor.isSignedIn);
    }
    const forged = await visitor.get("/signin?__path=/api/sign-in&__err=%3Cb%3EPay+here");
    assert(!forged.text.includes("Pay here"));
  },

  async "another site can post nothing, and a GET changes nothing"() {
    const visitor = new Visitor();
    const body = new URLSearchParams(person);
    const headers = { "sec-fetch-site": "cross-site" };
    const posted = await visitor.request("/api/sign-in", { method: "POST", headers, body });
    assert.equal(posted.status, 403);
    assert.equal((await visitor.get(`/api/sign-in?${body}`)).status, 405);
    assert(!visitor.isSignedIn);
  },

  async "GitHub signs in"() {
    const visitor = new Visitor();
    const callback = await visitor.consent("grace@example.com");
    assert.equal(callback.pathname, "/oauth");
    assert.equal((await visitor.get(callback)).location, `${base}/account`);
    assert((await visitor.get("/account")).text.includes("grace@example.com"));
    assert(!visitor.cookies.has("oauth-state"));
  },

  async "a state that is another's, wrong, missing or used is refused"() {
    const refused = async (visitor, callback) => {
      const { location } = await visitor.get(callback);
      assert.equal(location, `${base}/signin?failed=github`);
      assert(!visitor.isSignedIn);
      assert(!visitor.cookies.has("oauth-state"));
      const page = await visitor.get(location);
      assert(page.text.includes("Signing in with GitHub did not work."));
    };
    const attacker = new Visitor();
    const link = await attacker.consent("mallory@example.com");
    const victim = new Visitor();
    await refused(victim, link);
    await victim.submit("/signin", "sign-in-with-github");
    await refused(victim, link);

    const visitor = new Visitor();
    const callback = await visitor.consent("grace@example.com");
    const wrong = new URL(callback);
    wrong.searchParams.set("state", "0".repeat(32));
    await refused(visitor, wrong);
    await refused(visitor, callback);
  },

  async "islands show what is wrong in place"() {
    const browser = await chromium.launch(launchOptions);
    try {
      const page = await browser.newPage();
      const broken = [];
      page.on("pageerror", (error) => broken.push(error.message));
      page.on("console", (message) => {
        if (message.text().includes("panicked")) broken.push(message.text());
      });
      await page.goto(`${base}/signin`, { waitUntil: "networkidle" });
      await page.getByLabel("E-mail").fill(person.email);
      await page.getByLabel("Password").fill("not the password");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByText("The e-mail or the password is wrong.").waitFor();
      assert.equal(page.url(), `${base}/signin`);
      assert.equal(await page.getByLabel("E-mail").inputValue(), person.email);
      await page.getByLabel("Password").fill(person.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.waitForURL(`${base}/account`);
      assert.equal(await page.evaluate(() => document.cookie), "");
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.waitForURL(`${base}/signin`);

      // A page that already shows an error comes to life, too.
      const wrong = { ...person, password: "not the password" };
      const { location } = await new Visitor().submit("/signin", "sign-in", wrong);
      await page.goto(location, { waitUntil: "networkidle" });
      await page.getByText("The e-mail or the password is wrong.").waitFor();
      assert.deepEqual(broken, []);
    } finally {
      await browser.close();
    }
  },
};

const outage = {
  async "an outage is no sign-out"() {
    const visitor = new Visitor();
    visitor.cookies.set("appwrite-session", "c2VjcmV0");
    const account = await visitor.get("/account");
    assert.equal(account.status, 503);
    assert.equal(account.headers.get("retry-after"), "10");
    assert(account.text.includes("The service is not reachable."));
    assert(visitor.isSignedIn);
  },

  async "the forms are still there, and say so"() {
    const visitor = new Visitor();
    const { location } = await visitor.submit("/signin", "sign-in", person);
    assert((await visitor.get(location)).text.includes("The service is not reachable."));
  },
};

const parts = { through, outage };
const part = parts[process.argv[2]];
assert(base && part, `usage: BASE_URL=… node walk.js ${Object.keys(parts).join("|")}`);
for (const [name, check] of Object.entries(part)) {
  try {
    await check();
    console.log(`ok      ${name}`);
  } catch (error) {
    console.log(`failed  ${name}`);
    console.log(error);
    process.exitCode = 1;
  }
}
