// The official web SDK, in a real browser: OAuth2 from the page to the provider and back. The local
// Appwrite plays the provider, with a page that asks who is there.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Account, Client, OAuthProvider } from "appwrite";
import { anEmail, endpoint, isLocal, local, password, project, somebody } from "./appwrite.js";
import { call, startSite } from "./page.js";

const provider = OAuthProvider.Github;
const out = { type: "general_unauthorized_scope", code: 401 };

let site, urls;

before(async () => {
  if (!isLocal) return;
  // The session that a redirect starts is in a cookie only, which the browser sends with a page's
  // calls when both are on the same host.
  site = await startSite(new URL(endpoint).hostname);
  urls = { success: `${site.origin}/success?keep=1`, failure: `${site.origin}/failure?keep=1` };
});

after(() => site?.stop());

/** Answers the provider's page, and waits until the browser is back. */
async function answer(page, button, { email = anEmail(), name = "Grace", verified = true } = {}) {
  await page.getByLabel("Email", { exact: true }).fill(email);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("The provider has verified this email").setChecked(verified);
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.waitForURL(`${site.origin}/**`);
  const { pathname, searchParams } = new URL(page.url());
  assert.equal(searchParams.get("keep"), "1", "the page's own query is kept");
  return { pathname, searchParams };
}

/** Leaves the page for the provider, and answers there. */
async function signIn(page, button, person) {
  await page.evaluate(
    (params) => window.account.createOAuth2Session(params),
    { provider, ...urls },
  );
  return answer(page, button, person);
}

/** The error that the failure page was given. */
function errorOf({ pathname, searchParams }) {
  assert.equal(pathname, "/failure");
  const { type, code } = JSON.parse(searchParams.get("error"));
  return { type, code };
}

const sessionCookies = async (page) =>
  (await page.context().cookies(endpoint)).filter(({ name }) =>
    name.startsWith(`a_session_${project}`),
  );

test("who is allowed by the provider comes back signed in", local, async () => {
  const email = anEmail();
  const page = await site.open();
  const { pathname } = await signIn(page, "Allow", { email, name: "Grace" });
  assert.equal(pathname, "/success");
  const cookies = await sessionCookies(page);
  assert.notEqual(cookies.length, 0);
  assert(cookies.every(({ httpOnly }) => httpOnly));

  const user = await call(page, "get");
  assert.equal(user.email, email);
  assert.equal(user.name, "Grace");
  assert.equal(user.emailVerification, true);
  const session = await call(page, "getSession", { sessionId: "current" });
  assert.equal(session.provider, provider);
  const { total, identities } = await call(page, "listIdentities");
  assert.equal(total, 1);
  assert.equal(identities[0].provider, provider);
  assert.equal(identities[0].providerEmail, email);

  await call(page, "deleteSession", { sessionId: "current" });
  await assert.rejects(call(page, "get"), out);
  await signIn(page, "Allow", { email });
  assert.equal((await call(page, "get")).$id, user.$id, "the second time it is the same user");
});

test("who is denied comes back with an error, and is nobody", local, async () => {
  const page = await site.open();
  const error = errorOf(await signIn(page, "Deny"));
  assert.deepEqual(error, { type: "user_oauth2_provider_error", code: 424 });
  assert.deepEqual(await sessionCookies(page), []);
  await assert.rejects(call(page, "get"), out);
});

test("the provider's page needs no JavaScript", local, async () => {
  // Without a window the SDK gives the address instead of going there.
  const account = new Account(new Client().setEndpoint(endpoint).setProject(project));
  const address = account.createOAuth2Session({ provider, ...urls });
  const page = await site.open({ javaScriptEnabled: false });
  await page.goto(address);
  assert.equal(errorOf(await answer(page, "Deny")).type, "user_oauth2_provider_error");
  assert.deepEqual(await sessionCookies(page), []);

  const email = anEmail();
  await page.goto(address);
  assert.equal((await answer(page, "Allow", { email })).pathname, "/success");
  const response = await page.request.get(`${endpoint}/account`, {
    headers: { "X-Appwrite-Project": project },
  });
  assert.equal((await response.json()).email, email);
});

test("a verified email leads to its owner, another one to nobody", local, async () => {
  const { email, userId } = await somebody();
  const stranger = await site.open();
  const error = errorOf(await signIn(stranger, "Allow", { email, verified: false }));
  assert.deepEqual(error, { type: "general_bad_request", code: 400 });
  await assert.rejects(call(stranger, "get"), out);

  const owner = await site.open();
  assert.equal((await signIn(owner, "Allow", { email })).pathname, "/success");
  assert.equal((await call(owner, "get")).$id, userId);
});

test("who is signed in gets the identity added", local, async () => {
  const { email, userId } = await somebody();
  const page = await site.open();
  await call(page, "createEmailPasswordSession", { email, password });
  const atProvider = anEmail();
  assert.equal((await signIn(page, "Allow", { email: atProvider })).pathname, "/success");
  const user = await call(page, "get");
  assert.equal(user.$id, userId);
  assert.equal(user.email, email);
  const { identities } = await call(page, "listIdentities");
  assert.deepEqual(
    identities.map(({ providerEmail }) => providerEmail),
    [atProvider],
  );
});

test("a token from the provider starts a session", local, async () => {
  const email = anEmail();
  const page = await site.open();
  await page.evaluate((params) => window.account.createOAuth2Token(params), { provider, ...urls });
  const { pathname, searchParams } = await answer(page, "Allow", { email });
  assert.equal(pathname, "/success");
  assert.deepEqual(await sessionCookies(page), [], "the token is no session yet");
  await call(page, "createSession", {
    userId: searchParams.get("userId"),
    secret: searchParams.get("secret"),
  });
  assert.equal((await call(page, "get")).email, email);
});

test("a provider's page is not there for another site", local, async () => {
  const page = await site.open();
  const account = new Account(new Client().setEndpoint(endpoint).setProject(project));
  const response = await page.goto(
    account.createOAuth2Session({ provider, ...urls, success: "http://evil.example/" }),
  );
  assert.equal(response.status(), 400);
});
