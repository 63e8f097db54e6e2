// The official web SDK, in a real browser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ID } from "appwrite";
import {
  anEmail,
  enrol,
  local,
  message,
  password,
  project,
  somebody,
  withTotp,
} from "./appwrite.js";
import { call, startSite } from "./page.js";

const out = { type: "general_unauthorized_scope", code: 401 };

let site;

before(async () => {
  site = await startSite();
});

after(() => site?.stop());

test("a page signs up, in, and out", async () => {
  const page = await site.open();
  const email = anEmail();
  await call(page, "create", { userId: ID.unique(), email, password, name: "Ada" });
  const session = await call(page, "createEmailPasswordSession", { email, password });
  assert.equal(session.secret, "", "a page never sees the secret");
  assert.equal((await call(page, "get")).name, "Ada");
  assert.equal((await call(page, "listSessions")).total, 1);
  await call(page, "deleteSession", { sessionId: "current" });
  await assert.rejects(call(page, "get"), out);
});

test("a page can read an error", async () => {
  const page = await site.open();
  const credentials = { email: anEmail(), password };
  await assert.rejects(call(page, "createEmailPasswordSession", credentials), {
    type: "user_invalid_credentials",
    code: 401,
    message: "Invalid credentials. Please check the email and password.",
  });
});

test("where the browser takes no cookies, the session is in the page's storage", async () => {
  const { email, userId } = await somebody();
  const page = await site.open();
  await call(page, "createEmailPasswordSession", { email, password });
  const stored = await page.evaluate(() => JSON.parse(localStorage.getItem("cookieFallback")));
  assert.deepEqual(Object.keys(stored), [`a_session_${project}`]);

  await page.context().clearCookies();
  await page.reload();
  assert.equal((await call(page, "get")).$id, userId);
  await page.evaluate(() => localStorage.clear());
  await assert.rejects(call(page, "get"), out);
});

test("a sign-out empties the page's storage of the session", async () => {
  const { email } = await somebody();
  const page = await site.open();
  await call(page, "createEmailPasswordSession", { email, password });
  await call(page, "deleteSession", { sessionId: "current" });
  const stored = await page.evaluate(() => JSON.parse(localStorage.getItem("cookieFallback")));
  assert.deepEqual(stored, []);
});

test("a page keeps preferences", async () => {
  const { email, account } = await somebody();
  const page = await site.open();
  await call(page, "createEmailPasswordSession", { email, password });
  assert.deepEqual(await call(page, "getPrefs"), {});
  const prefs = { theme: "dark", nested: { list: [1, "two", null] } };
  await call(page, "updatePrefs", { prefs });
  await page.reload();
  assert.deepEqual(await call(page, "getPrefs"), prefs);
  assert.equal((await account.getPrefs()).theme, "dark");
});

test("a page signs in with an authenticator", async () => {
  const { email, account } = await somebody();
  const secret = await enrol(account);
  const page = await site.open();
  await call(page, "createEmailPasswordSession", { email, password });
  await assert.rejects(call(page, "get"), { type: "user_more_factors_required", code: 401 });
  const { $id: challengeId } = await call(page, "createMFAChallenge", { factor: "totp" });
  await assert.rejects(call(page, "updateMFAChallenge", { challengeId, otp: "wrong" }), {
    type: "user_invalid_token",
    code: 401,
  });
  const session = await withTotp(secret, (otp) =>
    call(page, "updateMFAChallenge", { challengeId, otp }),
  );
  assert.deepEqual(session.factors, ["password", "totp"]);
  assert.equal((await call(page, "get")).email, email);
});

test("a page signs in by a magic link", local, async () => {
  const email = anEmail();
  const page = await site.open();
  const url = `${site.origin}/magic?keep=1`;
  const token = await call(page, "createMagicURLToken", { userId: ID.unique(), email, url });
  assert.equal(token.secret, "");
  await page.goto((await message(email)).link);
  const { origin, pathname, searchParams } = new URL(page.url());
  assert.equal(`${origin}${pathname}`, `${site.origin}/magic`);
  assert.equal(searchParams.get("keep"), "1");
  await call(page, "createSession", {
    userId: searchParams.get("userId"),
    secret: searchParams.get("secret"),
  });
  const user = await call(page, "get");
  assert.equal(user.$id, token.userId);
  assert.equal(user.email, email);
  assert.equal(user.emailVerification, true);
});

test("a page registers itself for push messages", async () => {
  const { email } = await somebody();
  const page = await site.open();
  await call(page, "createEmailPasswordSession", { email, password });
  const { $id: targetId, providerType } = await call(page, "createPushTarget", {
    targetId: ID.unique(),
    identifier: ID.unique(),
  });
  assert.equal(providerType, "push");
  const identifier = ID.unique();
  await call(page, "updatePushTarget", { targetId, identifier });
  const { targets } = await call(page, "get");
  assert.equal(targets.find(({ $id }) => $id === targetId).identifier, identifier);
  await call(page, "deletePushTarget", { targetId });
  await assert.rejects(call(page, "deletePushTarget", { targetId }), {
    type: "user_target_not_found",
    code: 404,
  });
});
