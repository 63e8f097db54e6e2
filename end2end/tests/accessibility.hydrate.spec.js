// axe is a script itself, so these need JavaScript.

import AxeBuilder from "@axe-core/playwright";
import { expect, needs, test } from "./fixtures.js";
import { guest, secondStep, signedIn, signedOut } from "./pages.js";

/** The rules whose outcome depends on the colours, which are all that the dark scheme changes. */
const aboutColours = ["color-contrast", "link-in-text-block"];

/** Looks at each page in the light scheme, and at its colours in the dark one, too. */
async function check(page, pages) {
  let looked = 0;
  for await (const name of pages) {
    await page.emulateMedia({ colorScheme: "light" });
    const light = await new AxeBuilder({ page }).analyze();
    expect(light.violations, name).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await new AxeBuilder({ page }).withRules(aboutColours).analyze();
    expect(dark.violations, `${name}, dark`).toEqual([]);
    expect(dark.passes.map(({ id }) => id)).toContain("color-contrast");
    looked += 1;
  }
  expect(looked).toBeGreaterThan(0);
}

test.describe("axe finds nothing wrong", () => {
  test("signed out", async ({ page }) => {
    await check(page, signedOut(page));
  });

  test("signed in", async ({ page }) => {
    needs("password");
    await check(page, signedIn(page));
  });

  test("as a guest", async ({ page }) => {
    needs("anonymous");
    await check(page, guest(page));
  });

  test("at the second step", async ({ page, inbox }) => {
    needs("password");
    await check(page, secondStep(page, inbox));
  });
});
