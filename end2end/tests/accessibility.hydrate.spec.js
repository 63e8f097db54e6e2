// axe is a script itself, so these need JavaScript.

import AxeBuilder from "@axe-core/playwright";
import { expect, needs, test } from "./fixtures.js";
import { guest, secondStep, signedIn, signedOut } from "./pages.js";

for (const colorScheme of ["light", "dark"]) {
  test.describe(`in ${colorScheme}, axe finds nothing wrong`, () => {
    test.use({ colorScheme });

    async function check(page, pages) {
      let looked = 0;
      for await (const name of pages) {
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations, name).toEqual([]);
        looked += 1;
      }
      expect(looked).toBeGreaterThan(0);
    }

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
}
