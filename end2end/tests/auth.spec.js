import { expect, signIn, signOut, signUp, somebody, test } from "./fixtures.js";

test("sign up, see the account, sign out", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(person.name);
  await expect(page.getByRole("definition").filter({ hasText: person.email })).toContainText(
    "not verified",
  );
  await expect(page.getByText("E-mail and password")).toBeVisible();
  await expect(page.getByText("this device")).toHaveCount(1);
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
  await signIn(page, person);
  await expect(page).toHaveURL("/account?from=here");
});

test("signed in, the sign-in and sign-up pages lead to the account", async ({ page }) => {
  await signUp(page, somebody());
  for (const path of ["/signin", "/signup"]) {
    await page.goto(path);
    await expect(page).toHaveURL("/account");
  }
});

test("a wrong password and an unknown e-mail read the same and keep the e-mail", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await signOut(page);
  for (const email of [person.email, somebody().email]) {
    await page.goto("/signin");
    await signIn(page, { email, password: "not the password" });
    await expect(page.getByRole("alert")).toHaveText("The e-mail or the password is wrong.");
    await expect(page.getByLabel("E-mail")).toHaveValue(email);
  }
});

test("wrong input is named beside its field and nothing typed is lost", async ({ page }) => {
  await page.goto("/signup");
  await page.getByLabel("Name").fill("Ada");
  await page.getByLabel("E-mail").fill("not-an-address");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("Enter an e-mail address like name@example.com.")).toBeVisible();
  await expect(page.getByText("The password needs at least 8 characters.")).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Name")).toHaveValue("Ada");
  await expect(page.getByLabel("E-mail")).toHaveValue("not-an-address");
});

test("an e-mail that is taken says so and offers sign-in", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await signOut(page);
  await page.goto("/signup");
  await page.getByLabel("E-mail").fill(person.email.toUpperCase());
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("alert")).toContainText("There is an account with this e-mail already.");
  await page.getByRole("alert").getByRole("link").click();
  await expect(page).toHaveURL("/signin");
});

test("a page that is not there says so", async ({ page }) => {
  const response = await page.goto("/nowhere");
  expect(response.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Page not found");
});
