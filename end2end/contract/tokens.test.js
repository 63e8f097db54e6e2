// The server SDK: one-time tokens by mail, magic link and text message.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Account, ID, Users } from "node-appwrite";
import { admin, aPhone, anEmail, guest, local, message, somebody, visiting } from "./appwrite.js";

const invalid = { type: "user_invalid_token", code: 401 };

/** What stands in the token's secret is what a phone gets, with the user beside it. */
function codeOf({ userId, secret }) {
  const decoded = JSON.parse(Buffer.from(secret, "base64"));
  assert.equal(decoded.id, userId);
  return decoded.secret;
}

test("a code by mail signs a new person in, once", async () => {
  const account = new Account(admin());
  const email = anEmail();
  const { userId, secret, phrase } = await account.createEmailToken({
    userId: ID.unique(),
    email,
  });
  assert.match(secret, /^\d{6}$/);
  assert.equal(phrase, "");
  await assert.rejects(account.createSession({ userId, secret: "wrong" }), invalid);
  const other = await somebody();
  await assert.rejects(account.createSession({ userId: other.userId, secret }), invalid);

  const session = await account.createSession({ userId, secret });
  assert.deepEqual(session.factors, ["email"]);
  const seen = await new Account(visiting(session.secret)).get();
  assert.equal(seen.$id, userId);
  assert.equal(seen.email, email);
  assert.equal(seen.emailVerification, true);
  await assert.rejects(account.createSession({ userId, secret }), invalid);
});

test("a known email leads to its owner, whatever the ID", async () => {
  const { email, userId } = await somebody();
  const account = new Account(admin());
  const byCode = await account.createEmailToken({ userId: ID.unique(), email });
  const byLink = await account.createMagicURLToken({ userId: ID.unique(), email });
  assert.equal(byCode.userId, userId);
  assert.equal(byLink.userId, userId);
});

test("a guest's code and phrase are in the mail", local, async () => {
  const account = new Account(guest());
  const email = anEmail();
  const token = await account.createEmailToken({ userId: ID.unique(), email, phrase: true });
  assert.equal(token.secret, "");
  assert.match(token.phrase, /^\S+ \S+$/);
  const { kind, text, code } = await message(email);
  assert.equal(kind, "email");
  assert.match(code, /^\d{6}$/);
  assert(text.includes(code));
  assert(text.includes(token.phrase));
  const session = await account.createSession({ userId: token.userId, secret: code });
  assert.equal(session.userId, token.userId);
  assert.equal(session.secret, "");
});

test("a magic link signs in, once", async () => {
  const account = new Account(admin());
  const { userId, secret, phrase } = await account.createMagicURLToken({
    userId: ID.unique(),
    email: anEmail(),
    url: "http://localhost/magic",
    phrase: true,
  });
  assert.match(secret, /^[0-9a-f]{64}$/);
  assert.match(phrase, /^\S+ \S+$/);
  const session = await account.createSession({ userId, secret });
  assert.equal(session.provider, "magic-url");
  assert.deepEqual(session.factors, ["email"]);
  const seen = await new Account(visiting(session.secret)).get();
  assert.equal(seen.emailVerification, true);
  await assert.rejects(account.createSession({ userId, secret }), invalid);
});

test("the older calls redeem a magic link and a code by phone too", local, async () => {
  const account = new Account(admin());
  const link = await account.createMagicURLToken({ userId: ID.unique(), email: anEmail() });
  const byLink = await account.updateMagicURLSession({
    userId: link.userId,
    secret: link.secret,
  });
  assert.equal(byLink.userId, link.userId);
  const phone = await account.createPhoneToken({ userId: ID.unique(), phone: aPhone() });
  const byPhone = await account.updatePhoneSession({
    userId: phone.userId,
    secret: codeOf(phone),
  });
  assert.equal(byPhone.userId, phone.userId);
});

test("a magic link leads to the page it was asked for", local, async () => {
  const account = new Account(guest());
  const email = anEmail();
  const token = await account.createMagicURLToken({
    userId: ID.unique(),
    email,
    url: "http://localhost:3000/magic?keep=1",
  });
  assert.equal(token.secret, "");
  const link = new URL((await message(email)).link);
  assert.equal(`${link.origin}${link.pathname}`, "http://localhost:3000/magic");
  assert.equal(link.searchParams.get("keep"), "1");
  assert.equal(link.searchParams.get("userId"), token.userId);
  const session = await account.createSession({
    userId: token.userId,
    secret: link.searchParams.get("secret"),
  });
  assert.equal(session.userId, token.userId);
});

test("a magic link leads to no other site", async () => {
  await assert.rejects(
    new Account(admin()).createMagicURLToken({
      userId: ID.unique(),
      email: anEmail(),
      url: "http://evil.example/magic",
    }),
    { type: "general_argument_invalid", code: 400 },
  );
});

// The tests of text messages are local, because a real Appwrite would send them.

test("a code by phone signs in, once", local, async () => {
  const account = new Account(admin());
  const phone = aPhone();
  const token = await account.createPhoneToken({ userId: ID.unique(), phone });
  const { userId } = token;
  const secret = codeOf(token);
  const sms = await message(phone);
  assert.equal(sms.kind, "sms");
  assert.equal(sms.text, secret);
  assert.equal(sms.code, secret);
  await assert.rejects(account.createSession({ userId, secret: "wrong" }), invalid);
  const session = await account.createSession({ userId, secret });
  assert.equal(session.provider, "phone");
  assert.deepEqual(session.factors, ["phone"]);
  const seen = await new Account(visiting(session.secret)).get();
  assert.equal(seen.phone, phone);
  assert.equal(seen.phoneVerification, true);
  await assert.rejects(account.createSession({ userId, secret }), invalid);
});

const kinds = {
  "a code by mail": (account) =>
    account.createEmailToken({ userId: ID.unique(), email: anEmail() }),
  "a magic link": (account) =>
    account.createMagicURLToken({ userId: ID.unique(), email: anEmail() }),
  "a code by phone": async (account) => {
    const token = await account.createPhoneToken({ userId: ID.unique(), phone: aPhone() });
    return { ...token, secret: codeOf(token) };
  },
  "a key's token": async () => {
    const { userId } = await somebody();
    return new Users(admin()).createToken({ userId });
  },
};

// Local, because a real Appwrite does not promise it.
for (const [kind, make] of Object.entries(kinds)) {
  test(`of ten who redeem ${kind} at once, one gets in`, local, async () => {
    const account = new Account(admin());
    const { userId, secret } = await make(account);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => account.createSession({ userId, secret })),
    );
    const refused = outcomes.filter(({ status }) => status === "rejected");
    assert.deepEqual(
      refused.map(({ reason }) => reason.type),
      Array(9).fill("user_invalid_token"),
    );
  });
}
