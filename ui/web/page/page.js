// What happens on the page without a question to the server's tabs. It only shows: every word that it puts into the
// page as HTML comes escaped from the server, and what it writes itself it writes as text.
"use strict";
import { acts, corrected } from "./answers.js";
import * as conversations from "./conversations.js";
import { all, closeMenus, fill, goTo, handOver, one, questionBox, saveAs, sure, tell, undo, writeQuestion } from "./helpers.js";
import * as notes from "./notes.js";
import * as source from "./source.js";

const ANSWER = /^#answer-([0-9a-f]{8})$/;
const PLACE = /^#article-([0-9a-f]{16})(?::(\d{1,9})-(\d{1,9}))?$/;

const frame = {
  new: () => {
    source.closeSource();
    conversations.open();
    writeQuestion();
  },
  "export-every": (button) => conversations.saveEvery(button.dataset.form),
  "save-notes": (button) => notes.save(button.dataset.form),
  filters: () => {
    document.body.classList.toggle("choosing");
    expandScope();
    if (document.body.classList.contains("choosing")) one("#since input").focus();
  },
  keys: () => one("#key-list").showModal(),
  "save-text": (button) => {
    const ending = button.dataset.form;
    saveAs(one(`.kept-text[data-form="${ending}"]`, button.closest(".timeline")).textContent, ending);
  },
};

function pressed(button) {
  const { act, example, remove, name, conversation, conversationAct, noteAct, clear } = button.dataset;
  if (button.matches(".cite")) source.openCitation(source.exchangeOf(button), button.dataset.number, button);
  else if (button.matches(".open-source")) source.openArticle(button.dataset, button);
  else if (noteAct) notes.act(button);
  else if (conversationAct) conversations.act(button);
  else if (conversation) {
    goTo("Ask");
    conversations.open(conversation);
  } else if (frame[act]) frame[act](button);
  else if (acts[act]) {
    closeMenus();
    acts[act](source.exchangeOf(button), button);
  } else if (example) ask(example);
  else if (button.dataset.edit) edit(button);
  else if (clear) handOver("clear", clear);
  else if (remove) removeArticle(remove, name);
  else if (byId[button.id]) byId[button.id]();
}

const byId = {
  "close-source": () => source.closeSource(),
  "previous-citation": () => source.walk(-1),
  "next-citation": () => source.walk(1),
  "previous-hit": () => source.nextHit(-1),
  "next-hit": () => source.nextHit(1),
  "copy-quote": () => source.copyQuote(),
  "pin-quote": async () => {
    const given = await source.chosenQuote();
    if (given) notes.pinQuote(given.citation);
  },
  "link-source": () => source.linkSource(),
  "ask-source": () => source.askSource(),
  theme: () => paint(!document.body.classList.contains("dark"), true),
  fold: () => fold(),
  undo: () => undo(),
};

async function removeArticle(id, name) {
  if (await sure(`Remove “${name}” from the library? It can't be quoted any more.`, "Remove")) handOver("remove", id);
}

/** Ask what is known of an article, and hand over what was changed. */
function edit(button) {
  const dialog = one("#edit");
  const form = one("form", dialog);
  const before = { title: button.dataset.title, published: button.dataset.published, source: button.dataset.source };
  for (const name of ["title", "published", "source"]) form.elements[name].value = before[name];
  form.elements.authors.value = "";
  dialog.returnValue = "no";
  dialog.showModal();
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    const set = { id: button.dataset.edit };
    for (const name of Object.keys(before))
      if (form.elements[name].value !== before[name]) set[name] = form.elements[name].value;
    const authors = form.elements.authors.value.split(";").map((each) => each.trim()).filter(Boolean);
    if (authors.length) set.authors = authors;
    if (Object.keys(set).length > 1) handOver("edit", JSON.stringify(set));
  }, { once: true });
}

function ask(question) {
  fill(questionBox(), question);
  setTimeout(() => one("button#send, #send button").click(), 30);
  insist();
}

// Events: on the document, because Gradio draws the conversation anew as it grows

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  const button = event.target.closest("button");
  if (button) pressed(button);
  else if (event.target.matches("#rail") && !inPlace.matches) fold();
});

document.addEventListener("input", (event) => {
  if (event.target.id === "find-in-source") source.search();
  else if (event.target.matches(".remark")) notes.remarked(event.target);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".correct")) return;
  event.preventDefault();
  corrected(event.target, source.exchangeOf(event.target));
});

const WRITTEN = "input:not([type=radio]):not([type=checkbox]), textarea, select, [role=listbox], [role=option], [contenteditable=true]";

const single = {
  "/": () => writeQuestion(),
  "?": () => frame.keys(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.id === "find-in-source") return source.nextHit(event.shiftKey ? -1 : 1);
  if ((event.ctrlKey || event.metaKey) && event.key === "f" && source.isOpen() && event.target.closest("#source")) {
    event.preventDefault();
    return one("#find-in-source").focus();
  }
  if (event.altKey || event.ctrlKey || event.metaKey || one("dialog[open]")) return;
  if (event.key === "Escape") return escape();
  const writing = event.target.closest(WRITTEN);
  if (single[event.key] && !writing) {
    event.preventDefault();
    return single[event.key]();
  }
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  const elsewhere = (writing && !(event.target.closest("#question") && !event.target.value)) ||
    event.target.closest("[role=tab], [role=radiogroup], input");
  const reading = event.target.closest(".text-of-record") && event.key !== "ArrowRight" && event.key !== "ArrowLeft";
  if (!step || elsewhere || reading || !source.isWalked()) return undefined;
  event.preventDefault();
  return source.walk(step);
});

function escape() {
  const closed = closeMenus();
  if (closed) one("summary", closed).focus();
  else if (!inPlace.matches && document.body.classList.contains("rail-open")) fold();
  else source.closeSource();
}

// Gradio drops a question that comes in the moment in which the event of the one before ends: it is sent once more

function insist() {
  const asked = questionBox().value;
  const before = all(".exchange").length;
  setTimeout(() => {
    const taken = questionBox().value !== asked || all(".exchange").length !== before ||
      one('.exchange[data-state="writing"]');
    if (asked.trim() && !taken) one("button#send, #send button").click();
  }, 700);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && event.target.closest("#question")) insist();
}, true);

// A new answer

const written = new Set();

function watch() {
  const exchanges = all(".exchange");
  const last = exchanges[exchanges.length - 1];
  source.follow();
  conversations.keepSoon();
  if (sought) reach();
  if (!last) return;
  const id = last.dataset.exchange;
  if (last.dataset.state === "writing") {
    if (!written.has(id)) last.scrollIntoView({ block: "start", behavior: "instant" });
    written.add(id);
  } else if (written.delete(id)) {
    last.scrollIntoView({ block: "start", behavior: "instant" });
    source.openFirst(last);
  }
}

// Links to an answer, and to words of an article

let sought = null;

function reach() {
  const exchange = document.getElementById(`exchange-${sought}`);
  if (!exchange) return;
  sought = null;
  goTo("Ask");
  exchange.scrollIntoView({ block: "start", behavior: "instant" });
  exchange.focus({ preventScroll: true });
}

function followLink() {
  const answer = ANSWER.exec(location.hash);
  const place = PLACE.exec(location.hash);
  if (place) source.openArticle({ article: place[1], start: place[2], end: place[3] });
  if (!answer) return;
  const held = conversations.conversationOf(answer[1]);
  sought = answer[1];
  if (document.getElementById(`exchange-${sought}`)) reach();
  else if (held) conversations.open(held.id);
  else tell("This answer is kept in the browser that it was asked in; ask for a link to its citations, or an export.");
}

// The rail and the theme

const inPlace = matchMedia("(min-width: 80rem)"); // there is room for the rail beside the conversation

function fold() {
  const name = inPlace.matches ? "folded" : "rail-open";
  const on = document.body.classList.toggle(name);
  if (inPlace.matches) localStorage.setItem("dateline-rail", on ? "folded" : "shown");
  const shown = inPlace.matches ? !on : on;
  one("#fold").setAttribute("aria-expanded", String(shown));
  (shown && !inPlace.matches ? one("#find-conversation") : one("#fold")).focus();
}

function startRail() {
  document.body.classList.toggle("folded", localStorage.getItem("dateline-rail") === "folded");
  const look = () => one("#fold").setAttribute("aria-expanded", String(
    inPlace.matches ? !document.body.classList.contains("folded") : document.body.classList.contains("rail-open")));
  inPlace.addEventListener("change", look);
  look();
}

function paint(dark, keep) {
  document.body.classList.toggle("dark", dark);
  if (keep) localStorage.setItem("dateline-theme", dark ? "dark" : "light");
}

function expandScope() {
  const button = one("#scope .choose");
  if (button) button.setAttribute("aria-expanded", String(document.body.classList.contains("choosing")));
}

function amend() { // what Gradio draws: a day comes from a calendar, and the name of a box is what can be read in it
  for (const box of all("#since input, #until input")) if (box.type !== "date") box.type = "date";
  expandScope();
  if (one("#board:not([data-drawn])")) notes.draw();
  for (const box of all(".upload-container[aria-label]")) box.removeAttribute("aria-label");
}

async function ready() {
  const parts = ["#conversation", "#question", "#source-text", "#filters", "#find-conversation", "#handle", "#told"];
  if (!parts.every((each) => one(each)) || !one(".welcome, .exchange")) return setTimeout(ready, 50);
  new MutationObserver(watch).observe(one("#conversation"), { childList: true, subtree: true });
  new MutationObserver(amend).observe(one("#rooms"), { childList: true, subtree: true });
  amend();
  const theme = localStorage.getItem("dateline-theme");
  if (theme) paint(theme === "dark", false);
  document.documentElement.lang = "en";
  startRail();
  source.startHandle();
  await Promise.all([conversations.start(), notes.start()]);
  document.body.dataset.ready = "true";
  followLink();
  addEventListener("hashchange", followLink);
  return undefined;
}

ready();
