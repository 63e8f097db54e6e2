// The official command line, pushing project files as people do. It deletes every database that
// the file doesn't have, so it has local Appwrites of its own.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";
import { Client, Query, TablesDB } from "node-appwrite";
import { key, plain, project } from "./appwrite.js";

const { CONTRACT_EMPTY_ENDPOINT: empty, CONTRACT_SCHEMA_ENDPOINT: withSchema } = process.env;

const fileAt = (path) => fileURLToPath(new URL(path, import.meta.url));
const CLI = fileAt("../node_modules/appwrite-cli/index.js");
/** A project file with a column of every type that the command line knows. */
const EVERYTHING = fileAt("fixtures/appwrite.config.json");
/** The app's own. */
const OWN = fileAt("../../appwrite.config.json");

const run = promisify(execFile);

/** A folder with a project file, and the command line in it, which talks to this endpoint. */
async function projectFolder(t, file, endpoint) {
  const folder = await mkdtemp(join(tmpdir(), "appwrite-cli-"));
  t.after(() => rm(folder, { recursive: true }));
  await copyFile(file, join(folder, "appwrite.config.json"));
  // What it's told with `client` is kept in the home folder.
  const options = { cwd: folder, env: { PATH: process.env.PATH, HOME: folder } };
  const appwrite = async (...args) => {
    const { stdout, stderr } = await run(process.execPath, [CLI, ...args], options);
    return stripVTControlCharacters(stdout + stderr);
  };
  const client = ["--endpoint", endpoint, "--project-id", project, "--key", key];
  await appwrite("client", ...client);
  return () => appwrite("push", "tables", "--all", "--force");
}

/** Every database with its tables, columns and indexes. */
async function schema(tablesDB) {
  const { databases } = await tablesDB.list();
  const all = databases.map(async (database) => {
    const { tables } = await tablesDB.listTables({ databaseId: database.$id });
    return { database, tables };
  });
  return plain(await Promise.all(all));
}

const at = (endpoint) =>
  new TablesDB(new Client().setEndpoint(endpoint).setProject(project).setKey(key));

/** Pushes a file twice, with a row in between, and nothing may change the second time. */
async function pushTwice(t, file, { databaseId, tableId, data }) {
  const push = await projectFolder(t, file, empty);
  const tablesDB = at(empty);
  assert.doesNotMatch(await push(), /pushed 0 tables/);
  const table = { databaseId, tableId };
  const row = await tablesDB.createRow({ ...table, rowId: "kept", data });
  const before = await schema(tablesDB);
  const second = await push();
  assert.match(second, /No changes found in tablesDB resource/);
  assert.match(second, /Successfully pushed 0 tables/);
  assert.deepEqual(await schema(tablesDB), before);
  const queries = [Query.select(["*"])];
  const kept = await tablesDB.getRow({ ...table, rowId: "kept", queries });
  for (const name of Object.keys(data)) assert.deepEqual(kept[name], row[name], name);
  assert.equal(kept.$updatedAt, row.$updatedAt);
}

const skip = !empty && "it deletes databases, so it's for local Appwrites only";

test("every type of column is pushed, and then nothing changes", { skip }, async (t) => {
  await pushTwice(t, EVERYTHING, {
    databaseId: "everything",
    tableId: "columns",
    data: {
      string: "a text",
      strings: ["a", "b"],
      secret: "hidden",
      email: "ada@example.com",
      url: "https://example.com/a?b=c",
      ip: "::1",
      enum: "high",
      integer: 7,
      integers: [1, 4_000_000_000],
      double: -0.25,
      boolean: true,
      datetime: "2026-08-21T12:00:00.000+00:00",
    },
  });
});

const hasTables = { skip: skip || (!existsSync(OWN) && "this app has no tables") };

test("the app's own file is pushed, and then nothing changes", hasTables, async (t) => {
  const table = { databaseId: "app", tableId: "notes" };
  await pushTwice(t, OWN, { ...table, data: { userId: "ada", title: "A note" } });
});

test("what a server was started with is what the command line pushes", { skip }, async (t) => {
  const before = await schema(at(withSchema));
  const push = await projectFolder(t, EVERYTHING, withSchema);
  assert.match(await push(), /Successfully pushed 0 tables/);
  assert.deepEqual(await schema(at(withSchema)), before);
});
