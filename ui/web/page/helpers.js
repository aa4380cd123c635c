// What every part of the page's script uses: finding elements, telling, asking back, sending, handing over to Gradio.
"use strict";

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const wide = matchMedia("(min-width: 64rem)");

/** An element with attributes; its words are text and nothing else. */
export function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

let undoing = null;

/** Say something in passing; with `undo` for as long as it can be taken back. */
export function tell(line, { failed = false, undo = null } = {}) {
  const told = one("#told");
  one("span", told).textContent = line;
  told.classList.toggle("failed", failed);
  told.classList.add("shown");
  undoing = undo;
  one("#undo").hidden = !undo;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(hush, undo ? 15000 : 6000);
}

function hush() {
  one("#told").classList.remove("shown");
  one("#undo").hidden = true;
  undoing = null;
}

export function undo() {
  const action = undoing;
  hush();
  if (action) action();
}

export function sure(question, action) {
  const dialog = one("#sure");
  one("p", dialog).textContent = question;
  one(".danger", dialog).textContent = action;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((done) =>
    dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}

const GONE = "Dateline does not answer; is it still running?";

/** What an address answers; null where it refused, which is told. */
export async function send(address, body, kind = "text") {
  try {
    const asked = body === undefined ? {} :
      { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(address, asked);
    if (answer.ok) return await answer[kind]();
    tell(await answer.text(), { failed: true });
  } catch {
    tell(GONE, { failed: true });
  }
  return null;
}

/** The HTML that an address gives, which the server escaped, whatever its status; null where there is no answer. */
export async function html(address) {
  try {
    return await (await fetch(address)).text();
  } catch {
    tell(GONE, { failed: true });
    return null;
  }
}

export function fill(box, value) {
  const kind = box instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(box, value);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

export function handOver(name, value) {
  fill(one(`#${name}-box textarea, #${name}-box input`), value);
  setTimeout(() => one(`button#${name}-go, #${name}-go button`).click(), 30); // once Gradio has seen the box change
}

export function saveAs(content, ending, name = "dateline") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  link.download = `${name}-${new Date().toISOString().slice(0, 10)}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  tell(`Saved as ${link.download}.`);
}

export async function copyText(text, said) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // no permission, or no secure connection: the old way
    const box = made("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  tell(said);
}

/** A menu of buttons that opens below a sign. */
export function menu(label, ...buttons) {
  const inside = made("div", { class: "menu-box" }, ...buttons);
  return made("details", { class: "menu" }, made("summary", { "aria-label": label }, "⋯"), inside);
}

/** Close the menus that are open, but the one around `inside`; gives the last one that was. */
export function closeMenus(inside = null) {
  let closed = null;
  for (const each of all("details.menu[open]")) {
    if (inside && each.contains(inside)) continue;
    each.open = false;
    closed = each;
  }
  return closed;
}

export const questionBox = () => one("#question textarea, #question input");

/** Write a question: its tab is opened, and its box has the focus once it is there to be seen. */
export function writeQuestion(tries = 60) {
  goTo("Ask");
  const box = questionBox();
  if (box.offsetParent) box.focus();
  else if (tries) setTimeout(() => writeQuestion(tries - 1), 30);
}

export function goTo(tab) {
  const found = all('#rooms [role="tab"]').find((each) => each.textContent.trim() === tab);
  if (found && found.getAttribute("aria-selected") !== "true") found.click();
}
