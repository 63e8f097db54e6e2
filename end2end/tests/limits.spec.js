import { expect, needs, press, somebody, test, useUpAttempts } from "./fixtures.js";

needs("password");

test("the eleventh wrong password has to wait, and the page counts down", async ({ page }) => {
  const { email } = somebody();
  await useUpAttempts(page, email);
  await page.goto("/signin");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill("not the password");
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await press(page, "Sign in");
  const answer = await answered;
  expect(answer.status()).toBe(429);
  const seconds = Number(answer.headers()["retry-after"]);
  expect(seconds).toBeGreaterThan(500);
  expect(seconds).toBeLessThanOrEqual(600);

  await expect(page.getByRole("alert")).toContainText("Too many attempts.");
  await expect(page.getByRole("alert")).toContainText("Try again in about 10 minutes");
  const countdown = page.locator(".countdown");
  await expect(countdown).toBeVisible();
  // The style sheet counts, without a script, and shows this number.
  const left = () =>
    countdown.evaluate((element) => Number(getComputedStyle(element).getPropertyValue("--left")));
  const first = await left();
  expect(first).toBeGreaterThan(500);
  expect(first).toBeLessThanOrEqual(seconds);
  await expect.poll(left).toBeLessThan(first);
});
