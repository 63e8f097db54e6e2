// What an authenticator app does: RFC 6238 with SHA-1, six digits, half a minute.

import { createHmac } from "node:crypto";
import { expect } from "@playwright/test";

const PERIOD = 30;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function decodeBase32(text) {
  const bits = [...text.replace(/=+$/, "")]
    .map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** The code of a secret at a time, in seconds. */
export function codeAt(secret, seconds) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / PERIOD)));
  const hash = createHmac("sha1", decodeBase32(secret)).update(counter).digest();
  const at = hash.at(-1) & 15;
  const number = hash.readUInt32BE(at) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** The code of now, once it is good for long enough to be typed and checked. */
export async function codeOfNow(secret) {
  const left = () => PERIOD - ((Date.now() / 1000) % PERIOD);
  await expect.poll(left, { message: "seconds that the code is good for" }).toBeGreaterThan(6);
  return codeAt(secret, Date.now() / 1000);
}
