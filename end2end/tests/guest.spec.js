import {
  accountId,
  expect,
  expectStatus,
  needs,
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
  await press(page, "Continue as a guest");
  await expect(page).toHaveURL("/account/preferences");
});

test("a guest keeps everything with an e-mail and a password", async ({ page, another }) => {
  needs("password");
  const taken = somebody();
  await signUp(await another(), taken);

  await page.goto("/signin");
  await press(page, "Continue as a guest");
  await expect(page.getByRole("heading", { name: "Keep this account" })).toBeVisible();
  const id = await accountId(page);
  await page.goto("/account/preferences");
  await page.getByRole("radio", { name: /^Dark/ }).check();
  await press(page, "Save preferences");

  const person = somebody();
  await page.goto("/account");
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("E-mail").fill(taken.email);
  await page.getByLabel("Password").fill(person.password);
  await press(page, "Keep my account");
  const isTaken = /belongs to an account already|is an account with this e-mail/;
  await expect(page.getByText(isTaken)).toBeVisible();

  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await press(page, "Keep my account");
  await expectStatus(page, "Your account is yours to keep now.");
  await signOut(page);
  await signIn(page, person);
  await expect(page).toHaveURL("/account");
  expect(await accountId(page)).toBe(id);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
