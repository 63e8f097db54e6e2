import { expect, hydrate, needs, signUp, somebody, test } from "./fixtures.js";

needs("password");

const bundle = "**/*.wasm";

/** Has requests wait until they are let go, and counts them. */
async function hold(page, pattern) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const waiting = { count: 0, release };
  await page.route(pattern, async (route) => {
    waiting.count += 1;
    await held;
    // The page that asked may be gone by now.
    await route.continue().catch(() => {});
  });
  return waiting;
}

const submitButton = (page) => page.locator("leptos-island [type=submit]");

test("the bundle arrives with the first interaction, and not before", async ({ page }) => {
  const requested = [];
  page.on("request", (request) => requested.push(request.url()));
  await page.goto("/signin", { waitUntil: "networkidle" });
  expect(requested.filter((url) => url.includes(".wasm") || url.endsWith(".js"))).toEqual([]);
  const arriving = page.waitForRequest(bundle);
  await page.getByLabel("E-mail").focus();
  await arriving;
});

test("a page without an island loads no script at all", async ({ page }) => {
  await page.goto("/");
  await expect(page.locator("script")).toHaveCount(0);
  await signUp(page, somebody());
  for (const path of ["/account", "/account/security", "/account/sessions"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator("script")).toHaveCount(0);
  }
});

test("a form that is sent before the bundle is there is sent by the browser", async ({ page }) => {
  const waiting = await hold(page, bundle);
  const posts = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await page.goto("/signin");
  const arriving = page.waitForRequest(bundle);
  await page.getByLabel("E-mail").fill("nobody@example.com");
  await arriving;
  await page.getByLabel("Password").fill("some password");
  await submitButton(page).click();
  await expect(page.getByRole("alert")).toHaveText("The e-mail or the password is wrong.");
  await expect(page.getByLabel("E-mail")).toHaveValue("nobody@example.com");
  expect(posts.map((url) => new URL(url).pathname)).toEqual(["/signin"]);
  await expect(page.locator("leptos-island[data-hydrated]")).toHaveCount(0);

  // What the server has rendered with an error on it comes to life as well.
  waiting.release();
  await hydrate(page);
  await page.getByLabel("E-mail").fill("");
  await page.getByLabel("Password").fill("some password");
  await submitButton(page).click();
  await expect(page.getByText("Enter your e-mail address.")).toBeVisible();
  expect(posts).toHaveLength(1);
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
  const waiting = await hold(page, "**/api/form");
  await page.goto("/signin");
  await hydrate(page);
  const button = submitButton(page);
  await page.getByLabel("E-mail").fill("nobody@example.com");
  await page.getByLabel("Password").fill("some password");
  await button.click();
  // The answer is held back, so this is before it.
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveText("Signing in…");
  await page.getByLabel("Password").press("Enter");
  // Playwright itself would wait until the button is enabled again.
  await button.click({ force: true });
  waiting.release();
  await expect(page.getByRole("alert")).toHaveText("The e-mail or the password is wrong.");
  expect(waiting.count).toBe(1);
  await expect(button).not.toHaveAttribute("aria-disabled");
  await expect(page.getByLabel("E-mail")).toHaveValue("nobody@example.com");
});

test("the session's secret is nowhere a script can see", async ({ page, context }) => {
  await signUp(page, somebody());
  const cookies = await context.cookies();
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
  }
  for (const path of ["/account", "/account/security", "/account/sessions", "/account/password"]) {
    const sent = await (await page.goto(path)).text();
    const seen = await page.evaluate(
      () => document.documentElement.outerHTML + document.cookie + JSON.stringify(localStorage),
    );
    for (const { name, value } of cookies) {
      expect((sent + seen).includes(value), `${name} on ${path}`).toBe(false);
    }
  }
});

test("a link's secret stays in the address", async ({ page }) => {
  const secret = "0123456789abcdef0123456789abcdef";
  for (const [path, form] of [
    ["/signin/link", {}],
    ["/recover/confirm", { "new-password": "short" }],
    ["/verify", {}],
  ]) {
    const address = `${path}?userId=somebody&secret=${secret}`;
    const sent = await (await page.goto(address)).text();
    expect(sent).toContain("<leptos-island");
    await hydrate(page);
    const seen = await page.content();
    const refused = await page.request.post(address, { form });
    expect(refused.status()).toBeGreaterThanOrEqual(400);
    for (const source of [sent, seen, await refused.text()]) {
      expect(source.includes(secret), path).toBe(false);
    }
  }
});
