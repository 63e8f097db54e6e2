// What every spec uses: a page that fails the test when the console shows an error, and people.

import { test as base, expect } from "@playwright/test";

export { expect };

export const test = base.extend({
  page: async ({ page }, use) => {
    const errors = [];
    page.on("console", (message) => {
      // A refused form is answered with a status that Chromium notes as a failed load.
      const expected = /Failed to load resource: .* status of (401|404|409|422)/;
      if (["error", "warning"].includes(message.type()) && !expected.test(message.text())) {
        errors.push(message.text());
      }
    });
    page.on("pageerror", (error) => errors.push(error.message));
    await use(page);
    expect(errors, "the console").toEqual([]);
  },
});

/** Somebody who has no account yet. */
export function somebody() {
  const unique = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  return {
    name: "Ada Lovelace",
    email: `ada-${unique}@example.com`,
    password: "correct horse battery",
  };
}

export async function signUp(page, person) {
  await page.goto("/signup");
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/account");
}

export async function signIn(page, { email, password }) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export async function signOut(page) {
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
}

/** Touches the page's island, and waits until the bundle has taken it over. */
export async function hydrate(page) {
  await page.getByLabel("E-mail").focus();
  await expect(page.locator("leptos-island")).toHaveAttribute("data-hydrated");
}
