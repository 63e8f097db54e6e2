import { expect, needs, test } from "./fixtures.js";
import { guest, secondStep, signedIn, signedOut } from "./pages.js";
import { notes } from "./pages.js";

// How many dots are drawn moves nothing, and drawing fewer is quicker.
test.use({ deviceScaleFactor: 1 });

const narrow = { width: 320, fontSize: "" };
// A window of 1280 pixels at 200 %.
const zoomed = { width: 640, fontSize: "" };
const largeText = { width: 1280, fontSize: "200%" };
const phoneWithLargeText = { width: 390, fontSize: "200%" };

/** Looks at each page in four windows, and leaves the narrow one to go on in. */
async function check(page, pages) {
  await page.setViewportSize({ width: narrow.width, height: 640 });
  let looked = 0;
  for await (const name of pages) {
    for (const { width, fontSize } of [zoomed, largeText, phoneWithLargeText, narrow]) {
      await page.setViewportSize({ width, height: 640 });
      const needed = await page.evaluate((fontSize) => {
        document.documentElement.style.fontSize = fontSize;
        return document.documentElement.scrollWidth;
      }, fontSize);
      const how = `${name}, ${width} pixels wide, text ${fontSize || "as it is"}`;
      expect(needed, how).toBeLessThanOrEqual(width);
    }
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
