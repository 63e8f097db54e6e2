// The official server SDK, as an app in JavaScript would use it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Account, AppwriteException, Client, ID, Users } from "node-appwrite";

const { CONTRACT_ENDPOINT, CONTRACT_PROJECT, CONTRACT_KEY } = process.env;

const client = () => new Client().setEndpoint(CONTRACT_ENDPOINT).setProject(CONTRACT_PROJECT);
const admin = () => client().setKey(CONTRACT_KEY);
const email = () => `${ID.unique()}@example.com`;

test("an account is made, signed in to, read and signed out of", async () => {
  const address = email();
  const created = await new Account(admin()).create({
    userId: ID.unique(),
    email: address,
    password: "password-1",
    name: "Ada",
  });
  assert.equal(created.email, address);

  const session = await new Account(admin()).createEmailPasswordSession({
    email: address,
    password: "password-1",
  });
  assert.notEqual(session.secret, "", "a key sees the secret");

  const account = new Account(client().setSession(session.secret));
  assert.equal((await account.get()).$id, created.$id);
  const { total, sessions } = await account.listSessions();
  assert.equal(total, 1);
  assert.equal(sessions[0].current, true);
  assert.equal((await account.getSession({ sessionId: "current" })).$id, session.$id);
  assert.equal((await account.updateName({ name: "Grace" })).name, "Grace");
  await account.updatePrefs({ prefs: { theme: "dark" } });
  assert.deepEqual({ ...(await account.getPrefs()) }, { theme: "dark" });

  await account.deleteSession({ sessionId: "current" });
  await assert.rejects(account.get(), { type: "general_unauthorized_scope", code: 401 });
});

test("a wrong password is Appwrite's error", async () => {
  const wrong = new Account(admin()).createEmailPasswordSession({
    email: email(),
    password: "password-1",
  });
  await assert.rejects(wrong, (error) => {
    assert(error instanceof AppwriteException);
    assert.equal(error.type, "user_invalid_credentials");
    return true;
  });
});

test("users are administered with a key", async () => {
  const users = new Users(admin());
  const user = await users.create({ userId: ID.unique(), email: email(), password: "password-1" });
  assert.equal((await users.updateStatus({ userId: user.$id, status: false })).status, false);
  await users.delete({ userId: user.$id });
  await assert.rejects(users.get({ userId: user.$id }), { type: "user_not_found" });
});
