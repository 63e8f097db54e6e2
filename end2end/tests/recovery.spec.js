import {
  expect,
  expectStatus,
  expectTitle,
  needs,
  press,
  shownAlert,
  signIn,
  signUp,
  somebody,
  test,
} from "./fixtures.js";

needs("password", "inbox");

async function ask(page, email) {
  await page.goto("/recover");
  await page.getByLabel("Email").fill(email);
  await press(page, "Email me a link");
  await expect(page).toHaveURL("/recover/sent");
  await expectTitle(page, "Check your email");
  return page.getByRole("main").innerText();
}

test("an address that nobody has gets the same answer", async ({ page, another }) => {
  const person = somebody();
  await signUp(await another(), person);
  expect(await ask(page, somebody().email)).toBe(await ask(page, person.email));
});

test("a link sets a new password once, and ends all sessions", async ({
  page,
  another,
  inbox,
}) => {
  const person = somebody();
  await signUp(page, person);
  const forgetful = await another();
  await ask(forgetful, person.email);
  const { link } = await inbox.next(person.email);
  await forgetful.goto(link);
  await expectTitle(forgetful, "Set a new password");
  await forgetful.getByLabel("New password").fill("short");
  await press(forgetful, "Set new password");
  await expect(forgetful.getByText("Use at least 8 characters.")).toBeVisible();
  const password = "another horse battery";
  await forgetful.getByLabel("New password").fill(password);
  await press(forgetful, "Set new password");
  await expectStatus(forgetful, "Password changed. Sign in with your new password.");

  await page.goto("/account");
  await expect(page).toHaveURL("/signin?next=/account");
  await signIn(forgetful, { ...person, password });
  await expect(forgetful).toHaveURL("/account");

  await page.goto(link);
  await page.getByLabel("New password").fill(password);
  await press(page, "Set new password");
  await expect(shownAlert(page)).toContainText("This link has expired or was already used.");
  await page.getByRole("main").locator("a[href='/recover']").click();
  await expectTitle(page, "Forgot your password?");
});
