// The server SDK: somebody's own account.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Account, AppwriteException, ID, Users } from "node-appwrite";
import { admin, aPhone, anEmail, guest, password, plain, signIn, somebody } from "./appwrite.js";

test("an account is made, signed in to, read and signed out of", async () => {
  const email = anEmail();
  const created = await new Account(admin()).create({
    userId: ID.unique(),
    email,
    password,
    name: "Ada",
  });
  assert.equal(created.email, email);

  const { session, account } = await signIn({ email });
  assert.notEqual(session.secret, "", "a key sees the secret");
  assert.equal((await account.get()).$id, created.$id);
  const { total, sessions } = await account.listSessions();
  assert.equal(total, 1);
  assert.equal(sessions[0].current, true);
  assert.equal((await account.getSession({ sessionId: "current" })).$id, session.$id);
  assert.equal((await account.updateName({ name: "Grace" })).name, "Grace");
  await account.updatePrefs({ prefs: { theme: "dark" } });
  assert.deepEqual(plain(await account.getPrefs()), { theme: "dark" });

  await account.deleteSession({ sessionId: "current" });
  await assert.rejects(account.get(), { type: "general_unauthorized_scope", code: 401 });
});

test("a new account is unverified, empty and reachable by email", async () => {
  const { account, email, userId } = await somebody();
  const seen = await account.get();
  assert.equal(seen.$id, userId);
  assert.equal(seen.name, "Ada");
  assert.equal(seen.status, true);
  assert.equal(seen.phone, "");
  assert.equal(seen.emailVerification, false);
  assert.equal(seen.phoneVerification, false);
  assert.equal(seen.mfa, false);
  assert.deepEqual(seen.labels, []);
  assert.deepEqual(plain(seen.prefs), {});
  assert.equal("password" in seen, false, "the hash is for keys only");
  assert.deepEqual(
    seen.targets.map(({ providerType, identifier }) => [providerType, identifier]),
    [["email", email]],
  );
});

test("an email and an ID belong to one account", async () => {
  const { email, userId } = await somebody();
  const taken = { type: "user_already_exists", code: 409 };
  const account = new Account(admin());
  await assert.rejects(account.create({ userId: ID.unique(), email, password }), taken);
  await assert.rejects(
    account.create({ userId: ID.unique(), email: email.toUpperCase(), password }),
    taken,
  );
  await assert.rejects(account.create({ userId, email: anEmail(), password }), taken);
});

test("what an account is made of is checked", async () => {
  const account = new Account(admin());
  const good = { userId: ID.unique(), email: anEmail(), password };
  for (const bad of [{ userId: "_x" }, { email: "not-an-email" }, { password: "short" }]) {
    await assert.rejects(
      account.create({ ...good, ...bad }),
      { type: "general_argument_invalid", code: 400 },
      `not ${JSON.stringify(bad)}`,
    );
  }
});

test("a wrong password is Appwrite's error", async () => {
  const wrong = new Account(admin()).createEmailPasswordSession({ email: anEmail(), password });
  await assert.rejects(wrong, (error) => {
    assert(error instanceof AppwriteException);
    assert.equal(error.type, "user_invalid_credentials");
    assert.equal(error.code, 401);
    return true;
  });
});

test("nobody is signed in without a session", async () => {
  await assert.rejects(new Account(guest()).get(), {
    type: "general_unauthorized_scope",
    code: 401,
  });
  await assert.rejects(new Account(admin()).get(), {
    type: "general_unauthorized_scope",
    code: 401,
  });
});

test("a new password needs the old one and ends the other sessions", async () => {
  const { account, email } = await somebody();
  const other = await signIn({ email });
  const wanted = "password-2";
  const refused = { type: "user_invalid_credentials", code: 401 };
  await assert.rejects(
    account.updatePassword({ password: wanted, oldPassword: "wrong-pass" }),
    refused,
  );
  await assert.rejects(account.updatePassword({ password: wanted }), refused);
  await assert.rejects(account.updatePassword({ password: "short", oldPassword: password }), {
    type: "general_argument_invalid",
    code: 400,
  });
  await other.account.get();

  await account.updatePassword({ password: wanted, oldPassword: password });
  assert.equal((await account.listSessions()).total, 1);
  await assert.rejects(other.account.get(), { type: "general_unauthorized_scope", code: 401 });
  await assert.rejects(signIn({ email }), refused);
  await signIn({ email, password: wanted });
});

test("a new email needs the password, is free, and is not verified", async () => {
  const { account, email, userId } = await somebody();
  const other = await somebody();
  await new Users(admin()).updateEmailVerification({ userId, emailVerification: true });
  const wanted = anEmail();
  await assert.rejects(account.updateEmail({ email: wanted, password: "wrong-pass" }), {
    type: "user_invalid_credentials",
    code: 401,
  });
  await assert.rejects(account.updateEmail({ email: other.email, password }), {
    type: "user_target_already_exists",
    code: 409,
  });
  assert.equal((await account.get()).emailVerification, true);

  const updated = await account.updateEmail({ email: wanted, password });
  assert.equal(updated.email, wanted);
  assert.equal(updated.emailVerification, false);
  const { targets } = await account.get();
  assert.deepEqual(
    targets.map(({ identifier }) => identifier),
    [wanted],
  );
  await signIn({ email: wanted });
  await assert.rejects(signIn({ email }), { type: "user_invalid_credentials" });
});

test("a phone number needs the password and is free", async () => {
  const { account } = await somebody();
  const other = await somebody();
  const phone = aPhone();
  await assert.rejects(account.updatePhone({ phone, password: "wrong-pass" }), {
    type: "user_invalid_credentials",
    code: 401,
  });
  await assert.rejects(account.updatePhone({ phone: "12345", password }), {
    type: "general_argument_invalid",
    code: 400,
  });
  const updated = await account.updatePhone({ phone, password });
  assert.equal(updated.phone, phone);
  assert.equal(updated.phoneVerification, false);
  await assert.rejects(other.account.updatePhone({ phone, password }), {
    type: "user_phone_already_exists",
    code: 409,
  });
});

test("preferences are replaced, not merged", async () => {
  const { account } = await somebody();
  assert.deepEqual(plain(await account.getPrefs()), {});
  const prefs = { theme: "dark", size: 1, list: [1, { deep: null }], yes: true };
  assert.deepEqual(plain((await account.updatePrefs({ prefs })).prefs), prefs);
  await account.updatePrefs({ prefs: { other: "x" } });
  assert.deepEqual(plain(await account.getPrefs()), { other: "x" });
  await account.updatePrefs({ prefs: {} });
  assert.deepEqual(plain(await account.getPrefs()), {});
});

test("a name may be of any letters, and not of too many", async () => {
  const { account } = await somebody();
  await account.updateName({ name: "Zoë 😀" });
  assert.equal((await account.get()).name, "Zoë 😀");
  for (const name of ["", "x".repeat(129)]) {
    await assert.rejects(account.updateName({ name }), {
      type: "general_argument_invalid",
      code: 400,
    });
  }
});

test("who blocks the own account is out until a key lets them in", async () => {
  const { account, email, userId } = await somebody();
  assert.equal((await account.updateStatus()).status, false);
  const blocked = { type: "user_blocked", code: 403 };
  await assert.rejects(account.get(), blocked);
  await assert.rejects(signIn({ email }), blocked);
  await assert.rejects(signIn({ email, password: "wrong-pass" }), {
    type: "user_invalid_credentials",
  });
  await new Users(admin()).updateStatus({ userId, status: true });
  const again = await signIn({ email });
  assert.equal((await again.account.get()).status, true);
});

test("an account without a provider has no identity to list or delete", async () => {
  const { account } = await somebody();
  assert.deepEqual(plain(await account.listIdentities()), { total: 0, identities: [] });
  await assert.rejects(account.deleteIdentity({ identityId: ID.unique() }), {
    type: "user_identity_not_found",
    code: 404,
  });
});
