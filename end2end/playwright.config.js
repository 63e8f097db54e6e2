import { defineConfig, devices } from "@playwright/test";
import { launchOptions } from "./chromium.js";

// Specs named *.hydrate.spec.js need JavaScript; every other one must pass without it too.
const needsScript = /\.hydrate\.spec\.js$/;
// How many dots are drawn moves nothing, and drawing fewer is quicker.
const phone = { ...devices["Pixel 7"], deviceScaleFactor: 1 };
// What pages look like without a script. With one, the specs of accessibility look at that.
const looks = /layout\.spec\.js$/;

export default defineConfig({
  testDir: "tests",
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  workers: 2,
  // Patience for slow machines; what is waited for is a condition, so it costs nothing elsewhere.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["./failures.js", { outputFile: "test-results/failures.txt" }]],
  // Tracing every test is slow, so a test that fails is run again with a trace. It has failed all the
  // same.
  retries: 1,
  failOnFlakyTests: true,
  use: {
    baseURL: process.env.BASE_URL || "http://127.0.0.1:3000",
    launchOptions,
    // Without the transitions between pages, whose frames take longer than the pages. The specs of going
    // back and forth have them.
    contextOptions: { reducedMotion: "reduce" },
    trace: "on-first-retry",
  },
  // Every flow runs with scripts and without, on a desktop and on a phone, but not in all four pairs
  // of them: no flow depends on both at once.
  projects: [
    { name: "desktop", use: devices["Desktop Chrome"], testIgnore: looks },
    {
      name: "phone without script",
      use: { ...phone, javaScriptEnabled: false },
      testIgnore: needsScript,
    },
    { name: "phone", use: phone, testMatch: needsScript },
    {
      name: "desktop without script",
      use: { ...devices["Desktop Chrome"], javaScriptEnabled: false },
      testMatch: looks,
    },
  ],
});
