// The server SDK: what a key does for users to get in and to be reached: sessions, tokens, JSON web
// tokens, second factors and targets.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Account, AuthenticatorType, ID, MessagingProviderType, Users } from "node-appwrite";
import { admin, aPhone, anEmail, enrol, guest, signIn, somebody, visiting } from "./appwrite.js";

const users = new Users(admin());
const out = { type: "general_unauthorized_scope", code: 401 };

test("a key starts, lists and ends a user's sessions", async () => {
  const { userId, account: before } = await somebody();
  const session = await users.createSession({ userId });
  assert.equal(session.provider, "server");
  assert.deepEqual(session.factors, ["server"]);
  const account = new Account(visiting(session.secret));
  assert.equal((await account.get()).$id, userId);

  const { total, sessions } = await users.listSessions({ userId });
  assert.equal(total, 2);
  assert(sessions.some(({ $id }) => $id === session.$id));
  assert(sessions.every(({ secret }) => secret !== session.secret));
  await users.deleteSession({ userId, sessionId: session.$id });
  await assert.rejects(account.get(), out);
  await assert.rejects(users.deleteSession({ userId, sessionId: session.$id }), {
    type: "user_session_not_found",
    code: 404,
  });
  assert.equal((await before.get()).$id, userId);
  await users.deleteSessions({ userId });
  await assert.rejects(before.get(), out);
  assert.equal((await users.listSessions({ userId })).total, 0);
});

test("a key's token starts a session, once", async () => {
  const { userId } = await somebody();
  const token = await users.createToken({ userId, length: 12, expire: 60 });
  assert.match(token.secret, /^[0-9a-f]{12}$/);
  const life = Date.parse(token.expire) - Date.parse(token.$createdAt);
  assert(Math.abs(life - 60_000) < 2_000, `it lives for ${life} ms`);
  assert.match((await users.createToken({ userId })).secret, /^[0-9a-f]{6}$/);

  const { secret } = token;
  const account = new Account(guest());
  const invalid = { type: "user_invalid_token", code: 401 };
  const other = await somebody();
  await assert.rejects(account.createSession({ userId: other.userId, secret }), invalid);
  const session = await account.createSession({ userId, secret });
  assert.equal(session.userId, userId);
  assert.equal(session.provider, "token");
  assert.deepEqual(session.factors, ["token"]);
  await assert.rejects(account.createSession({ userId, secret }), invalid);
});

test("a key makes a JSON web token for a session", async () => {
  const { userId, session, account } = await somebody();
  const { jwt } = await users.createJWT({ userId, sessionId: session.$id, duration: 60 });
  const bearer = new Account(guest().setJWT(jwt));
  assert.equal((await bearer.get()).$id, userId);
  await account.deleteSession({ sessionId: "current" });
  await assert.rejects(bearer.get(), out);
});

test("a JSON web token without a session needs none", async () => {
  const { $id: userId } = await users.create({ userId: ID.unique(), email: anEmail() });
  const { jwt } = await users.createJWT({ userId });
  assert.equal((await new Account(guest().setJWT(jwt)).get()).$id, userId);
  await users.delete({ userId });
  await assert.rejects(new Account(guest().setJWT(jwt)).get(), out);
});

test("a key makes, reads and replaces recovery codes", async () => {
  const { userId } = await somebody();
  const missing = { type: "user_recovery_codes_not_found", code: 404 };
  await assert.rejects(users.getMFARecoveryCodes({ userId }), missing);
  await assert.rejects(users.updateMFARecoveryCodes({ userId }), missing);
  const { recoveryCodes } = await users.createMFARecoveryCodes({ userId });
  assert.equal(new Set(recoveryCodes).size, 6);
  assert.deepEqual((await users.getMFARecoveryCodes({ userId })).recoveryCodes, recoveryCodes);
  await assert.rejects(users.createMFARecoveryCodes({ userId }), {
    type: "user_recovery_codes_already_exists",
    code: 409,
  });
  const fresh = (await users.updateMFARecoveryCodes({ userId })).recoveryCodes;
  assert.equal(new Set([...recoveryCodes, ...fresh]).size, 12);
});

test("a key helps who has lost the authenticator", async () => {
  const { userId, email, account } = await somebody();
  await enrol(account);
  assert.equal((await users.listMFAFactors({ userId })).totp, true);
  const locked = await signIn({ email });
  await assert.rejects(locked.account.get(), { type: "user_more_factors_required", code: 401 });
  const type = AuthenticatorType.Totp;
  await users.deleteMFAAuthenticator({ userId, type });
  await assert.rejects(users.deleteMFAAuthenticator({ userId, type }), {
    type: "user_authenticator_not_found",
    code: 404,
  });
  assert.equal((await users.listMFAFactors({ userId })).totp, false);
  assert.equal((await locked.account.get()).$id, userId);
});

test("a user's targets are made, read, changed and deleted", async () => {
  const email = anEmail();
  const phone = aPhone();
  const { $id: userId } = await users.create({ userId: ID.unique(), email, phone });
  const first = await users.listTargets({ userId });
  assert.equal(first.total, 2);
  assert.deepEqual(
    new Map(first.targets.map(({ providerType, identifier }) => [providerType, identifier])),
    new Map([
      ["email", email],
      ["sms", phone],
    ]),
  );

  const identifier = anEmail();
  const target = await users.createTarget({
    userId,
    targetId: ID.unique(),
    providerType: MessagingProviderType.Email,
    identifier,
    name: "Work",
  });
  const targetId = target.$id;
  assert.equal(target.userId, userId);
  assert.equal(target.providerType, "email");
  assert.equal(target.identifier, identifier);
  assert.equal(target.name, "Work");
  await assert.rejects(
    users.createTarget({
      userId,
      targetId,
      providerType: MessagingProviderType.Email,
      identifier: anEmail(),
    }),
    { type: "user_target_already_exists", code: 409 },
  );
  const changed = { identifier: anEmail(), name: "Home" };
  await users.updateTarget({ userId, targetId, ...changed });
  const read = await users.getTarget({ userId, targetId });
  assert.deepEqual({ identifier: read.identifier, name: read.name }, changed);
  assert.equal((await users.listTargets({ userId })).total, 3);

  const other = await somebody();
  const notFound = { type: "user_target_not_found", code: 404 };
  await assert.rejects(users.getTarget({ userId: other.userId, targetId }), notFound);
  await users.deleteTarget({ userId, targetId });
  await assert.rejects(users.getTarget({ userId, targetId }), notFound);
  assert.equal((await users.listTargets({ userId })).total, 2);
});

test("somebody new is in no team", async () => {
  const { userId } = await somebody();
  const { total, memberships } = await users.listMemberships({ userId });
  assert.equal(total, 0);
  assert.deepEqual(memberships, []);
  await assert.rejects(users.listMemberships({ userId: ID.unique() }), {
    type: "user_not_found",
    code: 404,
  });
});
