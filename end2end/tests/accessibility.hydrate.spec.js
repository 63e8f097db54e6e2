// axe is a script itself, so these need JavaScript.

import axe from "axe-core";
import { expect, needs, test } from "./fixtures.js";
import { guest, secondStep, signedIn, signedOut } from "./pages.js";
import { notes } from "./pages.js";
import { expectToFit } from "./windows.js";

/** The rules whose outcome depends on the colors, which are all that the dark scheme changes. */
const aboutColors = ["color-contrast", "link-in-text-block"];

/** Also what axe leaves out unless it's asked for. */
const everything = { "target-size": { enabled: true } };
const withoutColors = {
  ...everything,
  ...Object.fromEntries(aboutColors.map((rule) => [rule, { enabled: false }])),
};

/**
 * What axe has against a page as it looks by now, and which rules have passed. Its script is only put
 * into a page once.
 */
async function ask(page, options) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async (options) => {
    // Of the colors, from one scheme to the other.
    const transitions = document.getAnimations().filter((it) => it instanceof CSSTransition);
    for (const transition of transitions) transition.finish();
    const { violations, passes } = await window.axe.run(document, {
      // Of what passes it needn't find every place.
      resultTypes: ["violations"],
      ...options,
    });
    const passed = passes.map(({ id }) => id);
    return { violations, passed, frames: document.querySelectorAll("iframe").length };
  }, options);
}

/**
 * Looks at each page, on the desktop in both schemes: it has the same colors on every device. In small
 * windows, no page scrolls sideways.
 */
async function check(page, pages) {
  const { isMobile, viewport } = test.info().project.use;
  let scheme = "light";
  let looked = 0;
  for await (const name of pages) {
    const whole = await ask(page, { rules: isMobile ? withoutColors : everything });
    expect(whole.violations, `${name}, ${scheme}`).toEqual([]);
    // axe would have to be put into each.
    expect(whole.frames, name).toBe(0);
    if (!isMobile) {
      scheme = scheme === "light" ? "dark" : "light";
      await page.emulateMedia({ colorScheme: scheme });
      const colors = await ask(page, { runOnly: aboutColors });
      expect(colors.violations, `${name}, ${scheme}`).toEqual([]);
      expect(colors.passed, `${name}, ${scheme}`).toContain("color-contrast");
    }
    await expectToFit(page, name);
    await page.setViewportSize(viewport);
    looked += 1;
  }
  expect(looked).toBeGreaterThan(0);
}

test.describe("axe finds nothing wrong, and no page scrolls sideways", () => {
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

test("pages say what they are, nothing moves while they load, and fingers find the buttons", async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ["/", "/signin", "/signup", "/recover"]) {
    await page.goto(path);
    await expect(page, path).toHaveTitle(/.+ · .+/);
    if (path === "/") {
      const description = await page.locator("meta[name=description]").getAttribute("content");
      expect(description.length).toBeGreaterThan(50);
      expect(description.length).toBeLessThan(160);
    }
    const shift = await page.evaluate(
      () =>
        new Promise((resolve) => {
          let sum = 0;
          const observer = new PerformanceObserver((list) => {
            for (const { value } of list.getEntries()) sum += value;
          });
          observer.observe({ type: "layout-shift", buffered: true });
          // Two frames later, everything that was buffered has been told.
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
        }),
    );
    expect(shift, `${path}, layout shift`).toBeLessThan(0.01);
    for (const target of await page.locator(".button:visible, summary:visible").all()) {
      const { height } = await target.boundingBox();
      expect(height, `${path}, ${await target.innerText()}`).toBeGreaterThanOrEqual(43.9);
    }
  }
});
