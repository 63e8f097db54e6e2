// The second step of signing in: by an authenticator app, by a recovery code, by email.

import {
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
  typeCode,
  wrong,
} from "./fixtures.js";
import {
  addApp,
  beginApp,
  expectSecondStep,
  makeRecoveryCodes,
  switchOn,
  verifyEmail,
} from "./second-step.js";
import { codeAt, codeOfNow } from "./totp.js";

needs("password");

const refused = "That code is incorrect or has expired.";

test("the codes of the tests are those of RFC 6238", () => {
  // Appendix B, the last six of eight digits. In base32 the secret is "12345678901234567890".
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  expect(codeAt(secret, 59)).toBe("287082");
  expect(codeAt(secret, 1_111_111_109)).toBe("081804");
});

test("an app is set up, and asked at sign-in", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  const secret = await beginApp(page, person);
  await expect(page.locator("a[href^='otpauth://totp/'] img")).toBeVisible();
  await typeCode(page, wrong(await codeOfNow(secret)), "Verify and turn on");
  await expect(page.getByText(refused)).toBeVisible();
  await typeCode(page, await codeOfNow(secret), "Verify and turn on");
  await expectStatus(page, "Authenticator app added.");
  await switchOn(page, person);
  await signOut(page);

  await signIn(page, person);
  await expectSecondStep(page);
  await page.goto("/account/security");
  await expectSecondStep(page);
  await typeCode(page, wrong(await codeOfNow(secret)));
  await expect(page.getByText(refused)).toBeVisible();
  await typeCode(page, await codeOfNow(secret));
  await expect(page).toHaveURL("/account/security");
  await press(page, "Turn off");
  await expectStatus(page, "Two-step verification is off.");
});

test("half signed in, there is only the second step and the way out", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await addApp(page, person);
  await switchOn(page, person);
  await signOut(page);
  await signIn(page, person);
  await expectSecondStep(page);
  for (const path of ["/", "/account", "/account/sessions", "/signin"]) {
    await page.goto(path);
    await expectSecondStep(page);
  }
  await expect(page.getByText(person.email)).toHaveCount(0);
  await press(page, "Sign out");
  await expectStatus(page, "You're signed out.");
  await page.goto("/account");
  await expect(page).toHaveURL("/signin?next=/account");
});

test("recovery codes are shown once, and each works once", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await addApp(page, person);
  const codes = await makeRecoveryCodes(page);
  expect(new Set(codes).size).toBeGreaterThan(1);
  const download = page.getByRole("link", { name: "Download" });
  await expect(download).toHaveAttribute("download", "recovery-codes.txt");
  const file = await download.getAttribute("href");
  expect(decodeURIComponent(file.split(",")[1]).split("\n")).toEqual(codes);
  const copy = page.getByRole("button", { name: "Copy" });
  if (scriptsRun()) {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await copy.click();
    await expect(page.getByText("Copied to the clipboard.")).toBeAttached();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.split("\n")).toEqual(codes);
  } else {
    await expect(copy).toBeHidden();
  }
  await press(page, "I've saved these codes, turn it on");
  await expectStatus(page, "Two-step verification is on.");
  await page.goto("/account/security/recovery-codes");
  await expect(page.getByText(codes[0])).toHaveCount(0);

  const answer = async () => {
    await signOut(page);
    await signIn(page, person);
    await expectSecondStep(page);
    await page.getByRole("link", { name: "Use a recovery code" }).click();
    await page.getByLabel("Recovery code").fill(codes[0].toUpperCase());
    await press(page, "Continue");
  };
  await answer();
  await expect(page).toHaveURL("/account");
  await answer();
  await expect(page.getByText(refused)).toBeVisible();
});

test("before the app is removed, it is asked once more", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  const secret = await addApp(page, person);
  await page.goto("/account/security");
  await press(page, "Remove authenticator app");
  await expectSecondStep(page);
  await typeCode(page, await codeOfNow(secret));
  await expectStatus(page, "Thanks, that's confirmed.");
  await press(page, "Remove authenticator app");
  await expectStatus(page, "Authenticator app removed.");
  await expect(page.getByRole("button", { name: "Set up authenticator app" })).toBeVisible();
});

test("a code by email is a second step, too", async ({ page, inbox }) => {
  needs("inbox");
  const person = somebody();
  await signUp(page, person);
  await verifyEmail(page, inbox, person);
  await switchOn(page, person);
  await signOut(page);
  await signIn(page, person);
  await expectTitle(page, "Confirm it's you");
  await press(page, "Email me a code");
  await expect(page).toHaveURL(/\/mfa\/code\?flow=/);
  const { code } = await inbox.next(person.email);
  await typeCode(page, wrong(code));
  await expect(page.getByText(refused)).toBeVisible();
  await typeCode(page, code);
  await expect(page).toHaveURL("/account");
});
