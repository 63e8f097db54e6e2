import {
  expect,
  expectStatus,
  expectTitle,
  needs,
  press,
  signUp,
  somebody,
  test,
  typeCode,
  wrong,
} from "./fixtures.js";
import { verifyEmail } from "./second-step.js";

needs("password", "inbox");

test("an email address is verified with the link in the email, once", async ({ page, inbox }) => {
  const person = somebody();
  await signUp(page, person);
  const link = await verifyEmail(page, inbox, person);
  const address = page.getByRole("definition").filter({ hasText: person.email });
  await expect(address.getByText("verified", { exact: true })).toBeVisible();

  await page.goto(link);
  await expectStatus(page, "Already verified.");
  await expectTitle(page, "Profile");
});

test("a phone number is added, and verified with the code", async ({ page, inbox }) => {
  needs("phone");
  const person = somebody();
  await signUp(page, person);
  await page.getByRole("link", { name: "Add phone" }).click();
  await page.getByLabel("Phone number").fill(person.phone);
  await page.getByLabel("Your password").fill("not the password");
  await press(page, "Save number");
  await expect(page.getByText("Incorrect password.")).toBeVisible();
  await expect(page.getByLabel("Phone number")).toHaveValue(person.phone);
  await page.getByLabel("Your password").fill(person.password);
  await press(page, "Save number");
  await expectTitle(page, "Verify your phone number");
  await inbox.next(person.phone);
  await page.getByRole("button", { name: "Send again" }).press("Enter");
  await expect(page.getByText(person.phone)).toBeVisible();
  const { code } = await inbox.next(person.phone);
  await typeCode(page, wrong(code), "Verify number");
  await expect(page.getByText("That code is incorrect or has expired.")).toBeVisible();
  await typeCode(page, code, "Verify number");
  await expectStatus(page, "Your phone number is verified.");
});
