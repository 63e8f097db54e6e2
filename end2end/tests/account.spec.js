// What people change about their account: each change with its most important error.

import {
  confirmPassword,
  expect,
  expectStatus,
  expectTitle,
  needs,
  press,
  scriptsRun,
  signIn,
  signOut,
  signUp,
  somebody,
  test,
} from "./fixtures.js";

needs("password");

test("a page that is taller than the window begins at its top", async ({ page }) => {
  await signUp(page, somebody());
  await page.goto("/account/security");
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
});

test("the name", async ({ page }) => {
  await signUp(page, somebody());
  await page.getByRole("link", { name: "Change name" }).click();
  const field = page.getByLabel("Name");
  await field.fill("x".repeat(129));
  await expect(field).toHaveValue("x".repeat(128));
  // Not every program that sends forms knows the limit.
  await field.evaluate((input) => input.removeAttribute("maxlength"));
  await field.fill("x".repeat(129));
  await press(page, "Save name");
  await expect(page.getByText("Use at most 128 characters.")).toBeVisible();
  await field.fill("Grace Hopper");
  await press(page, "Save name");
  // The card that was changed says so, once.
  const details = page.getByRole("region", { name: "Details" });
  await expect(details.getByRole("status")).toHaveText("Name saved.");
  const name = page.getByRole("definition").filter({ hasText: "Grace Hopper" });
  await expect(name).toBeVisible();
  await page.reload();
  await expect(page.getByRole("status")).toHaveCount(0);
});

test("a message about no card can be dismissed", async ({ page }) => {
  await signUp(page, somebody());
  await signOut(page);
  await page.getByRole("link", { name: "Dismiss" }).click();
  await expect(page).toHaveURL("/signin");
  await expect(page.getByRole("status")).toHaveCount(0);
});

test("a pressed button shows that it is on its way", async ({ page }) => {
  await signUp(page, somebody());
  await page.goto("/signout");
  const button = page.getByRole("main").getByRole("button", { name: "Sign out here" });
  const line = () => button.evaluate((it) => getComputedStyle(it, "::after").opacity);
  expect(await line()).toBe("0");
  await button.hover();
  await page.mouse.down();
  expect(await line()).toBe("1");
  // Playwright moves a pressed mouse by a script.
  if (scriptsRun()) {
    // Let go elsewhere, so that nothing is sent and the page can still be looked at.
    await page.mouse.move(0, 0);
    await page.mouse.up();
    expect(await line()).toBe("1");
    await button.hover();
    await page.mouse.down();
  }
  await page.mouse.up();
  await expectStatus(page, "You're signed out.");
});

test("the email address", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  const { email } = somebody();
  await page.getByRole("link", { name: "Change email" }).click();
  await page.getByLabel("New email").fill(email);
  await page.getByLabel("Your password").fill("not the password");
  await press(page, "Change email");
  await expect(page.getByText("Incorrect password.")).toBeVisible();
  await expect(page.getByLabel("New email")).toHaveValue(email);
  await page.getByLabel("Your password").fill(person.password);
  await press(page, "Change email");
  await expectStatus(page, "Email changed. Verify the new address next.");
  const address = page.getByRole("definition").filter({ hasText: email });
  await expect(address).toContainText("not verified");
});

test("the password", async ({ page, another }) => {
  const person = somebody();
  await signUp(page, person);
  const elsewhere = await another();
  await elsewhere.goto("/signin");
  await signIn(elsewhere, person);
  await expect(elsewhere).toHaveURL("/account");

  const password = "another horse battery";
  await page.goto("/account/security");
  await page.getByRole("link", { name: "Change password" }).click();
  await page.getByLabel("Your password").fill("not the password");
  await page.getByLabel("New password").fill(password);
  await press(page, "Change password");
  await expect(page.getByText("Incorrect password.")).toBeVisible();
  await page.getByLabel("Your password").fill(person.password);
  await page.getByLabel("New password").fill(password);
  await press(page, "Change password");
  await expectStatus(page, "Password changed.");

  await elsewhere.goto("/account");
  await expect(elsewhere).toHaveURL("/signin?next=/account");
  await signIn(elsewhere, { ...person, password });
  await expect(elsewhere).toHaveURL("/account");
});

test("the sessions", async ({ page, another }) => {
  const person = somebody();
  await signUp(page, person);
  const elsewhere = await another();
  const signInThere = async () => {
    await elsewhere.goto("/account");
    await signIn(elsewhere, person);
    await expect(elsewhere).toHaveURL("/account");
    await page.goto("/account/sessions");
    await expect(page.getByText("this device")).toHaveCount(1);
    await expect(page.getByRole("button", { name: /^End the session of / })).toHaveCount(1);
  };
  const expectEnded = async () => {
    await elsewhere.goto("/account");
    await expect(elsewhere).toHaveURL("/signin?next=/account");
  };

  await signInThere();
  await page.getByRole("button", { name: /^End the session of / }).click();
  await expectStatus(page, "That session has ended.");
  await expectEnded();

  await signInThere();
  // Not without asking.
  await page.getByText("Sign out all others").click();
  await press(page, "Yes, sign them out");
  await expectStatus(page, "All other sessions have ended.");
  await expectEnded();

  await signInThere();
  await press(page, "Sign out everywhere");
  await expectStatus(page, "You're signed out on all your devices.");
  await expectEnded();
});

test("the preferences", async ({ page }) => {
  await signUp(page, somebody());
  const joined = page.getByRole("definition").locator("time");
  await expect(joined).toHaveText(/^\d{1,2} [A-Z][a-z]+ \d{4}$/);
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
  await page.goto("/account/preferences");
  const stale = await page.context().newPage();
  await stale.goto("/account/preferences");
  await page.getByRole("radio", { name: /^Dark/ }).check();
  await page.getByLabel("Language of emails and dates").selectOption("Deutsch");
  await press(page, "Save preferences");
  await expectStatus(page, "Preferences saved.");
  await page.goto("/account");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator("html")).toHaveCSS("color-scheme", "dark");
  await expect(joined).toHaveText(/^\d\d\.\d\d\.\d{4}$/);
  await page.goto("/account/preferences");
  await page.getByLabel("Avatar color").selectOption("Rose");
  await press(page, "Save color");
  // However far down the card is.
  await expect(page.getByRole("status")).toHaveText("Color saved.");
  await expect(page.getByRole("status")).toBeInViewport();
  for (const initials of await page.locator(".initials").all()) {
    await expect(initials).toHaveAttribute("data-color", "rose");
  }
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  // A tab that was opened before all this saves only what is changed there.
  await stale.getByLabel("Language of emails and dates").selectOption("Français");
  await press(stale, "Save preferences");
  await expectStatus(stale, "Preferences saved.");
  await expect(stale.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("the activity, where the service keeps a log of it", async ({ page }) => {
  await signUp(page, somebody());
  await page.goto("/account/activity");
  const activity = page.getByRole("region", { name: "Activity" });
  await expect(activity).toContainText(/keeps no log|No activity yet|Account created|Signed in/);
});

test("deactivating takes the word for it, and nobody signs in any more", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await page.goto("/account/security");
  await page.getByRole("link", { name: "Deactivate…" }).click();
  await expectTitle(page, "Confirm it's you");
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page).toHaveURL("/account/security");
  await page.getByRole("link", { name: "Deactivate…" }).click();
  await confirmPassword(page, person);
  await page.getByLabel('Type "deactivate" to confirm').fill("yes");
  await press(page, "Deactivate my account");
  await expect(page.getByText('Type "deactivate" to confirm.', { exact: true })).toBeVisible();
  await page.getByLabel('Type "deactivate" to confirm').fill("deactivate");
  await press(page, "Deactivate my account");
  await expectStatus(page, "Your account is deactivated and you're signed out.");
  const again = await page.request.post("/signin", { form: person });
  expect(again.status()).toBe(403);
});
