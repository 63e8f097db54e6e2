// The server SDK: a second factor.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthenticationFactor, AuthenticatorType, Users } from "node-appwrite";
import {
  admin,
  aPhone,
  enrol,
  local,
  message,
  password,
  signIn,
  somebody,
  withTotp,
} from "./appwrite.js";

const type = AuthenticatorType.Totp;
const { Email, Phone, Totp } = AuthenticationFactor;
// The SDK's own constant is `recoverycode`. A server lets that pass and then knows no such factor.
const RecoveryCode = "recoveryCode";
const invalid = { type: "user_invalid_token", code: 401 };
const closed = { type: "user_more_factors_required", code: 401 };

/** The factors that a session has so far. */
const factors = async (account) => (await account.getSession({ sessionId: "current" })).factors;

test("an authenticator is set up with a code of its own", async () => {
  const { account } = await somebody();
  const before = await account.listMFAFactors();
  assert.deepEqual(
    [before.totp, before.phone, before.email, before.recoveryCode],
    [false, false, false, false],
  );
  const replaced = await account.createMFAAuthenticator({ type });
  const { secret, uri } = await account.createMFAAuthenticator({ type });
  assert.notEqual(secret, replaced.secret);
  assert.match(secret, /^[A-Z2-7]+$/);
  assert.equal(new URL(uri).protocol, "otpauth:");
  assert.equal(new URL(uri).searchParams.get("secret"), secret);

  await assert.rejects(account.updateMFAAuthenticator({ type, otp: "wrong" }), invalid);
  assert.equal((await account.listMFAFactors()).totp, false);
  await withTotp(secret, (otp) => account.updateMFAAuthenticator({ type, otp }));
  assert.equal((await account.listMFAFactors()).totp, true);
  const verified = { type: "user_authenticator_already_verified", code: 409 };
  await assert.rejects(account.updateMFAAuthenticator({ type, otp: "wrong" }), verified);
  await assert.rejects(account.createMFAAuthenticator({ type }), verified);

  assert.equal((await account.updateMFA({ mfa: true })).mfa, true);
  assert.deepEqual((await factors(account)).toSorted(), ["password", "totp"]);
});

test("MFA without a verified factor asks for none", async () => {
  const { account, email } = await somebody();
  assert.equal((await account.updateMFA({ mfa: true })).mfa, true);
  const again = await signIn({ email });
  assert.equal((await again.account.get()).mfa, true);
  assert.equal((await again.account.updateMFA({ mfa: false })).mfa, false);
});

test("a sign-in needs the authenticator's code", async () => {
  const { account: enrolled, email } = await somebody();
  const secret = await enrol(enrolled);
  const { account, session } = await signIn({ email });
  assert.deepEqual(session.factors, ["password"]);
  await assert.rejects(account.get(), closed);
  await assert.rejects(account.getPrefs(), closed);
  await assert.rejects(account.updateName({ name: "x" }), closed);
  assert.equal((await account.listMFAFactors()).totp, true);

  const { $id: challengeId } = await account.createMFAChallenge({ factor: Totp });
  await assert.rejects(account.updateMFAChallenge({ challengeId, otp: "wrong" }), invalid);
  await assert.rejects(account.updateMFAChallenge({ challengeId: "nosuch", otp: "1" }), invalid);
  await assert.rejects(account.get(), closed);
  const opened = await withTotp(secret, (otp) =>
    account.updateMFAChallenge({ challengeId, otp }),
  );
  assert.equal(opened.$id, session.$id);
  assert.deepEqual(opened.factors, ["password", "totp"]);
  assert.equal((await account.get()).email, email);
  await withTotp(secret, (otp) =>
    assert.rejects(account.updateMFAChallenge({ challengeId, otp }), invalid),
  );
});

test("who cannot give the code can still sign out", async () => {
  const { account: enrolled, email } = await somebody();
  await enrol(enrolled);
  const { account } = await signIn({ email });
  await account.deleteSession({ sessionId: "current" });
  await assert.rejects(account.get(), { type: "general_unauthorized_scope", code: 401 });
});

test("another's challenge is none", async () => {
  const { account: enrolled, email } = await somebody();
  const secret = await enrol(enrolled);
  const { account } = await signIn({ email });
  const { $id: challengeId } = await account.createMFAChallenge({ factor: Totp });
  const other = await somebody();
  await withTotp(secret, (otp) =>
    assert.rejects(other.account.updateMFAChallenge({ challengeId, otp }), invalid),
  );
});

test("an authenticator is removed only after a challenge", async () => {
  const { account: enrolled, email } = await somebody();
  const secret = await enrol(enrolled);
  const stranger = await somebody();
  await assert.rejects(stranger.account.deleteMFAAuthenticator({ type }), {
    type: "user_challenge_required",
    code: 401,
  });
  const { account } = await signIn({ email });
  await assert.rejects(account.deleteMFAAuthenticator({ type }), closed);
  const { $id: challengeId } = await account.createMFAChallenge({ factor: Totp });
  await withTotp(secret, (otp) => account.updateMFAChallenge({ challengeId, otp }));
  await account.deleteMFAAuthenticator({ type });
  await assert.rejects(account.deleteMFAAuthenticator({ type }), {
    type: "user_authenticator_not_found",
    code: 404,
  });
  const after = await signIn({ email });
  assert.equal((await after.account.get()).email, email);
});

test("a recovery code opens a session, once", async () => {
  const { account: enrolled, email } = await somebody();
  await assert.rejects(enrolled.getMFARecoveryCodes(), {
    type: "user_challenge_required",
    code: 401,
  });
  await enrol(enrolled);
  const { recoveryCodes } = await enrolled.createMFARecoveryCodes();
  assert.equal(new Set(recoveryCodes).size, 6);
  for (const code of recoveryCodes) assert.match(code, /^[0-9a-f]{10}$/);
  await assert.rejects(enrolled.createMFARecoveryCodes(), {
    type: "user_recovery_codes_already_exists",
    code: 409,
  });

  const [code, ...rest] = recoveryCodes;
  const { account } = await signIn({ email });
  const first = await account.createMFAChallenge({ factor: RecoveryCode });
  await assert.rejects(
    account.updateMFAChallenge({ challengeId: first.$id, otp: "wrong" }),
    invalid,
  );
  await account.updateMFAChallenge({ challengeId: first.$id, otp: code });
  assert.equal((await account.get()).email, email);
  assert.deepEqual((await account.getMFARecoveryCodes()).recoveryCodes, rest);

  const second = await account.createMFAChallenge({ factor: RecoveryCode });
  await assert.rejects(account.updateMFAChallenge({ challengeId: second.$id, otp: code }), invalid);
  const fresh = (await account.updateMFARecoveryCodes()).recoveryCodes;
  assert.equal(new Set([...fresh, ...rest]).size, 11, "all of them are new");
});

test("of ten who use a recovery code at once, one gets in", local, async () => {
  const { account: enrolled, email } = await somebody();
  await enrol(enrolled);
  const [otp] = (await enrolled.createMFARecoveryCodes()).recoveryCodes;
  const { account } = await signIn({ email });
  const { $id: challengeId } = await account.createMFAChallenge({ factor: RecoveryCode });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => account.updateMFAChallenge({ challengeId, otp })),
  );
  const refused = outcomes.filter(({ status }) => status === "rejected");
  assert.deepEqual(
    refused.map(({ reason }) => reason.type),
    Array(9).fill("user_invalid_token"),
  );
});

test("a factor that is not there or not verified cannot be asked for", async () => {
  const { account } = await somebody();
  await assert.rejects(account.createMFAChallenge({ factor: Email }), {
    type: "user_email_not_verified",
    code: 400,
  });
  await assert.rejects(account.createMFAChallenge({ factor: Phone }), {
    type: "user_phone_not_found",
    code: 400,
  });
  await account.updatePhone({ phone: aPhone(), password });
  await assert.rejects(account.createMFAChallenge({ factor: Phone }), {
    type: "user_phone_not_verified",
    code: 400,
  });
});

test("a code by mail is a second factor", local, async () => {
  const { account: enrolled, email, userId } = await somebody();
  await new Users(admin()).updateEmailVerification({ userId, emailVerification: true });
  assert.equal((await enrolled.listMFAFactors()).email, true);
  await enrolled.updateMFA({ mfa: true });
  const { account } = await signIn({ email });
  await assert.rejects(account.get(), closed);
  const { $id: challengeId } = await account.createMFAChallenge({ factor: Email });
  const { code } = await message(email);
  assert.match(code, /^\d{6}$/);
  await assert.rejects(account.updateMFAChallenge({ challengeId, otp: "wrong" }), invalid);
  await account.updateMFAChallenge({ challengeId, otp: code });
  assert.deepEqual(await factors(account), ["password", "email"]);
});

test("a code by text message is a second factor", local, async () => {
  const { account: enrolled, email, userId } = await somebody();
  const phone = aPhone();
  await enrolled.updatePhone({ phone, password });
  await new Users(admin()).updatePhoneVerification({ userId, phoneVerification: true });
  await enrolled.updateMFA({ mfa: true });
  const { account } = await signIn({ email });
  await assert.rejects(account.get(), closed);
  const { $id: challengeId } = await account.createMFAChallenge({ factor: Phone });
  const { code } = await message(phone);
  await account.updateMFAChallenge({ challengeId, otp: code });
  assert.deepEqual(await factors(account), ["password", "phone"]);
});
