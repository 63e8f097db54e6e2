// axe is a script itself, so these need JavaScript.

import AxeBuilder from "@axe-core/playwright";
import { expect, signUp, somebody, test } from "./fixtures.js";

for (const colorScheme of ["light", "dark"]) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("no page has an accessibility violation", async ({ page }) => {
      const check = async (path) => {
        if (path) await page.goto(path);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations, page.url()).toEqual([]);
      };
      for (const path of ["/", "/signin", "/signin?notice=signed-out", "/signup", "/nowhere"]) {
        await check(path);
      }
      await page.goto("/signup");
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(page.getByLabel("E-mail")).toHaveAttribute("aria-invalid", "true");
      await check();
      await signUp(page, somebody());
      await check("/account");
    });
  });
}
