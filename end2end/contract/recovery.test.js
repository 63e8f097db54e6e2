// The server SDK: a forgotten password, and the verification of email and phone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Account } from "node-appwrite";
import {
  admin,
  aPhone,
  anEmail,
  guest,
  local,
  message,
  password,
  signIn,
  somebody,
} from "./appwrite.js";

const invalid = { type: "user_invalid_token", code: 401 };
const wanted = "password-2";

/** The user and the secret in a mail's link, and whether the page's own query is still there. */
function open(link) {
  const { origin, pathname, searchParams } = new URL(link);
  const { userId, secret, keep } = Object.fromEntries(searchParams);
  assert.equal(keep, "1");
  return { page: `${origin}${pathname}`, userId, secret };
}

test("a forgotten password is replaced, once", async () => {
  const { account: before, email, userId } = await somebody();
  const account = new Account(admin());
  const url = "http://localhost/reset";
  await assert.rejects(account.createRecovery({ email: anEmail(), url }), {
    type: "user_not_found",
    code: 404,
  });
  await assert.rejects(account.createRecovery({ email, url: "http://evil.example/" }), {
    type: "general_argument_invalid",
    code: 400,
  });

  const { secret } = await account.createRecovery({ email, url });
  assert.match(secret, /^[0-9a-f]{256}$/);
  await assert.rejects(
    account.updateRecovery({ userId, secret: "wrong", password: wanted }),
    invalid,
  );
  await assert.rejects(account.updateRecovery({ userId, secret, password: "short" }), {
    type: "general_argument_invalid",
    code: 400,
  });
  await before.get();
  await account.updateRecovery({ userId, secret, password: wanted });

  await assert.rejects(account.updateRecovery({ userId, secret, password }), invalid);
  await assert.rejects(before.get(), { type: "general_unauthorized_scope", code: 401 });
  await assert.rejects(signIn({ email }), { type: "user_invalid_credentials", code: 401 });
  const after = await signIn({ email, password: wanted });
  assert.equal((await after.account.get()).emailVerification, true);
});

test("a guest's recovery goes through the mail", local, async () => {
  const { email, userId } = await somebody();
  const account = new Account(guest());
  const token = await account.createRecovery({ email, url: "http://localhost/reset?keep=1" });
  assert.equal(token.secret, "");
  const link = open((await message(email)).link);
  assert.equal(link.page, "http://localhost/reset");
  assert.equal(link.userId, userId);
  await account.updateRecovery({ userId, secret: link.secret, password: wanted });
  assert.equal((await signIn({ email, password: wanted })).session.userId, userId);
});

test("of ten who use a recovery at once, one sets the password", local, async () => {
  const { email, userId } = await somebody();
  const account = new Account(admin());
  const { secret } = await account.createRecovery({ email, url: "http://localhost/reset" });
  const passwords = Array.from({ length: 10 }, (_, index) => `password-at-once-${index}`);
  const outcomes = await Promise.allSettled(
    passwords.map((password) => account.updateRecovery({ userId, secret, password })),
  );
  const won = passwords.filter((_, index) => outcomes[index].status === "fulfilled");
  assert.equal(won.length, 1);
  await signIn({ email, password: won[0] });
});

test("an email is verified by the link in the email, once", local, async () => {
  const { account, email, userId } = await somebody();
  const url = "http://localhost/verify?keep=1";
  const token = await account.createEmailVerification({ url });
  assert.equal(token.secret, "");
  const link = open((await message(email)).link);
  assert.equal(link.page, "http://localhost/verify");
  assert.equal(link.userId, userId);

  // Whoever opens the link may not be signed in where they read their mail.
  const { secret } = link;
  const reader = new Account(guest());
  await assert.rejects(reader.updateEmailVerification({ userId, secret: "wrong" }), invalid);
  await assert.rejects(new Account(admin()).updateEmailVerification({ userId, secret }), {
    type: "general_unauthorized_scope",
    code: 401,
  });
  assert.equal((await account.get()).emailVerification, false);
  await reader.updateEmailVerification({ userId, secret });
  assert.equal((await account.get()).emailVerification, true);
  await assert.rejects(reader.updateEmailVerification({ userId, secret }), invalid);
  await assert.rejects(account.createEmailVerification({ url }), {
    type: "user_email_already_verified",
    code: 409,
  });
});

test("a phone number is verified by the code in the text message, once", local, async () => {
  const { account, userId } = await somebody();
  await assert.rejects(account.createPhoneVerification(), {
    type: "user_phone_not_found",
    code: 400,
  });
  const phone = aPhone();
  await account.updatePhone({ phone, password });
  const token = await account.createPhoneVerification();
  assert.equal(token.secret, "");
  const { kind, code } = await message(phone);
  assert.equal(kind, "sms");
  assert.match(code, /^\d{6}$/);
  await assert.rejects(account.updatePhoneVerification({ userId, secret: "wrong" }), invalid);
  await account.updatePhoneVerification({ userId, secret: code });
  assert.equal((await account.get()).phoneVerification, true);
  await assert.rejects(account.updatePhoneVerification({ userId, secret: code }), invalid);
  await assert.rejects(account.createPhoneVerification(), {
    type: "user_phone_already_verified",
    code: 409,
  });
});
