// Which Chromium to drive, and how.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "@playwright/test";

// The headless shell draws the same pages with less work.
const names = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
];
const folders = (process.env.PATH ?? "").split(delimiter);
const installed = names.flatMap((name) => folders.map((folder) => join(folder, name)));

/** The one that CHROMIUM_PATH names, else Playwright's own where it is there, else an installed one. */
export const executablePath =
  process.env.CHROMIUM_PATH || [chromium.executablePath(), ...installed].find((path) => existsSync(path));

/** Launch options. */
export const launchOptions = {
  executablePath,
  args: [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    // Chromium refuses its sandbox to root, who runs it in containers.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ],
};
