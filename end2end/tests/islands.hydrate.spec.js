import {
  expect,
  expectStatus,
  hydrate,
  needs,
  passwordField,
  shownAlert,
  signOut,
  signUp,
  somebody,
  test,
} from "./fixtures.js";

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
  await page.getByLabel("Email").focus();
  await arriving;
});

test("a page without an island loads no script", async ({ page }) => {
  const requested = [];
  page.on("request", (request) => requested.push(request));
  await page.goto("/");
  await expect(page.locator("script")).toHaveCount(0);
  await signUp(page, somebody());
  for (const path of ["/account", "/account/security", "/account/sessions"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    // One line, which has nothing to load: it asks for the page anew when the browser goes back to it.
    await expect(page.locator("script")).toHaveCount(1);
    expect(await page.locator("script").textContent()).toContain("pageshow");
    await page.getByRole("main").getByRole("link").first().hover();
  }
  expect(requested.filter((request) => request.resourceType() === "script")).toEqual([]);
});

test("a form that is sent before the bundle is there is sent by the browser", async ({ page }) => {
  const { email } = somebody();
  const waiting = await hold(page, bundle);
  const posts = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await page.goto("/signin");
  const arriving = page.waitForRequest(bundle);
  await page.getByLabel("Email").fill(email);
  await arriving;
  await passwordField(page).fill("some password");
  await submitButton(page).click();
  await expect(shownAlert(page)).toHaveText("Incorrect email or password.");
  await expect(page.getByLabel("Email")).toHaveValue(email);
  expect(posts.map((url) => new URL(url).pathname)).toEqual(["/signin"]);
  await expect(page.locator("leptos-island[data-hydrated]")).toHaveCount(0);

  // What the server has rendered with an error on it comes to life as well.
  waiting.release();
  await hydrate(page);
  await page.getByLabel("Email").fill("");
  await passwordField(page).fill("some password");
  await submitButton(page).click();
  await expect(page.getByText("Enter your email address.")).toBeVisible();
  expect(posts).toHaveLength(1);
});

test("pressed twice before the bundle is there, a form is sent once", async ({ page }) => {
  const waiting = await hold(page, bundle);
  let answer;
  const answered = new Promise((resolve) => (answer = resolve));
  const posts = [];
  await page.route("**/signin", async (route) => {
    if (route.request().method() === "POST") {
      posts.push(route.request().postData());
      await answered;
    }
    await route.continue().catch(() => {});
  });
  await page.goto("/signin");
  await page.getByLabel("Email").fill(somebody().email);
  await passwordField(page).fill("some password");
  const pressedAgain = page.waitForEvent("console", (it) => it.text() === "pressed again");
  // In the page, because Playwright would wait for the next one, which is on its way.
  await page.evaluate(() => {
    const button = document.querySelector("leptos-island [type=submit]");
    setTimeout(() => {
      button.click();
      console.log("pressed again");
    }, 300);
    button.click();
  });
  await pressedAgain;
  await expect.poll(() => posts.length).toBe(1);
  answer();
  await expect(shownAlert(page)).toHaveText("Incorrect email or password.");
  expect(posts).toHaveLength(1);
  expect(posts[0]).toMatch(/once=[0-9a-f]{32}/);
  waiting.release();
});

// What proxies and extensions do to pages.
for (const [name, change] of Object.entries({
  "without its comments": (html) => html.replace(/<!>|<!--.*?-->/gs, ""),
  "with an element first in the form": (html) =>
    html.replace(/<form[^>]* class="form"[^>]*>/g, "$&<div></div>"),
  "with the form wrapped": (html) =>
    html.replace(/<form[^>]* class="form".*?<\/form>/gs, "<div>$&</div>"),
})) {
  // Not the usual page: that the bundle breaks shows in its console.
  test(`a page that arrives ${name} has its form sent by the browser`, async ({ browser }) => {
    const { email } = somebody();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route("**/signin", async (route) => {
      if (route.request().method() !== "GET") return route.continue();
      const response = await route.fetch();
      const html = await response.text();
      expect(change(html)).not.toBe(html);
      return route.fulfill({ response, body: change(html) });
    });
    const posts = [];
    page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
    await page.goto("/signin");
    const givenUp = page.waitForEvent("console", (message) =>
      message.text().startsWith("The browser sends this page's forms."),
    );
    await page.getByLabel("Email").fill(email);
    await givenUp;
    await expect(page.locator("[data-hydrated]")).toHaveCount(0);
    await passwordField(page).fill("some password");
    await submitButton(page).click();
    await expect(shownAlert(page)).toHaveText("Incorrect email or password.");
    await expect(page.getByLabel("Email")).toHaveValue(email);
    expect(posts.map((url) => new URL(url).pathname)).toEqual(["/signin"]);
    await context.close();
  });
}

test("hydrated, a form whose call the server no longer knows is sent by the browser", async ({
  page,
}) => {
  const { email } = somebody();
  for (const [status, json] of [
    [404, "NotFound"],
    [400, "BadRequest"],
  ]) {
    await page.route("**/api/auth/sign-in", (route) => route.fulfill({ status, json }));
    await page.goto("/signin");
    await hydrate(page);
    await page.getByLabel("Email").fill(email);
    await passwordField(page).fill("some password");
    const posted = page.waitForRequest(
      (request) => request.isNavigationRequest() && request.method() === "POST",
    );
    await submitButton(page).click();
    expect(new URL((await posted).url()).pathname).toBe("/signin");
    await expect(shownAlert(page)).toHaveText("Incorrect email or password.");
    await page.unroute("**/api/auth/sign-in");
  }
});

test("hydrated, an answer that the page is too old for asks for a reload", async ({ page }) => {
  await page.route("**/api/auth/sign-in", (route) =>
    route.fulfill({ status: 422, json: "MadeUpLater" }),
  );
  await page.goto("/signin");
  await hydrate(page);
  await page.getByLabel("Email").fill(somebody().email);
  await passwordField(page).fill("some password");
  await submitButton(page).click();
  await expect(shownAlert(page)).toContainText("Please reload this page and try again.");
});

test("hydrated, a new error takes the place of the one that was served", async ({ page }) => {
  const waiting = await hold(page, bundle);
  await page.goto("/signup");
  const email = page.getByLabel("Email");
  const password = passwordField(page);
  await email.fill("not-an-address");
  await password.fill("short");
  await submitButton(page).click();
  const alert = page.locator(".served");
  await expect(alert).toHaveText("Please check the marked fields.");
  await expect(page.getByText("Enter an email address like name@example.com.")).toBeVisible();
  const served = await alert.elementHandle();
  await expect(page.locator("leptos-island[data-hydrated]")).toHaveCount(0);

  waiting.release();
  await hydrate(page);
  await email.fill("nobody@example.com");
  await password.fill("");
  await submitButton(page).click();
  await expect(page.getByText("Choose a password.")).toBeVisible();
  await expect(password).toBeFocused();
  await expect(email).not.toHaveAttribute("aria-invalid");
  await expect(page.getByText("Enter an email address like")).toHaveCount(0);
  // One mistake is said once, next to its field.
  await expect(shownAlert(page)).toHaveCount(0);
  expect(await served.evaluate((it) => it.isConnected)).toBe(false);
});

test("a password can be shown before the bundle is there, and after", async ({ page }) => {
  const waiting = await hold(page, bundle);
  const posts = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await page.goto("/signin");
  const field = passwordField(page);
  const button = page.getByRole("button", { name: /^(Show|Hide) password$/ });
  const expectShown = async (shown) => {
    await expect(field).toHaveAttribute("type", shown ? "text" : "password");
    await expect(field).toHaveValue("some password");
    await expect(button).toHaveAccessibleName(shown ? "Hide password" : "Show password");
  };
  const pressTwice = async () => {
    await expectShown(false);
    await button.click();
    await expectShown(true);
    await button.press("Enter");
    await expectShown(false);
  };

  await field.fill("some password");
  await pressTwice();
  await expect(page.locator("leptos-island[data-hydrated]")).toHaveCount(0);
  waiting.release();
  await hydrate(page);
  await pressTwice();
  expect(posts).toEqual([]);
});

test("each password has a button of its own", async ({ page }) => {
  await signUp(page, somebody());
  await page.goto("/account/password");
  await expect(page.getByRole("button", { name: "Show your password" })).toBeVisible();
  await page.getByRole("button", { name: "Show new password" }).click();
  await expect(page.locator("#new_password")).toHaveAttribute("type", "text");
  await expect(page.locator("#password")).toHaveAttribute("type", "password");
});

test("hydrated, a mistake shows without a request and takes the focus", async ({ page }) => {
  await page.goto("/signup");
  await hydrate(page);
  const posts = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await passwordField(page).fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Email")).toBeFocused();
  expect(posts).toEqual([]);
  await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
  await expect(passwordField(page)).toHaveValue("short");
});

test("hydrated, a form is sent once and shows that it is on its way", async ({ page }) => {
  const { email } = somebody();
  const waiting = await hold(page, "**/api/auth/sign-in");
  await page.goto("/signin");
  await hydrate(page);
  const button = submitButton(page);
  await page.getByLabel("Email").fill(email);
  await passwordField(page).fill("some password");
  await button.click();
  // The answer is held back, so this is before it.
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveText("Signing in…");
  await passwordField(page).press("Enter");
  // Playwright itself would wait until the button is enabled again.
  await button.click({ force: true });
  waiting.release();
  await expect(shownAlert(page)).toHaveText("Incorrect email or password.");
  expect(waiting.count).toBe(1);
  await expect(button).not.toHaveAttribute("aria-disabled");
  await expect(page.getByLabel("Email")).toHaveValue(email);
});

test("hydrated, the preferences keep what was chosen until they are saved", async ({ page }) => {
  await signUp(page, somebody());
  await page.goto("/account/preferences");
  await hydrate(page);
  const dark = page.getByRole("radio", { name: /^Dark/ });
  const language = page.getByLabel("Language of emails and dates");
  const button = submitButton(page).first();
  const expectChosen = async () => {
    await expect(dark).toBeChecked();
    await expect(language).toHaveValue("de");
  };
  await dark.check();
  await language.selectOption("Deutsch");

  // The page offers nothing that the server would refuse, so the answer isn't the server's.
  const saving = "**/api/account/update-preferences";
  let answer;
  const answered = new Promise((resolve) => (answer = resolve));
  await page.route(saving, async (route) => {
    await answered;
    const json = { Invalid: [{ field: "locale", problem: "Malformed" }] };
    await route.fulfill({ status: 422, json });
  });
  await button.click();
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveText("Saving…");
  await expectChosen();
  answer();
  await expect(page.getByText("This isn't valid.")).toBeVisible();
  await expect(language).toBeFocused();
  await expect(language).toHaveAttribute("aria-invalid", "true");
  await expect(shownAlert(page.locator("form"))).toHaveCount(0);
  await expect(button).not.toHaveAttribute("aria-disabled");
  await expect(button).toHaveText("Save preferences");
  await expectChosen();

  await page.unroute(saving);
  await button.click();
  await expectStatus(page, "Preferences saved.");
  await expectChosen();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");

  await page.getByRole("radio", { name: /^System/ }).check();
  await hydrate(page);
  await button.click();
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
  await expect(page.getByRole("radio", { name: /^System/ })).toBeChecked();

  // Signed out meanwhile, as in another tab.
  await page.context().clearCookies();
  await dark.check();
  await language.selectOption("Deutsch");
  await hydrate(page);
  await button.click();
  const alert = shownAlert(page.locator("form"));
  await expect(alert).toContainText("You're signed out. Sign in to continue.");
  await expect(alert.getByRole("link", { name: "Sign in" })).toBeVisible();
  await expectChosen();
});

test("the session's secret is nowhere a script can see", async ({ page, context }) => {
  await signUp(page, somebody());
  const cookies = await context.cookies();
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    const secure = page.url().startsWith("https:");
    expect(cookie).toMatchObject({ httpOnly: true, secure, sameSite: "Lax", path: "/" });
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
    ["/recover/confirm", { password: "short" }],
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

test("a tab from before somebody switched accounts changes nothing", async ({ page, context }) => {
  await signUp(page, somebody());
  await page.goto("/account/name");
  await hydrate(page);
  const other = await context.newPage();
  const second = somebody();
  await other.goto("/account");
  await signOut(other);
  await signUp(other, second);
  await page.getByLabel("Name").fill("For the first");
  await submitButton(page).click();
  await expect(shownAlert(page)).toContainText("You switched accounts");
  await expect(page.getByLabel("Name")).toHaveValue("For the first");
  await other.reload();
  await expect(other.getByRole("main")).toContainText(second.name);
  // The page is the second one's now, so it can be sent again.
  await hydrate(page);
  await submitButton(page).click();
  await expect(page).toHaveURL("/account");
  await expect(page.getByRole("main")).toContainText("For the first");
});
