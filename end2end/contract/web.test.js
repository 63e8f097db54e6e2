// The official web SDK, in a real browser, from a page of another origin on this machine.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { chromium } from "@playwright/test";
import { launchOptions } from "../chromium.js";

const { CONTRACT_ENDPOINT, CONTRACT_PROJECT } = process.env;
const sdk = new URL("../node_modules/appwrite/dist/iife/sdk.js", import.meta.url).pathname;

let site, browser;

before(async () => {
  site = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>page</title>");
  });
  await new Promise((resolve) => site.listen(0, "localhost", resolve));
  browser = await chromium.launch(launchOptions);
});

after(async () => {
  await browser?.close();
  site?.close();
});

test("a page signs up, in, and out", async () => {
  const page = await browser.newPage();
  await page.goto(`http://localhost:${site.address().port}/`);
  await page.addScriptTag({ path: sdk });
  const seen = await page.evaluate(
    async ({ endpoint, project }) => {
      const { Account, Client, ID } = globalThis.Appwrite;
      const account = new Account(new Client().setEndpoint(endpoint).setProject(project));
      const email = `${ID.unique()}@example.com`;
      await account.create({ userId: ID.unique(), email, password: "password-1", name: "Ada" });
      const session = await account.createEmailPasswordSession({ email, password: "password-1" });
      const { name } = await account.get();
      const { total } = await account.listSessions();
      await account.deleteSession({ sessionId: "current" });
      const after = await account.get().catch((error) => error.type);
      return { secret: session.secret, name, total, after };
    },
    { endpoint: CONTRACT_ENDPOINT, project: CONTRACT_PROJECT },
  );
  assert.deepEqual(seen, {
    secret: "",
    name: "Ada",
    total: 1,
    after: "general_unauthorized_scope",
  });
  await page.close();
});
