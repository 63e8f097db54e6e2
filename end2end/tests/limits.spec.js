import { expect, needs, passwordField, press, shownAlert, somebody, test, useUpAttempts } from "./fixtures.js";

needs("password");

test("the eleventh wrong password has to wait, and the page counts down", async ({ page }) => {
  const { email } = somebody();
  await useUpAttempts(page, email);
  await page.goto("/signin");
  await page.getByLabel("Email").fill(email);
  await passwordField(page).fill("not the password");
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await press(page, "Sign in");
  const answer = await answered;
  expect(answer.status()).toBe(429);
  const seconds = Number(answer.headers()["retry-after"]);
  expect(seconds).toBeGreaterThan(500);
  expect(seconds).toBeLessThanOrEqual(600);

  await expect(shownAlert(page)).toContainText("Too many attempts.");
  await expect(shownAlert(page)).toContainText("Try again in about 10 minutes");
  const countdown = page.locator(".countdown");
  await expect(countdown).toBeVisible();
  // The style sheet counts, without a script, and shows this number.
  const left = () =>
    countdown.evaluate((element) => Number(getComputedStyle(element).getPropertyValue("--left")));
  const first = await left();
  expect(first).toBeGreaterThan(500);
  expect(first).toBeLessThanOrEqual(seconds);
  await expect.poll(left).toBeLessThan(first);
  // What is seen of it: minutes and seconds.
  const seen = await countdown.evaluate((element) => {
    const style = getComputedStyle(element);
    return { left: Number(style.getPropertyValue("--left")), counters: style.counterReset };
  });
  const [minutes, rest] = [Math.floor(seen.left / 60), seen.left % 60];
  expect(seen.counters).toBe(`minutes ${minutes} seconds ${rest}`);
});
