// What docs/tutorial.md promises of the app that it builds, tried out.
//
// `node walk.js through` needs the app and its Appwrite (APPWRITE_ENDPOINT), `node walk.js outage` the
// app alone.

import assert from "node:assert/strict";
import { chromium } from "@playwright/test";
import { launchOptions } from "../chromium.js";

const base = process.env.BASE_URL;
const person = { name: "Ada", email: "ada@example.com", password: "password-1" };
const wrong = { ...person, password: "not the password" };

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

  /** Fills in the form of a page, which is posted to that page. */
  async submit(page, fields) {
    const { text } = await this.get(page);
    assert(/<form method="post"(?![^>]* action=)/.test(text), `${page} has no form`);
    return this.post(page, fields);
  }

  /** Presses a button of a page, which is posted to an address of its own. */
  async press(page, action) {
    const { text } = await this.get(page);
    assert(text.includes(`<form method="post" action="${action}">`), `${page} lacks ${action}`);
    return this.post(action, {});
  }

  post(address, fields) {
    return this.request(address, {
      method: "POST",
      headers: { "sec-fetch-site": "same-origin" },
      body: new URLSearchParams(fields),
    });
  }

  /** Calls Appwrite past the app, with the session. Answers what it said, with the ID as `id`. */
  async appwrite(method, path, body) {
    const response = await fetch(`${process.env.APPWRITE_ENDPOINT}${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        "x-appwrite-project": "local",
        "x-appwrite-session": this.cookies.get("appwrite-session"),
      },
      body: body && JSON.stringify(body),
    });
    const { $id, ...rest } = await response.json();
    assert(response.ok, `${method} ${path}: ${rest.message}`);
    return { id: $id, ...rest };
  }

  get isSignedIn() {
    return this.cookies.has("appwrite-session");
  }

  /** Consents as somebody, and stops before the address that the site is called back at. */
  async consent(email) {
    const { location } = await this.press("/signin", "/signin/oauth2");
    let next = `${location}&decision=allow&email=${email}&name=Grace&verified=1`;
    while (!next.startsWith(base)) {
      const response = await this.get(next);
      assert(response.location, `${next} leads nowhere: ${response.status} ${response.text}`);
      next = response.location;
    }
    return new URL(next);
  }
}

/** The titles of a page's notes, as they stand in its HTML. */
const titles = ({ text }) => [...text.matchAll(/<li>([^<]*)/g)].map(([, title]) => title);

const through = {
  async "who is not signed in is led to sign in, and sees no account"() {
    const visitor = new Visitor();
    assert.equal((await visitor.get("/")).location, `${base}/notes`);
    for (const path of ["/account", "/notes"]) {
      const page = await visitor.get(path);
      assert.equal(page.status, 303);
      assert.equal(page.location, `${base}/signin`);
      assert.equal(page.text, "");
    }
    for (const path of ["/account/", "/account/x", "//account", "/nowhere", "/pkg/nothing.js"]) {
      const missing = await visitor.get(`${base}${path}`);
      assert.equal(missing.status, 404, path);
      assert(missing.text.includes("There's no page at this address."), path);
    }
  },

  async "sign up, account, sign out, sign in"() {
    const visitor = new Visitor();
    const signedUp = await visitor.submit("/signup", person);
    assert.equal(signedUp.status, 303);
    assert.equal(signedUp.location, `${base}/account`);
    assert(visitor.isSignedIn);
    const account = await visitor.get("/account");
    assert.equal(account.status, 200);
    assert(account.text.includes(person.email));
    assert.equal(account.headers.get("cache-control"), "private, no-store");
    const secret = visitor.cookies.get("appwrite-session");
    assert(!account.text.includes(secret));
    for (const path of ["/signin", "/signup"]) {
      assert.equal((await visitor.get(path)).location, `${base}/account`);
    }

    const copy = new Visitor();
    assert.equal((await visitor.press("/account", "/signout")).location, `${base}/signin`);
    assert(!visitor.isSignedIn);
    assert.equal((await visitor.get("/account")).location, `${base}/signin`);
    for (const path of ["/account", "/notes"]) {
      copy.cookies.set("appwrite-session", secret);
      assert.equal((await copy.get(path)).location, `${base}/signin`);
      assert(!copy.isSignedIn, "a dead cookie stays");
    }

    const signedIn = await visitor.submit("/signin", person);
    assert.equal(signedIn.location, `${base}/account`);
    assert((await visitor.get("/account")).text.includes(person.email));
  },

  async "what is wrong is said, without JavaScript"() {
    const visitor = new Visitor();
    for (const [page, fields, status, sentence] of [
      ["/signin", wrong, 401, "Incorrect email or password."],
      ["/signup", person, 409, "An account with this email already exists."],
      ["/signup", { ...person, email: "x" }, 422, "Enter a valid email"],
    ]) {
      const refused = await visitor.submit(page, fields);
      assert.equal(refused.status, status);
      assert(refused.text.includes(sentence), sentence);
      // What was typed is still there, but not the password.
      assert(refused.text.includes(`value="${fields.email}"`));
      assert(!refused.text.includes(fields.password));
      assert(!visitor.isSignedIn);
    }
    assert.equal((await visitor.post("/signin", { email: "x" })).status, 400);
  },

  async "another site can post nothing, and a GET changes nothing"() {
    const visitor = new Visitor();
    const body = new URLSearchParams(person);
    const headers = { "sec-fetch-site": "cross-site" };
    const addresses = ["/signin", "/signout", "/signin/oauth2", "/notes", "/api/sign-in"];
    for (const address of [...addresses, "/api/create-note"]) {
      const posted = await visitor.request(address, { method: "POST", headers, body });
      assert.equal(posted.status, 403, address);
    }
    for (const address of ["/signout", "/signin/oauth2", `/api/sign-in?${body}`]) {
      assert.equal((await visitor.get(address)).status, 405, address);
    }
    assert(!visitor.isSignedIn);
  },

  async "GitHub signs in"() {
    const visitor = new Visitor();
    const callback = await visitor.consent("grace@example.com");
    assert.equal(callback.pathname, "/signin/oauth2/callback");
    assert.equal((await visitor.get(callback)).location, `${base}/account`);
    assert((await visitor.get("/account")).text.includes("grace@example.com"));
    assert(!visitor.cookies.has("oauth2-state"));
  },

  async "a state that is another's, wrong or used, or a sign-in that failed, is refused"() {
    const refused = async (visitor, callback) => {
      const { status, text } = await visitor.get(callback);
      assert.equal(status, 400);
      assert(text.includes("GitHub sign-in was cancelled or failed."));
      assert(!visitor.isSignedIn);
      assert(!visitor.cookies.has("oauth2-state"));
    };
    const attacker = new Visitor();
    const link = await attacker.consent("mallory@example.com");
    const victim = new Visitor();
    await refused(victim, link);
    await victim.press("/signin", "/signin/oauth2");
    await refused(victim, link);

    const visitor = new Visitor();
    const callback = await visitor.consent("grace@example.com");
    const guessed = new URL(callback);
    guessed.searchParams.set("state", "0".repeat(32));
    await refused(visitor, guessed);
    await refused(visitor, callback);

    const failed = await visitor.consent("grace@example.com");
    for (const name of ["userId", "secret"]) failed.searchParams.delete(name);
    await refused(visitor, failed);
  },

  async "notes are listed, newest first, to the person who wrote them"() {
    const visitor = new Visitor();
    await visitor.submit("/signin", person);
    assert((await visitor.get("/notes")).text.includes("No notes yet."));
    // Not even who says so in the form gives a note to others.
    const shared = { userId: "somebody", permissions: 'read("any")' };
    // As long as can be: Appwrite, too, counts characters and not bytes.
    for (const title of ["First", "<b>Second</b>", "é".repeat(200)]) {
      const added = await visitor.submit("/notes", { ...shared, title });
      assert.equal(added.status, 303);
      assert.equal(added.location, `${base}/notes`);
    }
    const expected = ["é".repeat(200), "&lt;b&gt;Second&lt;/b&gt;", "First"];
    assert.deepEqual(titles(await visitor.get("/notes")), expected);

    const other = new Visitor();
    await other.submit("/signup", { ...person, email: "bob@example.com" });
    const others = await other.get("/notes");
    assert.deepEqual(titles(others), []);
    assert(others.text.includes("No notes yet."));

    // A note that is shared past the app is in nobody's list, whoever it says it belongs to.
    const { id } = await visitor.appwrite("GET", "/account");
    for (const userId of [id, "somebody"]) {
      const row = await other.appwrite("POST", "/tablesdb/app/tables/notes/rows", {
        rowId: "unique()",
        data: { userId, title: "Shared" },
        permissions: ['read("users")'],
      });
      const seen = await visitor.appwrite("GET", `/tablesdb/app/tables/notes/rows/${row.id}`);
      assert.equal(seen.title, "Shared");
    }
    assert.deepEqual(titles(await visitor.get("/notes")), expected);
  },

  async "a note is refused without a title or a session, and the text is kept"() {
    const visitor = new Visitor();
    await visitor.submit("/signin", person);
    for (const title of ["", "   ", "x".repeat(201)]) {
      const refused = await visitor.submit("/notes", { title });
      assert.equal(refused.status, 422);
      assert(refused.text.includes("Enter a title of up to 200 characters."));
      assert(refused.text.includes(`value="${title}"`));
      assert.equal(titles(refused).length, 3);
    }
    const stranger = await new Visitor().post("/notes", { title: "Not lost" });
    assert.equal(stranger.status, 401);
    assert(stranger.text.includes("You're signed out."));
    assert(stranger.text.includes('value="Not lost"'));
    assert.deepEqual(titles(stranger), []);
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
      const submit = async ({ email, password }) => {
        await page.getByLabel("Email").fill(email);
        await page.getByLabel("Password").fill(password);
        await page.getByRole("button", { name: "Sign in", exact: true }).click();
      };
      const error = page.getByText("Incorrect email or password.");
      await page.goto(`${base}/signin`, { waitUntil: "networkidle" });
      const called = page.waitForRequest(`${base}/api/sign-in`);
      await submit(wrong);
      await called;
      await error.waitFor();
      assert.equal(await page.getByLabel("Email").inputValue(), person.email);

      // Posted by the browser alone, which no script sees. The page that answers comes to life, too.
      await page.locator("form").first().evaluate((form) => form.submit());
      await page.locator(".served").and(error).waitFor();
      await page.waitForLoadState("networkidle");
      await submit(wrong);
      await page.getByRole("alert").and(error).waitFor();
      assert.equal(await error.count(), 1);

      await submit(person);
      await page.waitForURL(`${base}/account`);
      assert.equal(await page.evaluate(() => document.cookie), "");

      await page.getByRole("link", { name: "Tutorial" }).click();
      await page.waitForURL(`${base}/notes`);
      await page.waitForLoadState("networkidle");
      const title = page.getByLabel("Add a note");
      const add = page.getByRole("button", { name: "Add" });
      await title.fill("   ");
      await add.click();
      await page.getByText("Enter a title of up to 200 characters.").waitFor();
      assert.equal(await title.inputValue(), "   ");
      await title.fill("In place");
      const created = page.waitForRequest(`${base}/api/create-note`);
      await add.click();
      await created;
      await page.getByRole("listitem").and(page.getByText("In place")).waitFor();
      assert.equal(await title.inputValue(), "");
      await page.getByRole("link", { name: "Account" }).click();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.waitForURL(`${base}/signin`);
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
    assert(account.text.includes("We can't reach the service right now."));
    assert(visitor.isSignedIn);
  },

  async "the forms are still there, and say so"() {
    const refused = await new Visitor().submit("/signin", person);
    assert.equal(refused.status, 503);
    assert(refused.text.includes("We can't reach the service right now."));
    const visitor = new Visitor();
    visitor.cookies.set("appwrite-session", "c2VjcmV0");
    const note = await visitor.post("/notes", { title: "Not lost" });
    assert.equal(note.status, 503);
    assert(note.text.includes('value="Not lost"'));
    assert(visitor.isSignedIn);
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
