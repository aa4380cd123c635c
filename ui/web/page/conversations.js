// The conversations that this browser keeps: listed, searched, renamed, deleted with a way back, exported, linked to.
// Gradio shows one of them; what it shows is put into the one that is current.
"use strict";
import { all, closeMenus, handOver, made, menu, one, saveAs, send, tell, wide } from "./helpers.js";
import { drop, every, newId, put } from "./store.js";

const MOST_SHOWN = 40; // exchanges that the server shows
const MOST_BYTES = 1500000; // of what is handed over at once
const NAME_LENGTH = 80;
const known = new Map(); // by id: { id, name, at, exchanges }
let current = newId();
let left = new Set(); // exchanges of the conversation that was left: as long as one is shown, nothing is taken

const shownRecords = () => all(".exchange .record").map((each) => JSON.parse(each.textContent));
const nameOf = (each) => each.name || (each.exchanges[0] ? each.exchanges[0].question.slice(0, NAME_LENGTH) : "");

function textOf(each) {
  const words = each.exchanges.flatMap((one) => [one.question, one.answer ? one.answer.text : ""]);
  return [nameOf(each), ...words].join("\n").toLowerCase();
}

/** Take what is shown into the current conversation. */
async function keep() {
  const ids = all(".exchange").map((each) => each.dataset.exchange);
  if (!ids.length || ids.some((id) => left.has(id))) return;
  left = new Set();
  const records = shownRecords();
  const before = known.get(current) || { id: current, name: "", exchanges: [] };
  const at = ids.length < MOST_SHOWN ? 0 : before.exchanges.findIndex((each) => each.id === ids[0]);
  const exchanges = [...before.exchanges.slice(0, Math.max(at, 0)), ...records];
  if (known.has(current) && JSON.stringify(exchanges) === JSON.stringify(before.exchanges)) return;
  const kept = { ...before, exchanges, at: Date.now() };
  known.set(current, kept);
  draw();
  try {
    await put("conversations", kept);
  } catch {
    tell("This browser keeps no more; export conversations, and delete some.", { failed: true });
  }
}

let waiting = null;

export function keepSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(keep, 150);
}

function when(moment) {
  const day = new Date(moment);
  const today = day.toDateString() === new Date().toDateString();
  const how = today ? { hour: "2-digit", minute: "2-digit", hour12: false } : { day: "numeric", month: "short", year: "numeric" };
  return day.toLocaleString("en-GB", how);
}

function item(each) {
  const name = nameOf(each);
  const open = made("button", { type: "button", class: "conversation", "data-conversation": each.id, dir: "auto" }, name);
  if (each.id === current) open.setAttribute("aria-current", "true");
  open.append(made("span", { class: "when" }, when(each.at)));
  const acts = [["rename", "Rename"], ["markdown", "Save .md"], ["json", "Save .json"], ["delete", "Delete"]];
  const buttons = acts.map(([act, words]) => made("button", { type: "button", "data-conversation-act": act }, words));
  return made("li", { "data-id": each.id }, open, menu(`More about “${name}”`, ...buttons));
}

export function draw() {
  const words = one("#find-conversation").value.toLowerCase().split(/\s+/).filter(Boolean);
  const listed = [...known.values()].sort((a, b) => b.at - a.at);
  const found = listed.filter((each) => words.every((word) => textOf(each).includes(word)));
  const focused = document.activeElement && document.activeElement.dataset.conversation;
  if (one("#conversations input")) return; // a name is being written
  const opened = one("#conversations details[open]")?.closest("li").dataset.id;
  one("#conversations").replaceChildren(...found.map(item));
  const menuOf = opened && one(`#conversations li[data-id="${opened}"] details`);
  if (menuOf) menuOf.open = true;
  if (focused) all(".conversation").find((each) => each.dataset.conversation === focused)?.focus();
  one("#no-conversation").hidden = found.length > 0;
  one("#no-conversation").textContent = listed.length ? "No conversation has these words." :
    "Questions that you ask are kept here, in this browser.";
  one("#every").hidden = !listed.length;
}

/** Show a conversation, or an empty one; what was shown last is kept, unless it was deleted. */
export function open(id = newId(), keeping = true) {
  if (id === current && one(".exchange")) return;
  clearTimeout(waiting);
  if (keeping) keep();
  left = new Set(all(".exchange").map((each) => each.dataset.exchange));
  current = id;
  let shown = known.has(id) ? known.get(id).exchanges.slice(-MOST_SHOWN) : [];
  while (JSON.stringify(shown).length > MOST_BYTES) shown = shown.slice(1);
  handOver("open", JSON.stringify(shown));
  draw();
  if (!wide.matches) document.body.classList.remove("rail-open");
}

/** The conversation that holds an exchange; null where this browser has none. */
export const conversationOf = (exchange) =>
  [...known.values()].find((each) => each.exchanges.some((one) => one.id === exchange)) || null;

async function exported(each, form) {
  return send(`export/${form}`, { name: nameOf(each), exchanges: each.exchanges });
}

async function save(each, form) {
  const text = await exported(each, form);
  if (text !== null) saveAs(text, form === "json" ? "json" : "md");
}

export async function saveEvery(form) {
  const texts = [];
  for (const each of [...known.values()].sort((a, b) => a.at - b.at)) {
    const text = await exported(each, form);
    if (text === null) return;
    texts.push(text);
  }
  if (form === "markdown") return saveAs(texts.join("\n"), "md", "dateline-conversations");
  return saveAs(`${JSON.stringify({ conversations: texts.map((text) => JSON.parse(text)) }, null, 1)}\n`, "json",
    "dateline-conversations");
}

async function remove(each) {
  known.delete(each.id);
  const shown = each.id === current;
  if (shown) open(newId(), false);
  draw();
  await drop("conversations", each.id);
  one("#find-conversation").focus();
  tell(`Deleted “${nameOf(each)}”.`, {
    undo: async () => {
      known.set(each.id, each);
      await put("conversations", each);
      if (shown) open(each.id);
      draw();
    },
  });
}

function rename(each, entry) {
  const box = made("input", { type: "text", maxlength: "120", "aria-label": "Name of the conversation" });
  box.value = nameOf(each);
  let done = false;
  const end = async (keeping) => {
    if (done) return;
    done = true;
    if (keeping && box.value.trim()) each.name = box.value.trim();
    box.remove();
    draw();
    all(".conversation").find((other) => other.dataset.conversation === each.id)?.focus();
    if (keeping) await put("conversations", each);
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") {
      event.stopPropagation();
      end(event.key === "Enter");
    }
  });
  box.addEventListener("blur", () => end(true));
  entry.replaceChildren(box);
  box.select();
}

export function act(button) {
  const entry = button.closest("li");
  const each = known.get(entry.dataset.id);
  const what = button.dataset.conversationAct;
  closeMenus();
  if (what === "rename") rename(each, entry);
  else if (what === "delete") remove(each);
  else save(each, what);
}

/** Read what is kept; what is shown belongs to the conversation that has its exchanges. */
export async function start() {
  for (const each of await every("conversations")) known.set(each.id, each);
  const ids = all(".exchange").map((each) => each.dataset.exchange);
  const holds = (each) => each.exchanges.some((one) => ids.includes(one.id));
  const found = [...known.values()].sort((a, b) => b.at - a.at).find(holds);
  if (found) current = found.id;
  one("#find-conversation").addEventListener("input", draw);
  draw();
  keepSoon();
}
