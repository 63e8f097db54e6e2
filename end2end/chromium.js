// Which Chromium to drive, and how.

import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const installed = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** Launch options: Playwright's own browser where it is there, else an installed one. */
export const launchOptions = {
  executablePath:
    process.env.CHROMIUM_PATH ||
    (existsSync(chromium.executablePath()) ? undefined : installed.find((path) => existsSync(path))),
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
