// The main flows with the keyboard alone.

import {
  expect,
  expectStatus,
  needs,
  passwordField,
  signIn,
  signUp,
  somebody,
  test,
} from "./fixtures.js";

needs("password");

/** Presses Tab until the focus is where it should be, and can be seen there. */
async function tabTo(page, target) {
  await expect(target).toBeVisible();
  const isFocused = () => target.evaluate((element) => element === document.activeElement);
  for (let presses = 0; !(await isFocused()); presses++) {
    expect(presses, "presses of Tab on the way").toBeLessThan(60);
    await page.keyboard.press("Tab");
  }
  await expect(target).toHaveCSS("outline-style", "solid");
}

async function type(page, field, text) {
  await tabTo(page, field);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(text);
}

async function pressEnterOn(page, target) {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}

const banner = (page) => page.getByRole("banner");

test("sign up, sign out, sign in", async ({ page }) => {
  const person = somebody();
  await page.goto("/");
  await pressEnterOn(page, banner(page).getByRole("link", { name: "Sign up" }));
  await expect(page).toHaveURL("/signup");

  // The first stop of every page leads past what all pages share.
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("main").locator(":focus")).toHaveCount(1);

  await type(page, page.getByLabel("Name"), person.name);
  await type(page, page.getByLabel("Email"), person.email);
  await type(page, passwordField(page), person.password);
  await page.keyboard.press("Enter");
  // A browser without a script takes the place in the page along.
  await expect(page).toHaveURL(/\/account(#main)?$/);

  await pressEnterOn(page, banner(page).getByRole("button", { name: "Your account" }));
  await pressEnterOn(page, banner(page).getByRole("button", { name: "Sign out" }));
  await expectStatus(page, "You're signed out.");

  await type(page, page.getByLabel("Email"), person.email);
  await type(page, passwordField(page), person.password);
  await pressEnterOn(page, page.getByRole("main").getByRole("button", { name: "Sign in" }));
  await expect(page).toHaveURL("/account");
});

test("change the name", async ({ page }) => {
  await signUp(page, somebody());
  await pressEnterOn(page, page.getByRole("link", { name: "Change name" }));
  await type(page, page.getByLabel("Name"), "Grace Hopper");
  await page.keyboard.press("Enter");
  await expectStatus(page, "Name saved.");
  // What happened is read first.
  await expect(page.getByRole("status")).toBeFocused();
});

test("end a session", async ({ page, another }) => {
  const person = somebody();
  await signUp(page, person);
  const elsewhere = await another();
  await elsewhere.goto("/signin");
  await signIn(elsewhere, person);
  await expect(elsewhere).toHaveURL("/account");
  await page.goto("/account");
  await pressEnterOn(page, page.getByRole("link", { name: "Sessions", exact: true }));
  await pressEnterOn(page, page.getByRole("button", { name: /^End the session of / }));
  await expectStatus(page, "That session has ended.");
});
