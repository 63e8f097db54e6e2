// Windows that are narrow for what they show.

import { expect } from "./fixtures.js";

const windows = [
  // A window of 1280 pixels at 200 %.
  { width: 640, fontSize: "" },
  { width: 1280, fontSize: "200%" },
  { width: 390, fontSize: "200%" },
];
const narrow = { width: 320, fontSize: "" };

/** Looks at a page in four windows: none has to be scrolled sideways. The page stays in the narrowest. */
export async function expectToFit(page, name) {
  for (const { width, fontSize } of [...windows, narrow]) {
    await page.setViewportSize({ width, height: 640 });
    const needed = await page.evaluate((fontSize) => {
      document.documentElement.style.fontSize = fontSize;
      return document.documentElement.scrollWidth;
    }, fontSize);
    const how = `${name}, ${width} pixels wide, text ${fontSize || "as it is"}`;
    expect(needed, how).toBeLessThanOrEqual(width);
  }
}
