// Every page, and what some look like when something is wrong, for the specs that look at all of
// them. Each function leads to one after the other, and gives its name while the browser is there.

import {
  expect,
  expectStatus,
  expectTitle,
  has,
  openMoreWays,
  press,
  shownAlert,
  signIn,
  signOut,
  signUp,
  somebody,
  typeCode,
  useUpAttempts,
  wrong,
} from "./fixtures.js";
import { deny } from "./consent.js";
import { addApp, beginApp, makeRecoveryCodes, verifyEmail } from "./second-step.js";
import { codeOfNow } from "./totp.js";

const link = "?userId=somebody&secret=0123456789abcdef";

async function* visit(page, paths) {
  for (const path of paths) {
    await page.goto(path);
    yield path;
  }
}

/** The pages for who is not signed in. */
export async function* signedOut(page) {
  if (has("password")) {
    await signUp(page, somebody());
    await signOut(page);
    yield "/signin, just signed out";
  }
  if (has("github") && has("consent")) {
    await page.goto("/signin");
    await press(page, "Continue with GitHub");
    await deny(page, "GitHub");
    await expectStatus(page, "GitHub sign-in was cancelled or failed.");
    yield "/signin, denied by a provider";
  }
  yield* visit(page, [
    "/",
    "/signin",
    "/signin/link" + link,
    "/signin/link",
    "/signout",
    "/recover",
    "/recover/sent",
    "/recover/confirm" + link,
    "/recover/confirm",
    "/verify" + link,
    "/verify",
    "/nowhere",
  ]);
  const asked = { "magic-url": "Email me a link", "email-otp": "Email me a code" };
  for (const [method, button] of Object.entries(asked)) {
    if (!has(method)) continue;
    yield* visit(page, [`/signin/${method}`]);
    // Without an inbox nothing may be sent by this Appwrite at all.
    if (!has("inbox")) continue;
    await page.getByLabel("Email").fill(somebody().email);
    await press(page, button);
    await expectTitle(page, /^(Check your email|Enter your code)$/);
    yield `/signin/${method}, sent`;
  }
  if (has("phone")) yield* visit(page, ["/signin/phone"]);
  if (has("password")) {
    yield* visit(page, ["/signup"]);
    await press(page, "Create account");
    await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
    yield "/signup, with nothing typed";
    const { email, password } = somebody();
    await useUpAttempts(page, email);
    await page.goto("/signin");
    await signIn(page, { email, password });
    await expect(shownAlert(page)).toContainText("Too many attempts.");
    yield "/signin, after too many attempts";
  }
}

/** The pages of the account. */
export async function* signedIn(page) {
  // Neither has a place to break.
  const name = "Wolfeschlegelsteinhausenbergerdorff";
  await signUp(page, {
    ...somebody(),
    name,
    email: `${somebody().email.split("@")[0].padEnd(60, "x")}@example.com`,
  });
  const { phone, password } = somebody();
  await page.request.post("/account/phone", { form: { phone, password }, maxRedirects: 0 });
  await page.request.post("/account/name", { form: { name }, maxRedirects: 0 });
  await page.goto("/account");
  await expectStatus(page, "Name saved.");
  yield "/account, with a message";
  yield* visit(page, [
    "/account",
    "/account/name",
    "/account/email",
    "/account/phone",
    "/account/phone/verify",
    "/account/security",
    "/account/sessions",
    "/account/identities",
    "/account/preferences",
    "/account/activity",
    "/account/confirm?next=/account/deactivate",
    "/account/password",
  ]);
  await page.getByLabel("Your password").fill("not the password");
  await page.getByLabel("New password").fill("short");
  await press(page, "Change password");
  await expect(page.getByLabel("New password")).toHaveAttribute("aria-invalid", "true");
  yield "/account/password, with a short one";
  // Against the device's choice in one of the two schemes.
  await page.goto("/account/preferences");
  await page.getByRole("radio", { name: /^Dark/ }).check();
  await press(page, "Save preferences");
  await expectStatus(page, "Preferences saved.");
  yield "/account/preferences, dark by choice";
}

// notes: begin
/** The notes: none, some, and one that was changed in two tabs. */
export async function* notes(page) {
  await signUp(page, somebody());
  yield* visit(page, ["/notes", "/notes?q=nothing", "/notes/new"]);
  const post = (path, form) => page.request.post(path, { form, maxRedirects: 0 });
  // Neither has a place to break.
  const title = "Donaudampfschifffahrtsgesellschaft".repeat(3);
  const note = { title, text: title, tag: "x".repeat(36), due: "2026-01-01" };
  const made = await post("/notes/new", note);
  const id = made.headers().location.split("#")[1];
  await post("/notes/pinned", { id, pinned: "true" });
  const other = await post("/notes/new", { title: "Done", tag: "home", due: "2031-01-01" });
  await post("/notes/done", { id: other.headers().location.split("#")[1], done: "true" });
  yield* visit(page, ["/notes", "/notes?tag=home&done=true", `/notes/${id}`, `/notes/${id}/edit`]);
  await post(`/notes/${id}/edit`, {
    ...note,
    id,
    title: "Elsewhere",
    updated_at: await page.locator("[name=updated_at]").getAttribute("value"),
  });
  await press(page, "Save note");
  await expect(page.getByText("Saved elsewhere:")).toBeVisible();
  yield "/notes/{id}/edit, with a conflict";
}
// notes: end

/** The account of a guest. */
export async function* guest(page) {
  if (!has("anonymous")) return;
  await page.goto("/signin");
  await openMoreWays(page);
  await press(page, "Continue as a guest");
  await expect(page).toHaveURL("/account");
  yield "/account, as a guest";
  yield* visit(page, ["/account/upgrade", "/account/security", "/account/deactivate"]);
}

/** The pages of the second step: those that ask for it, and those that set it up. */
export async function* secondStep(page, inbox) {
  const person = somebody();
  await signUp(page, person);
  if (has("inbox")) {
    await verifyEmail(page, inbox, person);
    yield* visit(page, ["/mfa"]);
    await press(page, "Email me a code");
    await expect(page).toHaveURL(/\/mfa\/code\?flow=/);
    yield "/mfa/code";
  }
  const secret = await beginApp(page, person);
  yield "/account/security/totp";
  await typeCode(page, wrong(await codeOfNow(secret)), "Verify and turn on");
  await expect(page.getByText("That code is incorrect or has expired.")).toBeVisible();
  yield "/account/security/totp, with a wrong code";
  await addApp(page, person);
  yield "/account/security/recovery-codes, with an app";
  yield* visit(page, ["/account/security", "/account/security/recovery-codes"]);
  await makeRecoveryCodes(page);
  yield "/account/security/recovery-codes, shown";
  yield* visit(page, ["/mfa/totp", "/mfa/recovery-code"]);
}
