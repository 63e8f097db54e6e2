import {
  accountId,
  expect,
  expectStatus,
  needs,
  openAccountMenu,
  openMoreWays,
  passwordField,
  press,
  signIn,
  signOut,
  signUp,
  somebody,
  test,
} from "./fixtures.js";

needs("anonymous");

test("a guest goes where they wanted to", async ({ page }) => {
  await page.goto("/signin?next=/account/preferences");
  await openMoreWays(page);
  await press(page, "Continue as a guest");
  await expect(page).toHaveURL("/account/preferences");
});

test("a guest who signs out is warned, and can stay", async ({ page }) => {
  await page.goto("/");
  await press(page, "Try it as a guest");
  await expect(page).toHaveURL("/account");
  await openAccountMenu(page);
  await page.getByRole("banner").getByRole("link", { name: "Sign out" }).click();
  await expect(page.getByText("nobody can get back into this account")).toBeVisible();
  await page.getByRole("link", { name: "Keep this account" }).click();
  await expect(page).toHaveURL("/account/upgrade");
  await page.goto("/signout");
  await press(page, "Sign out and lose it");
  await expectStatus(page, "You're signed out.");
});

test("a guest keeps everything with an email and a password", async ({ page, another }) => {
  needs("password");
  const taken = somebody();
  await signUp(await another(), taken);

  await page.goto("/signin");
  await openMoreWays(page);
  await press(page, "Continue as a guest");
  await expect(page.getByRole("heading", { name: "Keep this account" })).toBeVisible();
  const id = await accountId(page);
  await page.goto("/account/preferences");
  await page.getByRole("radio", { name: /^Dark/ }).check();
  await press(page, "Save preferences");
  await expectStatus(page, "Preferences saved.");

  const person = somebody();
  await page.goto("/account");
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("Email").fill(taken.email);
  await passwordField(page).fill(person.password);
  await press(page, "Keep my account");
  const isTaken = /already uses this address|account with this email already exists/;
  await expect(page.getByText(isTaken)).toBeVisible();

  await page.getByLabel("Email").fill(person.email);
  await passwordField(page).fill(person.password);
  await press(page, "Keep my account");
  await expectStatus(page, "This account is yours to keep now.");
  await signOut(page);
  await signIn(page, person);
  await expect(page).toHaveURL("/account");
  expect(await accountId(page)).toBe(id);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
