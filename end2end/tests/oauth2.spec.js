import { allow, deny } from "./consent.js";
import {
  accountId,
  expect,
  expectStatus,
  expectTitle,
  needs,
  press,
  signOut,
  signUp,
  somebody,
  test,
} from "./fixtures.js";

needs("oauth2", "consent");

for (const [id, provider] of [
  ["github", "GitHub"],
  ["google", "Google"],
]) {
  test.describe(provider, () => {
    needs(id);

    test("signs in, and leads to where one wanted to go", async ({ page }) => {
      const person = somebody();
      await page.goto("/signin?next=/account/identities");
      await press(page, `Continue with ${provider}`);
      await deny(page, provider);
      await expectStatus(page, `${provider} sign-in was cancelled or failed.`);

      await page.goto("/signin?next=/account/identities");
      await press(page, `Continue with ${provider}`);
      await allow(page, provider, person);
      await expect(page).toHaveURL("/account/identities");
      const linked = page.getByRole("listitem").filter({ hasText: person.email });
      await expect(linked).toContainText(provider);
    });
  });
}

test("the same address is the same account, if the provider has verified it", async ({ page }) => {
  needs("password", "github");
  const person = somebody();
  await signUp(page, person);
  const id = await accountId(page);
  await signOut(page);
  await press(page, "Continue with GitHub");
  await allow(page, "GitHub", person, { verified: false });
  await expectStatus(page, "An account with that email already exists.");
  await press(page, "Continue with GitHub");
  await allow(page, "GitHub", person);
  // The address was never verified, so somebody else may have set the password, and it's gone.
  await expectStatus(page, "a password or linked account from before no longer works");
  await expect(page).toHaveURL("/account");
  expect(await accountId(page)).toBe(id);
});

test("what somebody else began signs nobody in", async ({ page, request, baseURL }) => {
  needs("github");
  // Somebody signs in at the provider, and stops before the address that leads back here.
  const begun = await request.post("/signin/oauth2", { form: { provider: "github" } });
  const { email } = somebody();
  const consent = new URLSearchParams({ decision: "allow", email, name: "Mallory", verified: "1" });
  let address = `${begun.headers().refresh.replace(/^0;url=/, "")}&${consent}`;
  while (!address.startsWith(`${baseURL}/`)) {
    const response = await request.get(address, { maxRedirects: 0 });
    expect(response.status()).toBeGreaterThanOrEqual(300);
    address = new URL(response.headers().location, address).href;
  }

  // Another person follows that address, in the middle of a sign-in of their own.
  await page.goto("/signin");
  await press(page, "Continue with GitHub");
  await expectTitle(page, "Continue with GitHub");
  const refused = await page.goto(address);
  expect(refused.status()).toBe(410);
  await expectTitle(page, "Start again");
  await page.goto("/account");
  await expect(page).toHaveURL("/signin?next=/account");
});
