import { defineConfig, devices } from "@playwright/test";
import { launchOptions } from "./chromium.js";

// Specs named *.hydrate.spec.js need JavaScript; every other one must pass without it too.
const needsScript = /\.hydrate\.spec\.js$/;

export default defineConfig({
  testDir: "tests",
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  workers: 2,
  // Patience for slow machines; what is waited for is a condition, so it costs nothing elsewhere.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env.BASE_URL || "http://127.0.0.1:3000",
    launchOptions,
    trace: "retain-on-failure",
  },
  projects: [
    { name: "desktop", use: devices["Desktop Chrome"] },
    { name: "phone", use: devices["Pixel 7"] },
    {
      name: "desktop without script",
      use: { ...devices["Desktop Chrome"], javaScriptEnabled: false },
      testIgnore: needsScript,
    },
    {
      name: "phone without script",
      use: { ...devices["Pixel 7"], javaScriptEnabled: false },
      testIgnore: needsScript,
    },
  ],
});
