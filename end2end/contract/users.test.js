// The server SDK: users, administered with a key.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Account, ID, Query, Users } from "node-appwrite";
import { admin, aPhone, anEmail, guest, password, plain, signIn, somebody } from "./appwrite.js";

const users = new Users(admin());

/** Makes users whose names sort as given, and gives the word that finds them, and their IDs. */
async function people(...names) {
  const word = ID.unique();
  const ids = [];
  for (const name of names) {
    const user = await users.create({
      userId: ID.unique(),
      email: anEmail(),
      name: `${word} ${name}`,
    });
    ids.push(user.$id);
  }
  return { word, ids };
}

const idsOf = (list) => list.users.map(({ $id }) => $id);

test("users are administered with a key", async () => {
  const user = await users.create({ userId: ID.unique(), email: anEmail(), password });
  assert.equal((await users.updateStatus({ userId: user.$id, status: false })).status, false);
  await users.delete({ userId: user.$id });
  await assert.rejects(users.get({ userId: user.$id }), { type: "user_not_found" });
});

test("a user is made with everything there is", async () => {
  const userId = ID.unique();
  const email = anEmail();
  const phone = aPhone();
  const user = await users.create({ userId, email, phone, password, name: "Ada" });
  assert.equal(user.$id, userId);
  assert.equal(user.email, email);
  assert.equal(user.phone, phone);
  assert.equal(user.name, "Ada");
  assert.equal(user.hash, "argon2");
  assert.match(user.password, /^\$argon2id\$/);
  assert.equal(user.emailVerification, false);
  assert.equal((await users.get({ userId })).email, email);
  assert.equal((await signIn({ email })).session.userId, userId);
});

test("a user is made with nothing but an ID, and cannot sign in", async () => {
  const { $id, email, name } = await users.create({ userId: "unique()" });
  assert.match($id, /^[0-9a-f]{20}$/);
  assert.equal(email, "");
  assert.equal(name, "");
  const address = anEmail();
  await users.updateEmail({ userId: $id, email: address });
  await assert.rejects(signIn({ email: address }), { type: "user_invalid_credentials", code: 401 });
});

test("an ID, an email and a phone number belong to one user", async () => {
  const userId = ID.unique();
  const email = anEmail();
  const phone = aPhone();
  await users.create({ userId, email, phone });
  for (const taken of [{ userId }, { email }, { phone }]) {
    await assert.rejects(
      users.create({ userId: ID.unique(), ...taken }),
      { type: "user_already_exists", code: 409 },
      `not ${JSON.stringify(taken)}`,
    );
  }
  const other = await users.create({ userId: ID.unique() });
  await assert.rejects(users.updateEmail({ userId: other.$id, email }), {
    type: "user_target_already_exists",
    code: 409,
  });
});

test("name, email, phone, preferences and flags are changed", async () => {
  const { userId } = await somebody();
  const email = anEmail();
  const phone = aPhone();
  assert.equal((await users.updateName({ userId, name: "Grace" })).name, "Grace");
  assert.equal((await users.updateName({ userId, name: "" })).name, "");
  assert.equal((await users.updateEmail({ userId, email })).email, email);
  assert.equal((await users.updatePhone({ userId, number: phone })).phone, phone);
  const verified = await users.updateEmailVerification({ userId, emailVerification: true });
  assert.equal(verified.emailVerification, true);
  assert.equal(verified.phoneVerification, false);
  assert.equal(
    (await users.updatePhoneVerification({ userId, phoneVerification: true })).phoneVerification,
    true,
  );
  assert.equal((await users.updateMFA({ userId, mfa: true })).mfa, true);
  assert.equal((await users.updateImpersonator({ userId, impersonator: true })).impersonator, true);
  assert.deepEqual(plain(await users.updatePrefs({ userId, prefs: { x: 1 } })), { x: 1 });
  assert.deepEqual(plain(await users.getPrefs({ userId })), { x: 1 });

  const user = await users.get({ userId });
  assert.deepEqual(
    [user.name, user.email, user.phone, user.mfa, user.emailVerification, user.phoneVerification],
    ["", email, phone, true, true, true],
  );
});

test("a password set by a key ends every session", async () => {
  const { userId, email, account } = await somebody();
  await users.updatePassword({ userId, password: "password-2" });
  await assert.rejects(account.get(), { type: "general_unauthorized_scope", code: 401 });
  await assert.rejects(signIn({ email }), { type: "user_invalid_credentials", code: 401 });
  await signIn({ email, password: "password-2" });
});

test("labels are replaced, and doubles dropped", async () => {
  const { userId, account } = await somebody();
  const labelled = await users.updateLabels({ userId, labels: ["vip", "Staff2"] });
  assert.deepEqual(labelled.labels.toSorted(), ["Staff2", "vip"]);
  assert.deepEqual((await users.updateLabels({ userId, labels: ["one", "one"] })).labels, ["one"]);
  assert.deepEqual((await account.get()).labels, ["one"]);
  assert.deepEqual((await users.updateLabels({ userId, labels: [] })).labels, []);
  await assert.rejects(users.updateLabels({ userId, labels: ["not-alphanumeric"] }), {
    type: "general_argument_invalid",
    code: 400,
  });
});

test("a blocked user is out, and in again", async () => {
  const { userId, account } = await somebody();
  await users.updateStatus({ userId, status: false });
  await assert.rejects(account.get(), { type: "user_blocked", code: 403 });
  assert.equal((await users.updateStatus({ userId, status: true })).status, true);
  assert.equal((await account.get()).$id, userId);
});

test("a deleted user is gone, with the sessions", async () => {
  const { userId, email, account } = await somebody();
  await users.delete({ userId });
  const notFound = { type: "user_not_found", code: 404 };
  await assert.rejects(users.get({ userId }), notFound);
  await assert.rejects(users.delete({ userId }), notFound);
  await assert.rejects(users.updateName({ userId, name: "x" }), notFound);
  await assert.rejects(account.get(), { type: "general_unauthorized_scope", code: 401 });
  await assert.rejects(signIn({ email }), { type: "user_invalid_credentials", code: 401 });
  await users.create({ userId: ID.unique(), email });
});

test("users are searched, ordered and cut", async () => {
  const { word, ids } = await people("A", "B", "C");
  const [a, b, c] = ids;
  const found = await users.list({ search: word, queries: [Query.orderAsc("name")] });
  assert.equal(found.total, 3);
  assert.deepEqual(idsOf(found), [a, b, c]);
  const last = await users.list({
    search: word,
    queries: [Query.orderDesc("name"), Query.limit(1)],
  });
  assert.equal(last.total, 3);
  assert.deepEqual(idsOf(last), [c]);
  const rest = await users.list({
    search: word,
    queries: [Query.orderAsc("name"), Query.offset(1)],
  });
  assert.deepEqual(idsOf(rest), [b, c]);
  assert.equal((await users.list({ search: word, total: false })).total, 0);
  assert.deepEqual(plain(await users.list({ search: ID.unique() })), { total: 0, users: [] });
});

test("users are found by what they are", async () => {
  const { word, ids } = await people("A", "B", "C");
  const [a, b, c] = ids;
  const phone = aPhone();
  const label = ID.unique();
  const email = anEmail();
  await users.updatePhone({ userId: a, number: phone });
  await users.updateLabels({ userId: b, labels: [label] });
  await users.updateEmail({ userId: c, email });
  await users.updateStatus({ userId: c, status: false });
  const find = async (...queries) =>
    idsOf(await users.list({ queries: [...queries, Query.orderAsc("name")] }));
  const ours = Query.startsWith("name", word);
  assert.deepEqual(await find(ours), [a, b, c]);
  assert.deepEqual(await find(Query.equal("phone", [phone])), [a]);
  assert.deepEqual(await find(Query.contains("labels", [label])), [b]);
  assert.deepEqual(await find(Query.equal("email", [email])), [c]);
  assert.deepEqual(await find(ours, Query.equal("status", [false])), [c]);
  assert.deepEqual(await find(ours, Query.notEqual("name", `${word} B`)), [a, c]);
  assert.deepEqual(await find(ours, Query.greaterThan("name", `${word} A`)), [b, c]);
  assert.deepEqual(
    await find(
      ours,
      Query.or([Query.equal("phone", [phone]), Query.equal("status", [false])]),
    ),
    [a, c],
  );
});

test("a long list is read page by page", async () => {
  const { word, ids } = await people("1", "2", "3", "4", "5");
  const base = [Query.startsWith("name", word), Query.orderAsc("name"), Query.limit(2)];
  const pages = [];
  for (let cursor = []; ; cursor = [Query.cursorAfter(pages.at(-1).at(-1))]) {
    const page = idsOf(await users.list({ queries: [...base, ...cursor] }));
    if (page.length === 0) break;
    pages.push(page);
  }
  assert.deepEqual(pages, [ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
  const back = await users.list({ queries: [...base, Query.cursorBefore(ids[4])] });
  assert.deepEqual(idsOf(back), ids.slice(2, 4));
});

test("a query that cannot be is refused", async () => {
  for (const [query, type] of [
    [Query.equal("zzz", ["x"]), "general_argument_invalid"],
    ["not a query", "general_argument_invalid"],
    [Query.cursorAfter(ID.unique()), "general_cursor_not_found"],
  ]) {
    await assert.rejects(users.list({ queries: [query] }), { type, code: 400 }, `not ${query}`);
  }
});

test("users are for keys", async () => {
  const { session } = await somebody();
  const out = { type: "general_unauthorized_scope", code: 401 };
  await assert.rejects(new Users(guest()).list(), out);
  await assert.rejects(new Users(guest().setSession(session.secret)).list(), out);
  await assert.rejects(new Users(guest().setKey("standard_nosuchkey")).list(), {
    type: "user_unauthorized",
    code: 401,
  });
});

test("who comes by the Account API is among the users", async () => {
  const email = anEmail();
  const { $id } = await new Account(admin()).create({ userId: ID.unique(), email, password });
  assert.deepEqual(idsOf(await users.list({ queries: [Query.equal("email", [email])] })), [$id]);
});
