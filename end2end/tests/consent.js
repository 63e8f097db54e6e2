// The local Appwrite's page that plays the OAuth2 provider.

import { expectTitle } from "./fixtures.js";

/** Says at the provider who one is, and allows the site to know it. */
export async function allow(page, provider, { name, email }, { verified = true } = {}) {
  await expectTitle(page, `Continue with ${provider}`);
  await page.getByLabel("Email", { exact: true }).fill(email);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("The provider has verified this email").setChecked(verified);
  await page.getByRole("button", { name: "Allow", exact: true }).click();
}

/** Does not. */
export async function deny(page, provider) {
  await expectTitle(page, `Continue with ${provider}`);
  await page.getByRole("button", { name: "Deny", exact: true }).click();
}
