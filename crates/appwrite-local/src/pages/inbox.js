// Has the inbox update by itself, and codes be copied by a button.
"use strict";

const list = document.getElementById("list");
const news = document.getElementById("news");
const query = new URLSearchParams(location.search);
const newest = () => list.querySelector("[data-id]")?.dataset.id;

async function update() {
  if (document.hidden) return;
  const to = query.get("to");
  const address = "/_local/inbox.json" + (to ? "?" + new URLSearchParams({ to }) : "");
  const { messages } = await (await fetch(address)).json();
  if (messages[0]?.id === newest()) return;
  const known = new Set([...list.querySelectorAll("[data-id]")].map((link) => link.dataset.id));
  const fresh = messages.filter((message) => !known.has(message.id));
  const page = await (await fetch(location.href)).text();
  const next = new DOMParser().parseFromString(page, "text/html").getElementById("list");
  const focused = document.activeElement?.dataset?.id;
  list.replaceChildren(...next.childNodes);
  if (focused) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  if (fresh.length === 1) news.textContent = `New message to ${fresh[0].to}`;
  else if (fresh.length > 1) news.textContent = `${fresh.length} new messages`;
}

// The server may be restarted while the page is open: the next try finds it again.
setInterval(() => update().catch(() => {}), 2000);
document.addEventListener("visibilitychange", () => update().catch(() => {}));

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
    news.textContent = "The code was copied";
  });
}
