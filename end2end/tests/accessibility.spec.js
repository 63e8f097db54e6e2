import AxeBuilder from "@axe-core/playwright";
import { expect, signUp, somebody, test } from "./fixtures.js";

for (const colorScheme of ["light", "dark"]) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("no page has an accessibility violation", async ({ page }) => {
      const check = async (path) => {
        if (path) await page.goto(path);
        // axe brings its own script, which a page's policy would refuse.
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

test("no page scrolls sideways at 320 pixels", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const check = async (path) => {
    await page.goto(path);
    const box = await page.locator("html").boundingBox();
    const main = await page.locator("main").boundingBox();
    expect(main.width, path).toBeLessThanOrEqual(320);
    expect(box.width, path).toBeLessThanOrEqual(320);
  };
  for (const path of ["/", "/signin", "/signup", "/nowhere"]) await check(path);
  await signUp(page, somebody());
  await check("/account");
});
