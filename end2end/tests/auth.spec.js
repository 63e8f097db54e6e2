import {
  expect,
  expectStatus,
  expectTitle,
  needs,
  passwordField,
  press,
  scriptsRun,
  shownAlert,
  signIn,
  signOut,
  signUp,
  somebody,
  test,
} from "./fixtures.js";

needs("password");

test("sign up, see the account, sign out", async ({ page }) => {
  const person = somebody();
  await page.goto("/signup");
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("Email").fill(person.email);
  await passwordField(page).fill(person.password);
  await press(page, "Create account");
  await expect(page).toHaveURL("/account");
  await expectTitle(page, "Profile");
  await expectStatus(page, `We sent a link to ${person.email}. Open it to verify your address.`);
  await expect(page.getByRole("definition").filter({ hasText: person.name })).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: person.email })).toContainText(
    "not verified",
  );
  await page.getByRole("link", { name: "Sessions", exact: true }).click();
  await expect(page.getByText("this device")).toHaveCount(1);
  await expect(page.getByText("email and password")).toBeVisible();
  await signOut(page);
  await page.goto("/account");
  await expect(page).toHaveURL("/signin?next=/account");
});

test("a guarded page leads to sign-in and back", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await signOut(page);
  await page.goto("/account?from=here");
  await expect(page).toHaveURL(/\/signin\?next=/);
  await page.getByLabel("Email").fill(person.email);
  await passwordField(page).fill(person.password);
  await press(page, "Sign in");
  await expect(page).toHaveURL("/account?from=here");
});

test("signed in, the sign-in and sign-up pages lead to the account", async ({ page }) => {
  await signUp(page, somebody());
  for (const path of ["/signin", "/signup"]) {
    await page.goto(path);
    await expect(page).toHaveURL("/account");
  }
});

test("a wrong password and an unknown email read the same", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await signOut(page);
  for (const email of [person.email, somebody().email]) {
    await page.goto("/signin");
    await page.getByLabel("Email").fill(email);
    await passwordField(page).fill("not the password");
    await press(page, "Sign in");
    await expect(shownAlert(page)).toHaveText("Incorrect email or password.");
    await expect(page.getByLabel("Email")).toHaveValue(email);
  }
});

test("wrong input is named beside its field and nothing typed is lost", async ({ page }) => {
  await page.goto("/signup");
  await page.getByLabel("Name").fill("Ada");
  await page.getByLabel("Email").fill("not-an-address");
  await passwordField(page).fill("short");
  await press(page, "Create account");
  await expect(page.getByText("Enter an email address like name@example.com.")).toBeVisible();
  await expect(page.getByText("Use at least 8 characters.")).toBeVisible();
  await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Name")).toHaveValue("Ada");
  await expect(page.getByLabel("Email")).toHaveValue("not-an-address");
});

test("a button shows the password, and is only there where it works", async ({ page }) => {
  const { email } = somebody();
  const hasScripts = scriptsRun();
  const button = page.getByRole("button", { name: "Show password" });
  for (const path of ["/signin", "/signup"]) {
    await page.goto(path);
    await expect(passwordField(page)).toBeVisible();
    await expect(button).toHaveCount(hasScripts ? 1 : 0);
  }
  // It stays so once the form was sent.
  await page.getByLabel("Email").fill(email);
  await passwordField(page).fill("short");
  if (hasScripts) {
    await button.click();
    await expect(page.locator("#password")).toHaveAttribute("type", "text");
  }
  await press(page, "Create account");
  await expect(page.getByText("Use at least 8 characters.")).toBeVisible();
  await expect(button).toHaveCount(hasScripts ? 1 : 0);
});

test("an email that is taken says so and offers sign-in", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await signOut(page);
  await page.goto("/signup");
  await page.getByLabel("Email").fill(person.email.toUpperCase());
  await passwordField(page).fill(person.password);
  await press(page, "Create account");
  const alert = shownAlert(page);
  await expect(alert).toContainText("An account with this email already exists.");
  await alert.getByRole("link").click();
  await expect(page).toHaveURL("/signin");
});

test("signing out everywhere ends the other browser's session, too", async ({ page, another }) => {
  const person = somebody();
  await signUp(page, person);
  const elsewhere = await another();
  await elsewhere.goto("/signin");
  await signIn(elsewhere, person);
  await expect(elsewhere).toHaveURL("/account");
  await page.goto("/signout");
  await press(page, "Sign out everywhere");
  await expectStatus(page, "You're signed out on all your devices.");
  await elsewhere.goto("/account");
  await expect(elsewhere).toHaveURL("/signin?next=/account");
});

test("a page that is not there says so", async ({ page }) => {
  const response = await page.goto("/nowhere");
  expect(response.status()).toBe(404);
  await expectTitle(page, "Page not found");
});
