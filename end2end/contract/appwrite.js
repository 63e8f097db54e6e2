// What every suite uses: clients, people, codes, and the inbox of the local Appwrite.
//
// Against a real Appwrite the key needs the scopes of users, sessions, targets and databases, the
// project a web platform `localhost` and otherwise the settings of a new one, and mails must be set
// up.

import assert from "node:assert/strict";
import { createHmac, randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Account, AuthenticatorType, Client, ID, Users } from "node-appwrite";

export const {
  CONTRACT_ENDPOINT: endpoint,
  CONTRACT_PROJECT: project,
  CONTRACT_KEY: key,
} = process.env;

export const guest = () => new Client().setEndpoint(endpoint).setProject(project);
export const admin = () => guest().setKey(key);
export const visiting = (secret) => guest().setSession(secret);

export const password = "password-1";
export const anEmail = () => `${ID.unique()}@example.com`;
// No area has the code 555, so this is nobody's number.
export const aPhone = () => `+1555${String(randomInt(10_000_000)).padStart(7, "0")}`;

/** Signs in with a password, and gives the session and the account as its owner sees it. */
export async function signIn(credentials) {
  const session = await new Account(admin()).createEmailPasswordSession({
    password,
    ...credentials,
  });
  return { session, account: new Account(visiting(session.secret)) };
}

/** Somebody who has an account and is signed in to it. */
export async function somebody() {
  const email = anEmail();
  const user = await new Users(admin()).create({
    userId: ID.unique(),
    email,
    password,
    name: "Ada",
  });
  return { userId: user.$id, email, ...(await signIn({ email })) };
}

/** The SDK's objects have no prototype; strict comparison minds that. */
export const plain = (value) => JSON.parse(JSON.stringify(value));

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const step = () => Math.floor(Date.now() / 30_000);

/** RFC 6238 with SHA-1, 30 seconds and 6 digits. */
function totp(secret, counter) {
  const bits = [...secret.replace(/=+$/, "")]
    .map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const bytes = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const input = Buffer.alloc(8);
  input.writeBigUInt64BE(BigInt(counter));
  const hash = createHmac("sha1", bytes).update(input).digest();
  const number = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Uses the authenticator's code. Again with the next one, if it went out of date on the way. */
export async function withTotp(secret, use) {
  for (;;) {
    const now = step();
    try {
      return await use(totp(secret, now));
    } catch (error) {
      if (error.type !== "user_invalid_token" || now === step()) throw error;
    }
  }
}

/** Sets an authenticator up, turns MFA on, and gives the authenticator's secret. */
export async function enrol(account) {
  const type = AuthenticatorType.Totp;
  const { secret } = await account.createMFAAuthenticator({ type });
  await withTotp(secret, (otp) => account.updateMFAAuthenticator({ type, otp }));
  await account.updateMFA({ mfa: true });
  return secret;
}

async function inbox(query) {
  const url = new URL(`${endpoint.replace(/\/v1\/?$/, "")}/_local/inbox.json`);
  url.search = new URLSearchParams(query);
  return fetch(url);
}

const { status } = await inbox({ to: "nobody@example.com" });
assert(status === 200 || status === 404, `the inbox answers ${status}`);

/** Whether this is the local Appwrite: a real one sends its mails, and asks real providers. */
export const isLocal = status === 200;

/** Options for tests that read mails or text messages, or sign in with a provider. */
export const local = { skip: !isLocal && "only the local Appwrite has an inbox" };

/** The newest mail or text message to this address. */
export async function message(to, contains) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const response = await inbox(contains === undefined ? { to } : { to, contains });
    const { messages } = await response.json();
    if (messages.length > 0) return messages[0];
    assert(Date.now() < deadline, `nothing came for ${to}`);
    await pause(50);
  }
}
