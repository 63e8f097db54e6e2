// A page of another origin on this machine, with the official web SDK in it, in a real browser.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { chromium } from "@playwright/test";
import { launchOptions } from "../chromium.js";
import { endpoint, project } from "./appwrite.js";

const sdk = await readFile(new URL("../node_modules/appwrite/dist/iife/sdk.js", import.meta.url));
const html = `<!doctype html><title>page</title><link rel="icon" href="data:,">
<script src="/sdk.js"></script>
<script>
  const client = new Appwrite.Client()
    .setEndpoint(${JSON.stringify(endpoint)})
    .setProject(${JSON.stringify(project)});
  window.account = new Appwrite.Account(client);
  window.tablesDB = new Appwrite.TablesDB(client);
</script>`;

/**
 * Starts the browser and a site whose every page holds `window.account` and `window.tablesDB`.
 * `open` gives a page with cookies and storage of its own.
 */
export async function startSite(hostname = "localhost") {
  const browser = await chromium.launch(launchOptions);
  const server = createServer((request, response) => {
    const isSdk = request.url === "/sdk.js";
    response.setHeader("content-type", isSdk ? "text/javascript" : "text/html");
    response.end(isSdk ? sdk : html);
  });
  await new Promise((resolve) => server.listen(0, hostname, resolve));
  const origin = `http://${hostname}:${server.address().port}`;
  return {
    origin,
    async open(options) {
      const page = await browser.newPage(options);
      await page.goto(`${origin}/`);
      return page;
    },
    async stop() {
      await browser.close();
      server.close();
    },
  };
}

/** Calls a method of the page's `Account`; Appwrite's errors keep their type and code. */
export const call = (page, method, params) => callService(page, "account", method, params);

/** Calls a method of the page's `TablesDB`. */
export const callTables = (page, method, params) => callService(page, "tablesDB", method, params);

async function callService(page, service, method, params) {
  const { value, error } = await page.evaluate(
    async ([service, method, params]) => {
      try {
        return { value: await window[service][method](params) };
      } catch ({ message, type, code }) {
        return { error: { message, type, code } };
      }
    },
    [service, method, params],
  );
  if (error) throw Object.assign(new Error(error.message), error);
  return value;
}
