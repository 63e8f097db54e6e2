// Going back. Browsers keep pages as they were, with what they show and what was typed.

import { launchOptions } from "../chromium.js";
import {
  expect,
  expectTitle,
  needs,
  passwordField,
  signOut,
  signUp,
  somebody,
  test,
} from "./fixtures.js";

needs("password");

// Playwright switches that off.
const ignoreDefaultArgs = ["--disable-back-forward-cache"];
test.use({
  launchOptions: { ...launchOptions, ignoreDefaultArgs },
  contextOptions: { reducedMotion: "no-preference" },
});

/** Goes back. Not Playwright's own way, which waits for a page that loads. */
const back = (page) => page.evaluate(() => history.back());

async function expectNobody(page, { name, email }) {
  await expectTitle(page, "Sign in");
  for (const text of [name, email]) {
    await expect(page.getByText(text, { exact: true })).toHaveCount(0);
  }
}

test("after signing out, going back shows nobody's account", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await page.getByRole("link", { name: "Security" }).click();
  await expectTitle(page, "Security");
  await signOut(page);
  await back(page);
  await expectNobody(page, person);
});

test("after signing out in another tab, going back shows nobody's account", async ({
  page,
  context,
}) => {
  const person = somebody();
  await signUp(page, person);
  await page.getByRole("banner").getByRole("link").first().click();
  await expect(page).toHaveURL("/");
  const other = await context.newPage();
  await other.goto("/account");
  await signOut(other);
  await back(page);
  await expectNobody(page, person);
});

test("going back to a form shows no password", async ({ page }) => {
  for (const shown of [false, true]) {
    await page.goto("/signin");
    await passwordField(page).fill("some password");
    if (shown) await page.getByRole("button", { name: "Show password" }).click();
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await expect(page).toHaveURL("/recover");
    await back(page);
    await expectTitle(page, "Sign in");
    await expect(passwordField(page)).toHaveValue("");
    await expect(passwordField(page)).toHaveAttribute("type", "password");
  }
});

test("going back to a message does not show it again", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await signOut(page);
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await expect(page).toHaveURL("/recover");
  await back(page);
  await expectTitle(page, "Sign in");
  await expect(page.getByRole("status")).toHaveCount(0);
});
