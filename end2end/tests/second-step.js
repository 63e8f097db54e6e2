// The way through the pages of the second step, for every spec that needs it.

import {
  expect,
  expectStatus,
  expectTitle,
  press,
  pressAndConfirm,
  typeCode,
} from "./fixtures.js";
import { codeOfNow } from "./totp.js";

/** Begins to set up an authenticator app, and reads its secret off the page as a person would. */
export async function beginApp(page, person) {
  await page.goto("/account/security");
  await pressAndConfirm(page, "Set up authenticator app", person);
  await expectTitle(page, "Set up an authenticator app");
  await page.getByText("Enter the key by hand").click();
  const shown = await page.locator("details code").innerText();
  return shown.replaceAll(" ", "");
}

/** Sets up an authenticator app, which leads to recovery codes, and returns its secret. */
export async function addApp(page, person) {
  const secret = await beginApp(page, person);
  await typeCode(page, await codeOfNow(secret), "Verify and turn on");
  await expectStatus(page, "Authenticator app added.");
  return secret;
}

/** Has signing in take a second step, which takes recovery codes first. Returns those. */
export async function switchOn(page, person) {
  await page.goto("/account/security");
  await pressAndConfirm(page, "Turn on", person);
  const codes = await makeRecoveryCodes(page);
  await press(page, "I've saved these codes, turn it on");
  await expectStatus(page, "Two-step verification is on.");
  return codes;
}

/** Makes recovery codes on the page that offers to, and reads them off the next one. */
export async function makeRecoveryCodes(page) {
  await expectTitle(page, "Recovery codes");
  await press(page, "Create recovery codes");
  await expectTitle(page, "Your recovery codes");
  return page.getByRole("main").getByRole("listitem").allInnerTexts();
}

/** Proves whose address it is, with the link in the email. */
export async function verifyEmail(page, inbox, { email }) {
  await page.goto("/account");
  await press(page, "Verify email");
  await expectStatus(page, `We sent a link to ${email}. Open it to verify your address.`);
  const { link } = await inbox.next(email);
  await page.goto(link);
  await press(page, "Verify email");
  await expectStatus(page, "Your email address is verified.");
  return link;
}

/** Waits for the page that asks for a code of the authenticator app. */
export async function expectSecondStep(page) {
  await expect(page).toHaveURL(/\/mfa\/totp(\?|$)/);
  await expectTitle(page, "Confirm it's you");
}
