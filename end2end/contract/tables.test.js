// The server SDK: databases, tables and rows, with a key and with sessions.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Databases, ID, Operator, Permission, Query, Role, TablesDB } from "node-appwrite";
import { admin, guest, plain, somebody, visiting } from "./appwrite.js";
import { aTable, columns, dropTables, idsOf, indexes, tablesDB, titlesOf } from "./tables.js";

after(dropTables);

const rowsOf = (session) => new TablesDB(visiting(session.secret));

/** Waits until a column or index that was asked for is there. */
async function available(get, params) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const made = await get.call(tablesDB, params);
    if (made.status === "available") return made;
    assert(Date.now() < deadline, `${params.key} is still ${made.status}`);
    await pause(50);
  }
}

/** Waits until a column is gone. */
async function gone(get, params) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      await get.call(tablesDB, params);
    } catch (error) {
      assert.equal(error.type, "column_not_found");
      return;
    }
    assert(Date.now() < deadline, `${params.key} is still there`);
    await pause(50);
  }
}

test("a table gets columns of every type, and indexes", async () => {
  const table = await aTable();
  const made = {
    String: { size: 200, xdefault: "x" },
    Varchar: { size: 50 },
    Text: {},
    Mediumtext: {},
    Longtext: {},
    Integer: { min: 1, max: 5, xdefault: 2 },
    BigInt: {},
    Float: { min: -0.5, max: 1.5 },
    Boolean: { xdefault: true },
    Datetime: {},
    Email: {},
    Url: {},
    Ip: {},
    Enum: { elements: ["low", "high"], xdefault: "low" },
  };
  for (const [type, options] of Object.entries(made)) {
    const key = type.toLowerCase();
    const column = { ...table, key, required: false };
    await tablesDB[`create${type}Column`]({ ...column, ...options });
    const found = await available(tablesDB.getColumn, { ...table, key });
    assert.equal(found.default ?? undefined, options.xdefault, key);
  }
  const list = await tablesDB.listColumns(table);
  assert.equal(list.total, Object.keys(made).length);

  const index = { ...table, key: "by_string", type: "key", columns: ["string"], orders: ["DESC"] };
  await tablesDB.createIndex(index);
  const found = await available(tablesDB.getIndex, { ...table, key: "by_string" });
  assert.deepEqual([found.columns, found.orders], [["string"], ["DESC"]]);

  const changed = { ...table, key: "string", required: false, xdefault: "y", newKey: "renamed" };
  await tablesDB.updateStringColumn(changed);
  const data = { text: "a text" };
  const row = await tablesDB.createRow({ ...table, rowId: ID.unique(), data });
  assert.deepEqual([row.renamed, row.integer, row.boolean, row.enum], ["y", 2, true, "low"]);

  await tablesDB.deleteIndex({ ...table, key: "by_string" });
  await tablesDB.deleteColumn({ ...table, key: "email" });
  await gone(tablesDB.getColumn, { ...table, key: "email" });
});

test("a row is created, read, changed and deleted", async () => {
  const table = await aTable({ columns });
  const rowId = ID.unique();
  const data = { title: "A title", tags: ["a", "b"], due: "2026-08-21T12:00:00.000+02:00" };
  const made = await tablesDB.createRow({ ...table, rowId, data });
  assert.equal(made.$id, rowId);
  assert.equal(made.$tableId, table.tableId);
  assert.equal(made.$databaseId, table.databaseId);
  assert.deepEqual(plain(made.$permissions), []);
  assert.deepEqual(
    [made.title, made.text, plain(made.tags), made.count, made.done, made.due],
    ["A title", null, ["a", "b"], 0, false, "2026-08-21T10:00:00.000+00:00"],
  );
  assert.deepEqual(plain(await tablesDB.getRow({ ...table, rowId })), plain(made));

  const changed = await tablesDB.updateRow({ ...table, rowId, data: { done: true } });
  assert.deepEqual([changed.title, changed.done], ["A title", true]);
  assert(changed.$updatedAt > made.$updatedAt);
  assert.equal(changed.$createdAt, made.$createdAt);

  const taken = { type: "row_already_exists", code: 409 };
  await assert.rejects(tablesDB.createRow({ ...table, rowId, data }), taken);
  await tablesDB.deleteRow({ ...table, rowId });
  const missing = { type: "row_not_found", code: 404 };
  await assert.rejects(tablesDB.getRow({ ...table, rowId }), missing);
  await assert.rejects(tablesDB.deleteRow({ ...table, rowId }), missing);
});

test("what doesn't fit a column is refused", async () => {
  const table = await aTable({ columns });
  const invalid = { type: "row_invalid_structure", code: 400 };
  for (const data of [
    { title: "x".repeat(101) },
    { text: "no title" },
    { title: 5 },
    { title: "x", count: 1001 },
    { title: "x", due: "soon" },
    { title: "x", tags: "a" },
    { title: "x", unknown: 1 },
  ]) {
    const row = { ...table, rowId: ID.unique(), data };
    await assert.rejects(tablesDB.createRow(row), invalid, JSON.stringify(data).slice(0, 60));
  }
  assert.equal((await tablesDB.listRows(table)).total, 0);
});

test("rows are listed by queries", async () => {
  const table = await aTable({ columns, indexes });
  const rows = [
    { title: "One", count: 1, tags: ["a"], text: "the quick brown fox", done: true },
    { title: "Two", count: 2, tags: ["a", "b"], text: "the lazy dog", due: "2026-01-02" },
    { title: "Three", count: 3, tags: [], text: "quick foxes everywhere", due: "2026-03-04" },
    { title: "Four", count: 4 },
  ];
  const ids = [];
  for (const data of rows) {
    const { $id } = await tablesDB.createRow({ ...table, rowId: ID.unique(), data });
    ids.push($id);
  }
  const byCount = Query.orderAsc("count");
  for (const [expected, ...queries] of [
    ["One Two Three Four"],
    ["Four Three Two One", Query.orderDesc("count")],
    ["Two", Query.equal("title", "two")],
    ["One Four", Query.equal("title", ["One", "Four"])],
    ["One Three Four", Query.notEqual("title", "Two")],
    ["Three Four", Query.greaterThan("count", 2)],
    ["One Two", Query.lessThanEqual("count", 2)],
    ["Two Three", Query.between("count", 2, 3)],
    ["Two Three", Query.startsWith("title", "T")],
    ["One Three", Query.endsWith("title", "e")],
    ["Two", Query.contains("title", "w")],
    ["One Two", Query.contains("tags", "a")],
    ["Two", Query.containsAll("tags", ["a", "b"])],
    ["Four", Query.isNull("text")],
    ["Two Three", Query.isNotNull("due")],
    ["Two", Query.lessThan("due", "2026-02-01T00:00:00.000Z")],
    ["One Three", Query.search("text", "quick")],
    ["One", Query.equal("done", true)],
    ["One Four", Query.or([Query.equal("count", 1), Query.equal("count", 4)])],
    ["Two", Query.and([Query.greaterThan("count", 1), Query.lessThan("count", 3)])],
    ["Two Three", Query.limit(2), Query.offset(1)],
    ["Three Four", Query.cursorAfter(ids[1])],
    ["One", Query.cursorBefore(ids[1])],
    ["One Two Three Four", Query.createdAfter("2020-01-01")],
    ["", Query.equal("$id", "nothing")],
    ["Three", Query.equal("$id", ids[2])],
  ]) {
    const isOrdered = queries.some((query) => query.includes('"order'));
    if (!isOrdered) queries.push(byCount);
    const found = await tablesDB.listRows({ ...table, queries });
    assert.equal(titlesOf(found).join(" "), expected, queries.join(" "));
  }

  const page = [Query.equal("tags", "a"), Query.limit(1)];
  await assert.rejects(tablesDB.listRows({ ...table, queries: page }), { code: 400 });
  const few = [Query.greaterThan("count", 1), Query.limit(1), Query.select(["title"])];
  const selected = await tablesDB.listRows({ ...table, queries: few });
  assert.equal(selected.total, 3);
  assert.equal(selected.rows[0].title, "Two");
  assert(!("count" in selected.rows[0]));
  for (const wrong of [
    Query.equal("unknown", 1),
    Query.equal("count", "many"),
    Query.search("title", "no index"),
    Query.limit(0),
    Query.cursorAfter("nothing"),
    "{}",
  ]) {
    await assert.rejects(tablesDB.listRows({ ...table, queries: [wrong] }), { code: 400 }, wrong);
  }
});

test("a row is put where there is none, and changed where there is one", async () => {
  const table = await aTable({ columns });
  const rowId = ID.unique();
  const put = (data) => tablesDB.upsertRow({ ...table, rowId, data });
  const made = await put({ title: "First" });
  assert.deepEqual([made.$id, made.title, made.count], [rowId, "First", 0]);
  const changed = await put({ title: "Second", count: 5 });
  assert.deepEqual([changed.title, changed.count], ["Second", 5]);
  assert.equal(changed.$sequence, made.$sequence);
  assert.equal((await tablesDB.listRows(table)).total, 1);
  await assert.rejects(put({ count: 6 }), { type: "row_invalid_structure", code: 400 });
});

test("a number goes up and down, within limits", async () => {
  const table = await aTable({ columns });
  const { $id: rowId } = await tablesDB.createRow({
    ...table,
    rowId: ID.unique(),
    data: { title: "Counter" },
  });
  const count = { ...table, rowId, column: "count" };
  assert.equal((await tablesDB.incrementRowColumn(count)).count, 1);
  assert.equal((await tablesDB.incrementRowColumn({ ...count, value: 4 })).count, 5);
  assert.equal((await tablesDB.decrementRowColumn({ ...count, value: 2, min: 0 })).count, 3);
  const beyond = { type: "column_limit_exceeded", code: 400 };
  await assert.rejects(tablesDB.decrementRowColumn({ ...count, value: 4, min: 0 }), beyond);
  await assert.rejects(tablesDB.incrementRowColumn({ ...count, value: 4, max: 6 }), beyond);
  await Promise.all(Array.from({ length: 20 }, () => tablesDB.incrementRowColumn(count)));
  assert.equal((await tablesDB.getRow({ ...table, rowId })).count, 23);
});

test("operators change a row as it is", async () => {
  const table = await aTable({ columns });
  const { $id: rowId } = await tablesDB.createRow({
    ...table,
    rowId: ID.unique(),
    data: { title: "Ti", tags: ["a"], count: 3, due: "2026-08-21" },
  });
  const changed = await tablesDB.updateRow({
    ...table,
    rowId,
    data: {
      title: Operator.stringConcat("tle"),
      tags: Operator.arrayAppend(["b"]),
      count: Operator.multiply(3),
      done: Operator.toggle(),
      due: Operator.dateAddDays(2),
    },
  });
  assert.deepEqual(
    [changed.title, plain(changed.tags), changed.count, changed.done, changed.due.slice(0, 10)],
    ["Title", ["a", "b"], 9, true, "2026-08-23"],
  );
});

test("a key works on many rows at once", async () => {
  const table = await aTable({ columns });
  const rows = ["a", "b", "c"].map(($id, count) => ({ $id, title: $id, count }));
  assert.equal((await tablesDB.createRows({ ...table, rows })).total, 3);
  const queries = [Query.greaterThan("count", 0)];
  const changed = await tablesDB.updateRows({ ...table, data: { done: true }, queries });
  assert.deepEqual(idsOf(changed).sort(), ["b", "c"]);
  const put = await tablesDB.upsertRows({
    ...table,
    rows: [
      { $id: "c", title: "C" },
      { $id: "d", title: "D" },
    ],
  });
  assert.equal(put.total, 2);
  const done = [Query.equal("done", true)];
  assert.equal((await tablesDB.deleteRows({ ...table, queries: done })).total, 2);
  assert.deepEqual(idsOf(await tablesDB.listRows(table)).sort(), ["a", "d"]);
});

test("with row security, a row belongs to whoever made it", async () => {
  const permissions = [Permission.create(Role.users())];
  const table = await aTable({ columns, permissions, rowSecurity: true });
  const [ada, bob] = [await somebody(), await somebody()];
  const [mine, theirs] = [rowsOf(ada.session), rowsOf(bob.session)];
  const data = { title: "Ada's" };
  const row = await mine.createRow({ ...table, rowId: ID.unique(), data });
  const rowId = row.$id;
  const own = Role.user(ada.userId);
  assert.deepEqual(
    plain(row.$permissions),
    [Permission.read(own), Permission.update(own), Permission.delete(own)],
  );
  const missing = { type: "row_not_found", code: 404 };
  const denied = { type: "user_unauthorized", code: 401 };
  await assert.rejects(theirs.getRow({ ...table, rowId }), missing);
  await assert.rejects(theirs.updateRow({ ...table, rowId, data: { title: "Bob's" } }), denied);
  await assert.rejects(theirs.deleteRow({ ...table, rowId }), denied);
  assert.equal((await theirs.listRows(table)).total, 0);
  assert.equal((await mine.listRows(table)).total, 1);
  // Nobody gives away what isn't theirs.
  const others = [Permission.read(Role.user(bob.userId))];
  await assert.rejects(mine.updateRow({ ...table, rowId, permissions: others }), denied);
  await assert.rejects(
    new TablesDB(guest()).createRow({ ...table, rowId: ID.unique(), data }),
    denied,
  );

  const shared = [Permission.read(Role.any()), Permission.update(own)];
  await mine.updateRow({ ...table, rowId, permissions: shared });
  assert.equal((await theirs.getRow({ ...table, rowId })).title, "Ada's");
  assert.equal((await new TablesDB(guest()).listRows(table)).total, 1);
  await assert.rejects(theirs.updateRow({ ...table, rowId, data: { title: "Bob's" } }), denied);
  // Nor is it Ada's to delete any longer.
  await assert.rejects(mine.deleteRow({ ...table, rowId }), denied);
  await tablesDB.deleteRow({ ...table, rowId });
});

test("a transaction is all or nothing", async () => {
  const table = await aTable({ columns });
  const { $id: transactionId } = await tablesDB.createTransaction({ ttl: 60 });
  const rowId = ID.unique();
  await tablesDB.createRow({ ...table, rowId, data: { title: "Staged" }, transactionId });
  await tablesDB.createOperations({
    transactionId,
    operations: [
      { ...table, action: "create", rowId: "second", data: { title: "Second" } },
      { ...table, action: "increment", rowId: "second", data: { column: "count", value: 2 } },
    ],
  });
  const missing = { type: "row_not_found", code: 404 };
  await assert.rejects(tablesDB.getRow({ ...table, rowId }), missing);
  assert.equal((await tablesDB.getRow({ ...table, rowId, transactionId })).title, "Staged");
  assert.equal((await tablesDB.getTransaction({ transactionId })).operations, 3);
  const done = await tablesDB.updateTransaction({ transactionId, commit: true });
  assert.equal(done.status, "committed");
  assert.equal((await tablesDB.getRow({ ...table, rowId })).title, "Staged");
  assert.equal((await tablesDB.getRow({ ...table, rowId: "second" })).count, 2);

  const other = await tablesDB.createTransaction();
  const back = { transactionId: other.$id };
  await tablesDB.deleteRow({ ...table, rowId, ...back });
  await tablesDB.updateTransaction({ ...back, rollback: true });
  assert.equal((await tablesDB.getRow({ ...table, rowId })).title, "Staged");
});

test("what changed meanwhile isn't overwritten by a transaction", async () => {
  const table = await aTable({ columns });
  const rowId = ID.unique();
  await tablesDB.createRow({ ...table, rowId, data: { title: "Before" } });
  const { $id: transactionId } = await tablesDB.createTransaction();
  await tablesDB.updateRow({ ...table, rowId, data: { title: "Staged" }, transactionId });
  await tablesDB.updateRow({ ...table, rowId, data: { title: "Meanwhile" } });
  await assert.rejects(tablesDB.updateTransaction({ transactionId, commit: true }), {
    type: "transaction_conflict",
    code: 409,
  });
  assert.equal((await tablesDB.getRow({ ...table, rowId })).title, "Meanwhile");
});

test("rows are related to others", async () => {
  const authors = await aTable({ columns });
  const books = await aTable({ columns });
  await tablesDB.createRelationshipColumn({
    ...authors,
    relatedTableId: books.tableId,
    type: "oneToMany",
    twoWay: true,
    key: "books",
    twoWayKey: "author",
    onDelete: "cascade",
  });
  await available(tablesDB.getColumn, { ...authors, key: "books" });
  await available(tablesDB.getColumn, { ...books, key: "author" });
  const rowId = ID.unique();
  const data = { title: "Ada", books: [{ $id: "notes", title: "Notes" }] };
  await tablesDB.createRow({ ...authors, rowId, data });
  const queries = [Query.select(["*", "books.*"])];
  const author = await tablesDB.getRow({ ...authors, rowId, queries });
  assert.deepEqual(author.books.map(({ $id, title }) => [$id, title]), [["notes", "Notes"]]);
  await tablesDB.deleteRow({ ...authors, rowId });
  assert.equal((await tablesDB.listRows(books)).total, 0);
});

test("the older names mean the same rows", async () => {
  const table = await aTable({ columns });
  const databases = new Databases(admin());
  const { databaseId, tableId: collectionId } = table;
  const collection = { databaseId, collectionId };
  const documentId = ID.unique();
  const data = { title: "Old" };
  const made = await databases.createDocument({ ...collection, documentId, data });
  assert.equal(made.$collectionId, collectionId);
  assert.equal((await tablesDB.getRow({ ...table, rowId: documentId })).title, "Old");
  await databases.updateDocument({ ...collection, documentId, data: { count: 1 } });
  const queries = [Query.equal("count", 1)];
  const { total, documents } = await databases.listDocuments({ ...collection, queries });
  assert.deepEqual([total, documents[0].$id], [1, documentId]);
  await databases.deleteDocument({ ...collection, documentId });
  const missing = { type: "document_not_found", code: 404 };
  await assert.rejects(databases.getDocument({ ...collection, documentId }), missing);
});
