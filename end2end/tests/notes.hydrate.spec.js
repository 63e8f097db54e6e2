// What the list of notes shows before the server has answered, and what it takes back.

import { expect, hydrate, needs, shownAlert, signUp, somebody, test } from "./fixtures.js";

needs("password");

const rowOf = (page, title) => page.getByRole("listitem").filter({ hasText: title });

const count = (page) => page.locator("#count");

/** Opens a list with one note, and waits until the bundle has taken it over. */
async function open(page) {
  await signUp(page, somebody());
  const form = { title: "First" };
  await page.request.post("/notes/new", { form, maxRedirects: 0 });
  await page.goto("/notes");
  await hydrate(page);
}

/** Has calls of a server function wait, and then answered or refused. */
async function hold(page, name) {
  let decide;
  const decided = new Promise((resolve) => (decide = resolve));
  await page.route(`**/api/notes/${name}`, async (route) => {
    if (await decided) await route.continue();
    else await route.fulfill({ status: 503, json: "Unavailable" });
  });
  return decide;
}

test("a change shows at once, before the server has answered", async ({ page }) => {
  await open(page);
  const tick = rowOf(page, "First").getByRole("button", { name: "Done" });
  const answerTick = await hold(page, "set-done");
  await tick.click();
  await expect(tick).toHaveAttribute("aria-pressed", "true");
  await expect(rowOf(page, "First")).toHaveAttribute("aria-busy", "true");
  answerTick(true);
  await expect(rowOf(page, "First")).not.toHaveAttribute("aria-busy");

  const answerAdd = await hold(page, "create");
  await page.getByLabel("Add a note").fill("Second");
  await page.getByRole("button", { name: "Add" }).click();
  const row = rowOf(page, "Second");
  await expect(row).toHaveAttribute("inert");
  await expect(page.getByLabel("Add a note")).toHaveValue("");
  await expect(count(page)).toHaveText("2");
  answerAdd(true);
  await expect(row).not.toHaveAttribute("inert");

  const answerDelete = await hold(page, "delete");
  await row.locator("summary").click();
  await row.getByRole("button", { name: "Delete" }).click();
  await expect(row).toBeHidden();
  await expect(count(page)).toHaveText("1");
  const deleted = page.waitForResponse("**/api/notes/delete");
  answerDelete(true);
  await deleted;

  await page.reload();
  await expect(count(page)).toHaveText("1");
  await expect(rowOf(page, "First").getByRole("button", { name: "Done" })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
});

test("what the server refuses is taken back with a message", async ({ page }) => {
  await open(page);
  const row = rowOf(page, "First");
  for (const [call, name] of [
    ["set-done", "Done"],
    ["set-pinned", "Pin"],
  ]) {
    const decide = await hold(page, call);
    const button = row.getByRole("button", { name });
    await button.click();
    await expect(button).toHaveAttribute("aria-pressed", "true");
    decide(false);
    await expect(button).toHaveAttribute("aria-pressed", "false");
    await expect(shownAlert(page)).toContainText("We can't reach the service right now.");
  }
  const decideDelete = await hold(page, "delete");
  await row.locator("summary").click();
  await row.getByRole("button", { name: "Delete" }).click();
  await expect(row).toBeHidden();
  decideDelete(false);
  await expect(row).toBeVisible();
  await expect(count(page)).toHaveText("1");

  const decideAdd = await hold(page, "create");
  await page.getByLabel("Add a note").fill("Second");
  await page.getByRole("button", { name: "Add" }).click();
  await expect(rowOf(page, "Second")).toBeVisible();
  decideAdd(false);
  await expect(rowOf(page, "Second")).toHaveCount(0);
  await expect(page.getByLabel("Add a note")).toHaveValue("Second");
  await expect(count(page)).toHaveText("1");

  // What was typed in the meantime stays as well.
  const decideAgain = await hold(page, "create");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByLabel("Add a note").fill("Third");
  decideAgain(false);
  await expect(page.getByLabel("Add a note")).toHaveValue("Second Third");
  await expect(count(page)).toHaveText("1");
});

test("a note that was deleted in another tab goes, with a message", async ({ page, context }) => {
  await open(page);
  const id = await rowOf(page, "First").getAttribute("id");
  await context.request.post("/notes/delete", { form: { id }, maxRedirects: 0 });
  await rowOf(page, "First").getByRole("button", { name: "Done" }).click();
  await expect(shownAlert(page)).toContainText("changed somewhere else");
  await expect(rowOf(page, "First")).toHaveCount(0);
  await expect(count(page)).toHaveText("0");
});

test("who deletes a note that's gone has what they wanted", async ({ page, context }) => {
  await open(page);
  const row = rowOf(page, "First");
  const id = await row.getAttribute("id");
  await context.request.post("/notes/delete", { form: { id }, maxRedirects: 0 });
  await row.locator("summary").click();
  const answered = page.waitForResponse("**/api/notes/delete");
  await row.getByRole("button", { name: "Delete" }).click();
  await answered;
  await expect(row).toHaveCount(0);
  await expect(count(page)).toHaveText("0");
  await expect(shownAlert(page)).toHaveCount(0);
});

test("times are those of the visitor's own time zone", async ({ browser }) => {
  const context = await browser.newContext({ timezoneId: "Asia/Tokyo" });
  const page = await context.newPage();
  await signUp(page, somebody());
  const form = { title: "When" };
  await page.request.post("/notes/new", { form, maxRedirects: 0 });
  await page.goto("/notes");
  await page.getByRole("link", { name: "When" }).click();
  const time = page.locator("time").first();
  const at = new Date(await time.getAttribute("datetime"));
  const there = at.toLocaleTimeString("en-GB", { timeZone: "Asia/Tokyo", timeStyle: "short" });
  await expect(time).toContainText(there);
  await context.close();
});
