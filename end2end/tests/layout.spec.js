import { expect, signUp, somebody, test } from "./fixtures.js";

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
