// The way through the pages of the second step, for every spec that needs it.

import { expect, expectStatus, expectTitle, press } from "./fixtures.js";
import { codeOfNow } from "./totp.js";

/** Begins to set up an authenticator app, and reads its secret off the page as a person would. */
export async function beginApp(page) {
  await page.goto("/account/security");
  await press(page, "Set up authenticator app");
  await expectTitle(page, "Set up an authenticator app");
  await page.getByText("Type it instead").click();
  const shown = await page.locator("details code").innerText();
  return shown.replaceAll(" ", "");
}

/** Sets up an authenticator app, and returns its secret. */
export async function addApp(page) {
  const secret = await beginApp(page);
  await typeCode(page, await codeOfNow(secret), "Add the app");
  await expectStatus(page, "Your authenticator app works.");
  return secret;
}

/** Has signing in take a second step, from the page that says so. */
export async function switchOn(page) {
  await press(page, "Switch on");
  await expectStatus(page, "Signing in takes a second step from now on.");
}

/** Makes recovery codes, and reads them off the page. */
export async function makeRecoveryCodes(page) {
  await page.goto("/account/security/recovery-codes");
  await press(page, "Make recovery codes");
  await expectTitle(page, "Your recovery codes");
  return page.getByRole("main").getByRole("listitem").allInnerTexts();
}

export async function typeCode(page, code, button = "Continue") {
  await page.getByLabel("Code", { exact: true }).fill(code);
  await press(page, button);
}

/** Proves whose address it is, with the link in the mail. */
export async function verifyEmail(page, inbox, { email }) {
  await page.goto("/account");
  await press(page, "Verify e-mail");
  await expectStatus(page, "A mail is on its way.");
  const { link } = await inbox.next(email);
  await page.goto(link);
  await press(page, "Verify my address");
  await expectStatus(page, "Your e-mail address is verified.");
  return link;
}

/** Waits for the page that asks for a code of the authenticator app. */
export async function expectSecondStep(page) {
  await expect(page).toHaveURL(/\/mfa\/totp(\?|$)/);
  await expectTitle(page, "One more step");
}
