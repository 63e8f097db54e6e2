// The official web SDK, in a real browser: rows of who is signed in on the page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ID, Permission, Query, Role } from "appwrite";
import { password, somebody } from "./appwrite.js";
import { call, callTables, startSite } from "./page.js";
import { aTable, columns, dropTables, indexes, titlesOf } from "./tables.js";

const permissions = [Permission.create(Role.users())];

let site;
let table;

before(async () => {
  site = await startSite();
  table = await aTable({ columns, indexes, permissions, rowSecurity: true });
});

after(async () => {
  await site?.stop();
  await dropTables();
});

/** A page on which somebody new is signed in. */
async function signedIn() {
  const { email, userId } = await somebody();
  const page = await site.open();
  await call(page, "createEmailPasswordSession", { email, password });
  const rows = (method, params) => callTables(page, method, { ...table, ...params });
  return { userId, page, rows };
}

const missing = { type: "row_not_found", code: 404 };
const denied = { type: "user_unauthorized", code: 401 };

test("a page creates, reads, changes and deletes a row", async () => {
  const { userId, rows } = await signedIn();
  const rowId = ID.unique();
  const own = Role.user(userId);
  const made = await rows("createRow", { rowId, data: { title: "Mine" } });
  assert.deepEqual(made.$permissions, [
    Permission.read(own),
    Permission.update(own),
    Permission.delete(own),
  ]);
  assert.deepEqual(await rows("getRow", { rowId }), made);
  const data = { text: "ünïcödé", tags: ["a"] };
  assert.equal((await rows("updateRow", { rowId, data })).text, data.text);
  const put = await rows("upsertRow", { rowId, data: { title: "Put" } });
  assert.deepEqual([put.title, put.text], ["Put", data.text]);
  assert.equal((await rows("incrementRowColumn", { rowId, column: "count", value: 3 })).count, 3);
  assert.equal((await rows("decrementRowColumn", { rowId, column: "count" })).count, 2);
  await rows("deleteRow", { rowId });
  await assert.rejects(rows("getRow", { rowId }), missing);
});

test("a page lists its own rows by queries", async () => {
  const { rows } = await signedIn();
  for (const [title, text] of [
    ["One", "quick fox"],
    ["Two", "lazy dog"],
    ["Three", "quick dog"],
  ]) {
    await rows("createRow", { rowId: ID.unique(), data: { title, text } });
  }
  const other = await signedIn();
  await other.rows("createRow", { rowId: ID.unique(), data: { title: "Not mine" } });
  const list = async (...queries) => rows("listRows", { queries });
  assert.equal((await list()).total, 3);
  assert.deepEqual(titlesOf(await list(Query.equal("title", "Two"))), ["Two"]);
  assert.deepEqual(titlesOf(await list(Query.search("text", "quick"))), ["One", "Three"]);
  assert.deepEqual(titlesOf(await list(Query.orderDesc("$createdAt"), Query.limit(1))), ["Three"]);
  const first = await list(Query.orderAsc("$createdAt"), Query.limit(2));
  const next = await list(Query.orderAsc("$createdAt"), Query.cursorAfter(first.rows[1].$id));
  assert.deepEqual(titlesOf(next), ["Three"]);
  const wrong = { type: "general_query_invalid", code: 400 };
  await assert.rejects(list(Query.equal("unknown", 1)), wrong);
});

test("a page sees nothing of other people's rows, until they are shared", async () => {
  const ada = await signedIn();
  const bob = await signedIn();
  const rowId = ID.unique();
  await ada.rows("createRow", { rowId, data: { title: "Ada's" } });
  await assert.rejects(bob.rows("getRow", { rowId }), missing);
  await assert.rejects(bob.rows("updateRow", { rowId, data: { title: "Bob's" } }), denied);
  await assert.rejects(bob.rows("deleteRow", { rowId }), denied);
  const own = Role.user(ada.userId);
  const shared = [Permission.read(Role.users()), Permission.update(own), Permission.delete(own)];
  await ada.rows("updateRow", { rowId, permissions: shared });
  assert.equal((await bob.rows("getRow", { rowId })).title, "Ada's");
  await ada.rows("deleteRow", { rowId });
});

test("a page's transaction is all or nothing", async () => {
  const { page, rows } = await signedIn();
  const { $id: transactionId } = await callTables(page, "createTransaction", { ttl: 60 });
  const rowId = ID.unique();
  await rows("createRow", { rowId, data: { title: "Staged" }, transactionId });
  await assert.rejects(rows("getRow", { rowId }), missing);
  await callTables(page, "updateTransaction", { transactionId, commit: true });
  assert.equal((await rows("getRow", { rowId })).title, "Staged");
  const other = await callTables(page, "createTransaction", {});
  await rows("deleteRow", { rowId, transactionId: other.$id });
  await callTables(page, "updateTransaction", { transactionId: other.$id, rollback: true });
  assert.equal((await rows("getRow", { rowId })).title, "Staged");
});

test("a page may not change tables", async () => {
  const { page, rows } = await signedIn();
  assert(!(await page.evaluate(() => "createTable" in window.tablesDB)));
  await rows("createRow", { rowId: ID.unique(), data: { title: "Mine" } });
  const status = await page.evaluate(
    async ({ databaseId, tableId }) => {
      const { endpoint, project } = window.tablesDB.client.config;
      const url = `${endpoint}/tablesdb/${databaseId}/tables/${tableId}`;
      const headers = { "x-appwrite-project": project };
      const sent = { method: "DELETE", credentials: "include", headers };
      return (await fetch(url, sent)).status;
    },
    table,
  );
  assert.equal(status, 401);
  assert.equal((await rows("listRows")).total, 1);
});
