import { expect, hydrate, signUp, somebody, test } from "./fixtures.js";

const isBundle = (request) => request.url().endsWith(".wasm");

test("the bundle arrives with the first interaction, and not before", async ({ page }) => {
  const requested = [];
  page.on("request", (request) => requested.push(request.url()));
  await page.goto("/signin", { waitUntil: "networkidle" });
  expect(requested.filter((url) => url.includes(".wasm") || url.endsWith(".js"))).toEqual([]);
  const bundle = page.waitForRequest(isBundle);
  await page.getByLabel("E-mail").focus();
  await bundle;
});

test("a page without an island loads no script at all", async ({ page }) => {
  await page.goto("/");
  await expect(page.locator("script")).toHaveCount(0);
  await signUp(page, somebody());
  await expect(page.locator("script")).toHaveCount(0);
});

test("hydrated, a mistake shows without a request and takes the focus", async ({ page }) => {
  await page.goto("/signup");
  await hydrate(page);
  const posts = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("E-mail")).toBeFocused();
  expect(posts).toEqual([]);
  await expect(page.getByLabel("E-mail")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Password")).toHaveValue("short");
});

test("hydrated, a form is sent once and shows that it is on its way", async ({ page }) => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  let calls = 0;
  await page.route("**/api/auth/sign-in", async (route) => {
    calls += 1;
    await held;
    await route.continue();
  });
  await page.goto("/signin");
  await hydrate(page);
  const button = page.locator("form [type=submit].button-primary");
  await page.getByLabel("E-mail").fill("nobody@example.com");
  await page.getByLabel("Password").fill("some password");
  await button.click();
  await expect(button).toHaveText("Signing in…");
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await page.getByLabel("Password").press("Enter");
  release();
  await expect(page.getByRole("alert")).toHaveText("The e-mail or the password is wrong.");
  expect(calls).toBe(1);
  await expect(button).not.toHaveAttribute("aria-disabled");
  await expect(page.getByLabel("E-mail")).toHaveValue("nobody@example.com");
});

test("the session's secret is nowhere a script can see", async ({ page, context }) => {
  await signUp(page, somebody());
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
  const seen = await page.evaluate(
    () => document.documentElement.outerHTML + document.cookie + JSON.stringify({ ...localStorage }),
  );
  expect(seen).not.toContain(cookie.value);
});
