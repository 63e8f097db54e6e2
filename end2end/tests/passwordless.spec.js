// The ways in without a password: a link, a code by email, a code by text message.

import {
  expect,
  expectStatus,
  expectTitle,
  needs,
  openMoreWays,
  passwordField,
  press,
  shownAlert,
  signOut,
  somebody,
  test,
  typeCode,
  wrong,
} from "./fixtures.js";

test.describe("a link by email", () => {
  needs("magic-url", "inbox");

  test("signs in once, and leads to where one wanted to go", async ({ page, inbox }) => {
    const { email } = somebody();
    await page.goto("/signin?next=/account/sessions");
    await openMoreWays(page);
    await page.getByRole("link", { name: "Email me a link" }).click();
    await page.getByLabel("Email").fill(email);
    await press(page, "Email me a link");
    await expectTitle(page, "Check your email");
    const phrase = await page.locator(".phrase strong").innerText();
    const mail = await inbox.next(email);
    expect(mail.text).toContain(phrase);

    // Opening the link does nothing yet: programs that look through mail open it, too.
    await page.goto(mail.link);
    await expect(page.getByRole("main").getByRole("button")).toHaveCount(1);
    await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
    await press(page, "Sign in");
    await expect(page).toHaveURL("/account/sessions");

    await signOut(page);
    await page.goto(mail.link);
    await press(page, "Sign in");
    await expect(shownAlert(page)).toContainText(
      "This link has expired or was already used.",
    );
    await page.getByRole("main").locator("a[href^='/signin']").click();
    await expect(page.getByRole("button", { name: "Email me a link" })).toBeVisible();
  });
});

test.describe("a code by email", () => {
  needs("email-otp", "inbox");

  test("signs in, and page and mail show the same words", async ({ page, inbox }) => {
    const { email } = somebody();
    await page.goto("/signin?next=/account/security");
    await openMoreWays(page);
    await page.getByRole("link", { name: "Email me a code" }).click();
    await page.getByLabel("Email").fill(email);
    await press(page, "Email me a code");
    await expectTitle(page, "Enter your code");
    await expect(page.getByText(email)).toBeVisible();
    const phrase = await page.locator(".phrase strong").innerText();
    const mail = await inbox.next(email);
    expect(mail.text).toContain(phrase);

    await typeCode(page, wrong(mail.code), "Sign in");
    await expect(page.getByText("That code is incorrect or has expired.")).toBeVisible();
    await typeCode(page, mail.code, "Sign in");
    await expect(page).toHaveURL("/account/security");

    // Without a password, another code confirms that it's them.
    await page.getByRole("link", { name: "Set password" }).click();
    await expectTitle(page, "Confirm it's you");
    await press(page, "Email me a code");
    await expect(page).toHaveURL(/\/account\/confirm\/code\?flow=/);
    const another = await inbox.next(email);
    await typeCode(page, wrong(another.code), "Continue");
    await expect(page.getByText("That code is incorrect or has expired.")).toBeVisible();
    await typeCode(page, another.code, "Continue");
    await expectTitle(page, "Set a password");
    await passwordField(page).fill("correct horse battery");
    await press(page, "Set password");
    await expectStatus(page, "Password changed.");
  });
});

test.describe("a code by text message", () => {
  needs("phone", "inbox");

  test("signs in, with the number as people write it", async ({ page, inbox }) => {
    const { phone } = somebody();
    const written = `${phone.slice(0, 2)} (${phone.slice(2, 5)}) ${phone.slice(5)}`;
    await page.goto("/signin?next=/account/identities");
    await openMoreWays(page);
    await page.getByRole("link", { name: "Text me a code" }).click();
    await page.getByLabel("Phone number").fill("555 010");
    await press(page, "Text me a code");
    await expect(page.getByText("Enter a number with its country code")).toBeVisible();
    await page.getByLabel("Phone number").fill(written);
    await press(page, "Text me a code");
    await expectTitle(page, "Enter your code");
    const { code } = await inbox.next(phone);
    await typeCode(page, code, "Sign in");
    await expect(page).toHaveURL("/account/identities");
    await page.goto("/account");
    const number = page.getByRole("definition").filter({ hasText: phone });
    await expect(number.getByText("verified", { exact: true })).toBeVisible();
  });
});
