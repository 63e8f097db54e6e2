// The server SDK: OAuth2 with Appwrite's mock provider, which asks nobody. It always answers with
// the same person, so these tests are in one file and begin by removing them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Account, OAuthProvider, Query, Users } from "node-appwrite";
import { admin, guest, local, somebody, visiting } from "./appwrite.js";

const mock = { provider: "mock", email: "useroauth@localhost.test" };
const success = "http://localhost/success";
const failure = "http://localhost/failure";

async function forget() {
  const users = new Users(admin());
  const found = await users.list({ queries: [Query.equal("email", [mock.email])] });
  for (const { $id } of found.users) await users.delete({ userId: $id });
}

/** Goes where redirects lead, as a browser would, up to the page that is ours. */
async function follow(location) {
  for (let hops = 0; hops < 10; hops += 1) {
    if (location.startsWith(success)) return new URL(location).searchParams;
    const response = await fetch(location, { redirect: "manual" });
    assert([301, 302].includes(response.status), `${response.status} at ${location}`);
    location = new URL(response.headers.get("location"), location).href;
  }
  assert.fail(`more redirects than there should be, and then ${location}`);
}

/** Signs in with the mock provider. */
async function signIn() {
  const query = await follow(
    await new Account(guest()).createOAuth2Token({
      provider: mock.provider,
      success: `${success}?keep=1`,
      failure,
    }),
  );
  assert.equal(query.get("keep"), "1");
  return { userId: query.get("userId"), secret: query.get("secret") };
}

test("a provider's redirect ends in a token that starts a session, once", local, async () => {
  await forget();
  const { userId, secret } = await signIn();
  const account = new Account(admin());
  const invalid = { type: "user_invalid_token", code: 401 };
  await assert.rejects(account.createSession({ userId, secret: "wrong" }), invalid);
  const session = await account.createSession({ userId, secret });
  await assert.rejects(account.createSession({ userId, secret }), invalid);
  const seen = await new Account(visiting(session.secret)).get();
  assert.equal(seen.$id, userId);
  assert.equal(seen.email, mock.email);
  assert.equal(seen.name, "User Name");
  assert.equal(seen.emailVerification, true);
});

test("who comes back is the same person, with one identity", local, async () => {
  await forget();
  const first = await signIn();
  const second = await signIn();
  assert.equal(second.userId, first.userId);
  const session = await new Account(admin()).createSession(second);
  const account = new Account(visiting(session.secret));

  const { total, identities } = await account.listIdentities();
  assert.equal(total, 1);
  const [identity] = identities;
  assert.equal(identity.userId, first.userId);
  assert.equal(identity.provider, "mock");
  assert.equal(identity.providerUid, "1");
  assert.equal(identity.providerEmail, mock.email);
  assert.equal(identity.providerAccessToken, "123456");
  assert.equal(identity.providerRefreshToken, "tuvwxyz");

  const other = await somebody();
  await assert.rejects(other.account.deleteIdentity({ identityId: identity.$id }), {
    type: "user_unauthorized",
    code: 401,
  });
  await account.deleteIdentity({ identityId: identity.$id });
  assert.equal((await account.listIdentities()).total, 0);
});

test("a key lists and deletes identities", local, async () => {
  await forget();
  const { userId } = await signIn();
  const users = new Users(admin());
  const queries = [Query.equal("userId", [userId])];
  const { total, identities } = await users.listIdentities({ queries });
  assert.equal(total, 1);
  assert.equal(identities[0].providerEmail, mock.email);
  await users.deleteIdentity({ identityId: identities[0].$id });
  assert.equal((await users.listIdentities({ queries })).total, 0);
  await assert.rejects(users.deleteIdentity({ identityId: identities[0].$id }), {
    type: "user_identity_not_found",
    code: 404,
  });
});

test("neither an unknown provider nor another site's page will do", async () => {
  const account = new Account(guest());
  const provider = OAuthProvider.Github;
  await assert.rejects(account.createOAuth2Token({ provider: "nope", success, failure }), {
    code: 400,
  });
  const elsewhere = "http://evil.example/";
  await assert.rejects(account.createOAuth2Token({ provider, success: elsewhere, failure }), {
    code: 400,
  });
  await assert.rejects(account.createOAuth2Token({ provider, success, failure: elsewhere }), {
    code: 400,
  });
});
