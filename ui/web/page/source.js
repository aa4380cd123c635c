// The source beside the conversation: opened at a citation or a place, walked through, as wide as a person wants it.
"use strict";
import { all, closeMenus, copyText, fill, handOver, html, one, questionBox, send, tell, wide, writeQuestion } from "./helpers.js";

let read = null; // what is shown: { article, exchange, number, from }

const places = (exchange) =>
  all(".citations [data-start]", exchange).map((each) => each.dataset).sort((a, b) => a.number - b.number);
export const exchangeOf = (element) => element.closest(".exchange");
const shownExchange = () => read && read.exchange && document.getElementById(`exchange-${read.exchange}`);
export const isOpen = () => document.body.classList.contains("reading");
export const isWalked = () => Boolean(read && read.exchange);

async function show(article, marks) {
  const text = await html(`source/${article}?${new URLSearchParams(marks)}`);
  if (text === null) return false;
  one("#source-text").innerHTML = text;
  one("#find-in-source").value = "";
  search();
  return true;
}

export async function openCitation(exchange, number, from) {
  const citations = places(exchange);
  const chosen = citations.find((each) => each.number === String(number));
  if (!chosen) return;
  const id = exchange.dataset.exchange;
  const shown = read && read.exchange === id && read.article === chosen.article && one(".text-of-record");
  if (!shown) {
    const marks = [];
    for (const each of citations.filter((other) => other.article === chosen.article)) {
      marks.push(["mark", `${each.number}:${each.start}-${each.end}`]);
      if (each.answer) marks.push(["answer", each.answer]);
    }
    marks.push(["chosen", chosen.number]);
    if (!(await show(chosen.article, marks))) return;
  }
  read = { article: chosen.article, exchange: id, number: Number(number), from: from || (read && read.from) };
  afterOpening(citations.length);
}

/** An article, at a place where one is given. */
export async function openArticle({ article, start, end }, from = null) {
  const marks = end === undefined ? [] : [["mark", `0:${start}-${end}`]];
  if (!(await show(article, marks))) return;
  read = { article, exchange: null, number: 0, from };
  afterOpening(0);
}

function afterOpening(count) {
  document.body.classList.add("reading");
  for (const mark of all("#source-text mark"))
    mark.classList.toggle("chosen", mark.dataset.numbers.split(" ").includes(String(read.number)));
  one("#walk").hidden = count < 2;
  one("#place").textContent = count ? `${read.number} of ${count}` : "";
  showCurrent();
  const chosen = one("#source-text mark.chosen");
  if (chosen) chosen.scrollIntoView({ block: "center", behavior: "instant" });
  else one(".pane").scrollTop = 0;
  if (!wide.matches) one("#close-source").focus({ preventScroll: true });
}

function showCurrent() {
  for (const cite of all(".cite[aria-current]")) cite.removeAttribute("aria-current");
  const exchange = shownExchange();
  if (exchange)
    for (const cite of all(`.cite[data-number="${read.number}"]`, exchange)) cite.setAttribute("aria-current", "true");
}

export function walk(step) {
  const exchange = shownExchange();
  const count = exchange ? places(exchange).length : 0;
  if (count) openCitation(exchange, ((read.number - 1 + step + count) % count) + 1);
}

export function closeSource() {
  if (!isOpen()) return;
  document.body.classList.remove("reading");
  for (const cite of all(".cite[aria-current]")) cite.removeAttribute("aria-current");
  if (read && read.from && read.from.isConnected) read.from.focus();
  read = null;
  one("#walk").hidden = true;
  one("#source-text").replaceChildren();
}

/** After the conversation was drawn anew: what is open is marked again, or closed with its exchange. */
export function follow() {
  if (!read || !read.exchange) return;
  if (!shownExchange()) closeSource();
  else if (!one(".cite[aria-current]")) showCurrent();
}

/** A new answer: where a source is open already, its own first one takes the place. */
export function openFirst(exchange) {
  if (!isOpen()) return;
  if (places(exchange).length && wide.matches) openCitation(exchange, 1);
  else closeSource();
}

// Searching in what is open: places are marked without a change to the text

const POINTS = globalThis.Highlight && CSS.highlights;
let hits = [];
let at = -1;

/** Every place of the words, in any case, as ranges of the text of record. */
function found(words) {
  const parts = [];
  let whole = "";
  const walker = document.createTreeWalker(one(".text-of-record"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    parts.push({ node: walker.currentNode, start: whole.length });
    whole += walker.currentNode.data;
  }
  const place = (offset, isEnd) => {
    const part = parts.findLast((each) => each.start < offset || (!isEnd && each.start === offset));
    return [part.node, offset - part.start];
  };
  const pattern = new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+"), "giu");
  return [...whole.matchAll(pattern)].map((match) => {
    const range = new Range();
    range.setStart(...place(match.index, false));
    range.setEnd(...place(match.index + match[0].length, true));
    return range;
  });
}

export function search() {
  const words = one("#find-in-source").value.trim();
  hits = words && one(".text-of-record") ? found(words) : [];
  at = -1;
  if (POINTS) CSS.highlights.set("hit", new Highlight(...hits));
  if (hits.length) nextHit(1);
  else {
    if (POINTS) CSS.highlights.delete("hit-now");
    one("#hits").textContent = words ? "none" : "";
  }
}

export function nextHit(step) {
  if (!hits.length) return;
  at = at < 0 ? 0 : (at + step + hits.length) % hits.length;
  const range = hits[at];
  if (POINTS) CSS.highlights.set("hit-now", new Highlight(range));
  else getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  range.startContainer.parentElement.scrollIntoView({ block: "nearest", behavior: "instant" });
  const pane = one(".pane");
  const middle = pane.getBoundingClientRect().top + pane.clientHeight / 2;
  pane.scrollTop += range.getBoundingClientRect().top - middle;
  one("#hits").textContent = `${at + 1} of ${hits.length}`;
}

// Words of the source taken elsewhere: what is selected, else the citation that is shown

/** A place in code points, as the server counts them; null where nothing is selected or marked. */
export function chosenPlace() {
  const record = one(".text-of-record");
  const selection = getSelection();
  const count = (text) => Array.from(text).length;
  if (record && selection.rangeCount && !selection.isCollapsed && record.contains(selection.getRangeAt(0).commonAncestorContainer)) {
    const range = selection.getRangeAt(0);
    const before = new Range();
    before.setStart(record, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const start = count(before.toString());
    const words = range.toString();
    const blank = count(words) - count(words.trimStart());
    return { article: read.article, start: start + blank, end: start + blank + count(words.trim()) };
  }
  const marks = all("#source-text mark.chosen");
  if (!record || !marks.length) return null;
  const before = new Range();
  before.setStart(record, 0);
  before.setEndBefore(marks[0]);
  const start = count(before.toString());
  return { article: read.article, start, end: start + count(marks.map((each) => each.textContent).join("")) };
}

/** What the server says stands at the chosen place, with its citation; told where nothing is chosen. */
export async function chosenQuote() {
  const place = chosenPlace();
  if (!place || place.end <= place.start) {
    tell("Select some words of the article first.");
    return null;
  }
  return send(`quote/${place.article}?span=${place.start}-${place.end}`, undefined, "json");
}

export async function copyQuote() {
  const given = await chosenQuote();
  if (given) await copyText(given.markdown, "Copied, with its citation.");
}

export function linkSource() {
  closeMenus();
  const place = chosenPlace();
  const span = place && place.end > place.start ? `:${place.start}-${place.end}` : "";
  copyText(`${location.origin}/#article-${read.article}${span}`, "Copied a link to this place.");
}

/** The question box for this article alone: its day and its source are chosen. */
export function askSource() {
  closeMenus();
  handOver("narrow", read.article);
  if (!wide.matches) closeSource();
  fill(questionBox(), "");
  writeQuestion();
}

// The handle

const NARROWEST = 25, WIDEST = 75, USUAL = 46; // percent of the window

function widen(percent) {
  const width = Math.round(Math.min(WIDEST, Math.max(NARROWEST, percent)));
  document.documentElement.style.setProperty("--pane", `${width}vw`);
  one("#handle").setAttribute("aria-valuenow", String(width));
  localStorage.setItem("dateline-pane", String(width));
}

export function startHandle() {
  const handle = one("#handle");
  widen(Number(localStorage.getItem("dateline-pane")) || USUAL);
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    document.body.classList.add("dragging");
    event.preventDefault();
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) widen(100 - (100 * event.clientX) / innerWidth);
  });
  handle.addEventListener("lostpointercapture", () => document.body.classList.remove("dragging"));
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: 2, ArrowRight: -2 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    widen(Number(handle.getAttribute("aria-valuenow")) + step);
  });
}
