// Notes: rows that belong to one person.

import {
  expect,
  expectStatus,
  expectTitle,
  needs,
  press,
  shownAlert,
  signIn,
  signUp,
  somebody,
  test,
} from "./fixtures.js";

needs("password");

/** The row of a note in the list. */
const rowOf = (page, title) => page.getByRole("listitem").filter({ hasText: title });

const count = (page) => page.locator("#count");

/** Adds a note on the list's page. */
async function add(page, title) {
  await page.getByLabel("Add a note").fill(title);
  await press(page, "Add");
  await expect(rowOf(page, title)).toBeVisible();
}

test("a note is made, read, changed and deleted", async ({ page }) => {
  await signUp(page, somebody());
  await page.getByRole("banner").getByRole("link", { name: "Notes" }).click();
  await expect(page.getByText("No notes yet.")).toBeVisible();
  await page.getByRole("link", { name: "New note" }).click();
  await press(page, "Save note");
  await expect(page.getByText("Fill this in.")).toBeVisible();
  await page.getByLabel("Title").fill("Buy milk");
  await page.getByLabel("Text").fill("Two liters.\nNo sugar.");
  await page.getByLabel("Tag").fill("shop");
  await page.getByLabel("Due date").fill("2031-02-03");
  await press(page, "Save note");
  await expect(rowOf(page, "Buy milk")).toContainText("3 February 2031");
  await expect(count(page)).toHaveText("1");

  await page.getByRole("link", { name: "Buy milk" }).click();
  await expectTitle(page, "Buy milk");
  await expect(page.getByText("Two liters.\nNo sugar.")).toBeVisible();
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Title").fill("Buy oat milk");
  await press(page, "Save note");
  await expectStatus(page, "Saved.");
  await expectTitle(page, "Buy oat milk");
  await press(page, "Mark as done");
  await expect(page.getByText("done", { exact: true })).toBeVisible();

  await page.getByText("Delete", { exact: true }).click();
  await press(page, "Yes, delete it");
  await expectStatus(page, "Deleted.");
  await expect(page.getByText("No notes yet.")).toBeVisible();
});

test("the list adds, ticks, pins and deletes", async ({ page }) => {
  await signUp(page, somebody());
  await page.goto("/notes");
  for (const title of ["First", "Second"]) await add(page, title);
  await expect(count(page)).toHaveText("2");
  for (const name of ["Done", "Pin"]) {
    const button = rowOf(page, "First").getByRole("button", { name });
    for (const pressed of ["true", "false", "true"]) {
      await button.click();
      await expect(button).toHaveAttribute("aria-pressed", pressed);
      await expect(rowOf(page, "First")).not.toHaveAttribute("aria-busy");
    }
  }
  await rowOf(page, "Second").locator("summary").click();
  await rowOf(page, "Second").getByRole("button", { name: "Delete" }).click();
  await expect(rowOf(page, "Second")).toHaveCount(0);
  await expect(count(page)).toHaveText("1");

  await page.goto("/notes?done=true");
  const row = rowOf(page, "First");
  for (const name of ["Done", "Pin"]) {
    await expect(row.getByRole("button", { name })).toHaveAttribute("aria-pressed", "true");
  }
  await row.locator("summary").click();
  await row.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("No notes like that.")).toBeVisible();
  await expect(page).toHaveURL("/notes?done=true");
});

test("notes are searched and filtered", async ({ page }) => {
  await signUp(page, somebody());
  for (const form of [
    { title: "Buy milk", tag: "shop" },
    { title: "Read", text: "A book about milk" },
    { title: "Buy bread", tag: "shop" },
  ]) {
    await page.request.post("/notes/new", { form, maxRedirects: 0 });
  }
  await page.goto("/notes");
  await expect(count(page)).toHaveText("3");
  await page.getByLabel("Search notes").fill("milk");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(count(page)).toHaveText("2");
  await rowOf(page, "Buy milk").getByRole("link", { name: "shop" }).click();
  await expect(count(page)).toHaveText("2");
  await expect(rowOf(page, "Buy bread")).toBeVisible();
  await page.getByRole("link", { name: "Done" }).click();
  await expect(page.getByText("No notes like that.")).toBeVisible();
  await page.getByRole("link", { name: /^Tag shop.*remove/ }).click();
  await page.getByRole("link", { name: "All", exact: true }).click();
  await expect(count(page)).toHaveText("3");
});

test("of two tabs the second shows what the first has saved", async ({ page, context }) => {
  await signUp(page, somebody());
  const form = { title: "Plan", text: "As it was" };
  await page.request.post("/notes/new", { form, maxRedirects: 0 });
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await tab.goto("/notes");
    await tab.getByRole("link", { name: "Plan" }).click();
    await tab.getByRole("link", { name: "Edit" }).click();
  }
  await other.getByLabel("Text").fill("From the other tab");
  await press(other, "Save note");
  await expectStatus(other, "Saved.");
  await page.getByLabel("Text").fill("From this tab");
  await press(page, "Save note");
  await expect(shownAlert(page)).toContainText("changed somewhere else");
  await expect(page.getByText("From the other tab")).toBeVisible();
  await expect(page.getByLabel("Text")).toHaveValue("From this tab");
  await press(page, "Replace it with mine");
  await expectStatus(page, "Saved.");
  await expect(page.getByText("From this tab")).toBeVisible();
});

test("what was typed survives a session that has ended", async ({ page, context }) => {
  const person = somebody();
  await signUp(page, person);
  await page.goto("/notes/new");
  await page.getByLabel("Title").fill("Typed for a long time");
  await context.clearCookies();
  await press(page, "Save note");
  await expect(shownAlert(page)).toContainText("You're signed out.");
  await expect(page.getByLabel("Title")).toHaveValue("Typed for a long time");
  const opening = context.waitForEvent("page");
  await page.getByRole("link", { name: "Sign in in a new tab" }).click();
  const tab = await opening;
  await signIn(tab, person);
  await expect(tab).toHaveURL("/account");
  await tab.close();
  await press(page, "Save note");
  await expect(rowOf(page, "Typed for a long time")).toBeVisible();
});

test("somebody else's note is not found", async ({ page, another }) => {
  await signUp(page, somebody());
  const form = { title: "Hers alone" };
  const made = await page.request.post("/notes/new", { form, maxRedirects: 0 });
  const id = made.headers().location.split("#")[1];
  const stranger = await another();
  await signUp(stranger, somebody());
  for (const path of [`/notes/${id}`, `/notes/${id}/edit`]) {
    const answer = await stranger.goto(path);
    expect(answer.status()).toBe(404);
    await expect(stranger.getByText("Hers alone")).toHaveCount(0);
  }
});
