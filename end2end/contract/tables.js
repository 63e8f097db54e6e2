// What the suites of rows use: a key's view of tables, and a table to put rows into.

import { ID, TablesDB } from "node-appwrite";
import { admin } from "./appwrite.js";

export const tablesDB = new TablesDB(admin());

const databaseId = ID.unique();
let database;

/** A new table. Its columns are there at once, because they are sent along with it. */
export async function aTable(options) {
  database ??= tablesDB.create({ databaseId, name: "Contract" });
  await database;
  const tableId = ID.unique();
  await tablesDB.createTable({ databaseId, tableId, name: "Table", ...options });
  return { databaseId, tableId };
}

/** Deletes every table that this suite has made. */
export async function dropTables() {
  if (database) await tablesDB.delete({ databaseId });
}

/** Columns that most tests can do with. */
export const columns = [
  { key: "title", type: "string", size: 100, required: true },
  { key: "text", type: "string", size: 10_000 },
  { key: "tags", type: "string", size: 36, array: true },
  { key: "count", type: "integer", min: 0, max: 1000, default: 0 },
  { key: "done", type: "boolean", default: false },
  { key: "due", type: "datetime" },
];

/** Indexes for them. Inline, Appwrite calls their columns attributes. */
export const indexes = [
  { key: "by_count", type: "key", attributes: ["count"], orders: ["ASC"] },
  { key: "words", type: "fulltext", attributes: ["text"] },
];

export const idsOf = (list) => list.rows.map(({ $id }) => $id);
export const titlesOf = (list) => list.rows.map(({ title }) => title);
