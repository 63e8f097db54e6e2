// The server SDK: users with a password from elsewhere. Each one signs in with the password
// "appwrite", which is the proof that the server understood the hash.

import assert from "node:assert/strict";
import { createHash, scryptSync } from "node:crypto";
import { test } from "node:test";
import { ID, PasswordHash, Users } from "node-appwrite";
import { admin, anEmail, signIn } from "./appwrite.js";

const users = new Users(admin());
const password = "appwrite";
const digest = (algorithm) => createHash(algorithm).update(password).digest("hex");
const scrypt = { passwordSalt: "salt", passwordCpu: 1024, passwordMemory: 8, passwordParallel: 2 };

const imports = {
  argon2: {
    method: "createArgon2User",
    hash: "argon2",
    password:
      "$argon2i$v=19$m=20,t=3,p=2$YXBwd3JpdGU$A/54i238ed09ZR4NwlACU5XnkjNBZU9QeOEuhjLiexI",
  },
  bcrypt: {
    method: "createBcryptUser",
    hash: "bcrypt",
    password: "$2a$15$xX/myGbFU.ZSKHSi6EHdBOySTdYm8QxBLXmOPHrYMwV0mHRBBSBOq",
  },
  MD5: { method: "createMD5User", hash: "md5", password: digest("md5") },
  PHPass: {
    method: "createPHPassUser",
    hash: "phpass",
    password: "$P$Br387rwferoKN7uwHZqNMu98q3U8RO.",
  },
  "SHA-1": {
    method: "createSHAUser",
    hash: "sha",
    password: digest("sha1"),
    passwordVersion: PasswordHash.Sha1,
  },
  "SHA-256": {
    method: "createSHAUser",
    hash: "sha",
    password: digest("sha256"),
    passwordVersion: PasswordHash.Sha256,
  },
  "SHA-512": {
    method: "createSHAUser",
    hash: "sha",
    password: digest("sha512"),
    passwordVersion: PasswordHash.Sha512,
  },
  "SHA3-512": {
    method: "createSHAUser",
    hash: "sha",
    password: digest("sha3-512"),
    passwordVersion: PasswordHash.Sha3512,
  },
  scrypt: {
    method: "createScryptUser",
    hash: "scrypt",
    ...scrypt,
    passwordLength: 64,
    password: scryptSync(password, scrypt.passwordSalt, 64, {
      N: scrypt.passwordCpu,
      r: scrypt.passwordMemory,
      p: scrypt.passwordParallel,
    }).toString("hex"),
  },
  "Firebase's scrypt": {
    method: "createScryptModifiedUser",
    hash: "scryptMod",
    password:
      "UlM7JiXRcQhzAGlaonpSqNSLIz475WMddOgLjej5De9vxTy48K6WtqlEzrRFeK4t0COfMhWCb8wuMHgxOFCHFQ==",
    passwordSalt: "UxLMreBr6tYyjQ==",
    passwordSaltSeparator: "Bw==",
    passwordSignerKey:
      "XyEKE9RcTDeLEsL/RjwPDBv/RqDl8fb3gpYEOQaPihbxf1ZAtSOHCjuAAa7Q3oHpCYhXSN9tizHgVOwn6krflQ==",
  },
};

for (const [name, { method, hash, ...params }] of Object.entries(imports)) {
  test(`a user with a hash of ${name} signs in, and is hashed anew`, async () => {
    const email = anEmail();
    const user = await users[method]({ userId: ID.unique(), email, name: "Imported", ...params });
    assert.equal(user.hash, hash);
    assert.equal(user.email, email);
    assert.equal(user.name, "Imported");
    await assert.rejects(signIn({ email, password: `${password}!` }), {
      type: "user_invalid_credentials",
      code: 401,
    });
    assert.equal((await signIn({ email, password })).session.userId, user.$id);
    assert.equal((await users.get({ userId: user.$id })).hash, "argon2");
    await assert.rejects(signIn({ email, password: `${password}!` }), {
      type: "user_invalid_credentials",
    });
    await signIn({ email, password });
  });
}

test("an import does not overwrite anybody", async () => {
  const email = anEmail();
  await users.createMD5User({ userId: ID.unique(), email, password: digest("md5") });
  await assert.rejects(
    users.createSHAUser({ userId: ID.unique(), email, password: digest("sha3-512") }),
    { type: "user_already_exists", code: 409 },
  );
});
