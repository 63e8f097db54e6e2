import { allow } from "./consent.js";
import {
  expect,
  expectStatus,
  needs,
  press,
  pressAndConfirm,
  signUp,
  somebody,
  test,
} from "./fixtures.js";

needs("password", "oauth2", "github", "consent");

test("an account elsewhere with the same address is linked and unlinked", async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await page.goto("/account/identities");
  await expect(page.getByText("No linked accounts yet.")).toBeVisible();
  await press(page, "Link GitHub");
  await allow(page, "GitHub", somebody());
  await expectStatus(page, "GitHub needs a verified email that matches this account.");

  await press(page, "Link GitHub");
  await allow(page, "GitHub", person);
  await expectStatus(page, "GitHub linked.");
  const linked = page.getByRole("main").getByRole("region", { name: "Linked accounts" });
  await expect(linked.getByRole("listitem")).toHaveCount(1);
  await expect(linked).toContainText(person.email);

  // The password still signs in, so this one may go.
  await pressAndConfirm(page, "Unlink GitHub", person);
  await expectStatus(page, "GitHub unlinked.");
  await expect(page.getByText("No linked accounts yet.")).toBeVisible();
});
