// Where scripts run, the specs of accessibility look at the same.

import { expect, needs, test } from "./fixtures.js";
import { guest, secondStep, signedIn, signedOut } from "./pages.js";
import { notes } from "./pages.js";
import { expectToFit } from "./windows.js";

async function check(page, pages) {
  // The window it's left in.
  await page.setViewportSize({ width: 320, height: 640 });
  let looked = 0;
  for await (const name of pages) {
    await expectToFit(page, name);
    looked += 1;
  }
  expect(looked).toBeGreaterThan(0);
}

test.describe("no page scrolls sideways", () => {
  test("signed out", async ({ page }) => {
    await check(page, signedOut(page));
  });

  test("signed in", async ({ page }) => {
    needs("password");
    await check(page, signedIn(page));
  });

  // notes: begin
  test("notes", async ({ page }) => {
    needs("password");
    await check(page, notes(page));
  });
  // notes: end

  test("as a guest", async ({ page }) => {
    needs("anonymous");
    await check(page, guest(page));
  });

  test("at the second step", async ({ page, inbox }) => {
    needs("password");
    await check(page, secondStep(page, inbox));
  });
});
