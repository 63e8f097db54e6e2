// The server SDK: sessions, and the JSON web tokens made from them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Account, ID } from "node-appwrite";
import { admin, anEmail, guest, password, signIn, somebody, visiting } from "./appwrite.js";

const out = { type: "general_unauthorized_scope", code: 401 };
const notFound = { type: "user_session_not_found", code: 404 };

test("sessions are listed, read, extended and deleted one by one", async () => {
  const first = await somebody();
  const second = await signIn({ email: first.email });
  const { sessions, total } = await second.account.listSessions();
  assert.equal(total, 2);
  assert.deepEqual(
    new Map(sessions.map(({ $id, current }) => [$id, current])),
    new Map([
      [first.session.$id, false],
      [second.session.$id, true],
    ]),
  );
  assert(
    sessions.every(({ secret }) => secret === ""),
    "a secret is shown once",
  );

  const read = await second.account.getSession({ sessionId: first.session.$id });
  assert.equal(read.$id, first.session.$id);
  assert.equal(read.current, false);
  assert.equal(read.provider, "email");
  assert.equal(read.providerUid, first.email);
  assert.deepEqual(read.factors, ["password"]);

  const extended = await second.account.updateSession({ sessionId: first.session.$id });
  assert.equal(extended.$id, first.session.$id);
  // This answer's date is in UTC but doesn't say so.
  assert(Date.parse(`${extended.expire}Z`) > Date.parse(first.session.expire));

  await second.account.deleteSession({ sessionId: first.session.$id });
  await assert.rejects(first.account.get(), out);
  await assert.rejects(
    second.account.deleteSession({ sessionId: first.session.$id }),
    notFound,
  );
  assert.equal((await second.account.listSessions()).total, 1);
});

test("the current session goes by that name too", async () => {
  const { account, session } = await somebody();
  assert.equal((await account.updateSession({ sessionId: "current" })).$id, session.$id);
  await account.deleteSession({ sessionId: "current" });
  await assert.rejects(account.getSession({ sessionId: "current" }), out);
});

test("all sessions are deleted at once, and nobody else's", async () => {
  const first = await somebody();
  const second = await signIn({ email: first.email });
  const other = await somebody();
  await first.account.deleteSessions();
  await assert.rejects(first.account.get(), out);
  await assert.rejects(second.account.get(), out);
  assert.equal((await other.account.listSessions()).total, 1);
});

test("another's session is not found", async () => {
  const { account } = await somebody();
  const other = await somebody();
  const sessionId = other.session.$id;
  await assert.rejects(account.getSession({ sessionId }), notFound);
  await assert.rejects(account.updateSession({ sessionId }), notFound);
  await assert.rejects(account.deleteSession({ sessionId }), notFound);
  await other.account.get();
});

test("who is signed in starts no second session", async () => {
  const { account, email } = await somebody();
  const exists = { type: "user_session_already_exists", code: 401 };
  await assert.rejects(account.createEmailPasswordSession({ email, password }), exists);
  await assert.rejects(account.createAnonymousSession(), exists);
});

test("a secret that is none is a guest's", async () => {
  const { session } = await somebody();
  for (const secret of ["Z2FyYmFnZQ==", "not base64!", session.secret.slice(0, -8)]) {
    await assert.rejects(new Account(visiting(secret)).get(), out);
  }
});

test("an email signs in in capitals too", async () => {
  const { email, userId } = await somebody();
  const { session } = await signIn({ email: email.toUpperCase() });
  assert.equal(session.userId, userId);
});

test("a guest does not see the secret", async () => {
  const { email } = await somebody();
  const session = await new Account(guest()).createEmailPasswordSession({ email, password });
  assert.equal(session.secret, "");
  assert.equal(session.current, true);
});

test("an anonymous session becomes an account", async () => {
  const session = await new Account(admin()).createAnonymousSession();
  assert.equal(session.provider, "anonymous");
  assert.deepEqual(session.factors, ["anonymous"]);
  const account = new Account(visiting(session.secret));
  assert.equal((await account.get()).email, "");

  const taken = await somebody();
  await assert.rejects(account.updateEmail({ email: taken.email, password }), {
    type: "user_target_already_exists",
    code: 409,
  });
  const email = anEmail();
  assert.equal((await account.updateEmail({ email, password })).email, email);
  assert.equal((await account.get()).$id, session.userId);
  assert.equal((await signIn({ email })).session.userId, session.userId);
  await assert.rejects(signIn({ email, password: "wrong-pass" }), {
    type: "user_invalid_credentials",
  });
});

test("a server passes its visitor's browser on", async () => {
  const { email } = await somebody();
  const client = admin().setForwardedUserAgent(
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) " +
      "Chrome/124.0.0.0 Safari/537.36",
  );
  const session = await new Account(client).createEmailPasswordSession({ email, password });
  assert.equal(session.clientName, "Chrome");
  assert.equal(session.clientVersion, "124.0");
  assert.equal(session.osName, "GNU/Linux");
  assert.equal(session.deviceName, "desktop");
});

test("a JSON web token lives as long as its session", async () => {
  const { account, userId, session } = await somebody();
  const { jwt } = await account.createJWT();
  const bearer = new Account(guest().setJWT(jwt));
  assert.equal((await bearer.get()).$id, userId);
  assert.equal((await bearer.updateName({ name: "By token" })).name, "By token");
  await assert.rejects(bearer.getSession({ sessionId: "current" }), notFound);
  await assert.rejects(new Account(visiting(session.secret).setJWT(jwt)).get(), {
    type: "user_jwt_and_cookie_set",
    code: 403,
  });
  await account.deleteSession({ sessionId: "current" });
  await assert.rejects(bearer.get(), out);
});

test("a JSON web token of one's own making is refused", async () => {
  const { account } = await somebody();
  const [head, , signature] = (await account.createJWT()).jwt.split(".");
  const { userId, session } = await somebody();
  const claims = { userId, sessionId: session.$id, exp: Math.ceil(Date.now() / 1000) + 900 };
  const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
  for (const jwt of [`${head}.${body}.${signature}`, "a.b.c", ID.unique()]) {
    await assert.rejects(new Account(guest().setJWT(jwt)).get(), {
      type: "user_jwt_invalid",
      code: 401,
    });
  }
});
