// What a person pinned: a board of quotations and answers with remarks, put in order and exported.
"use strict";
import { closeMenus, one, saveAs, send, tell } from "./helpers.js";
import { drop, every, newId, put } from "./store.js";

const ENDINGS = { markdown: "md", docx: "docx", bibtex: "bib", csl: "json" };
let notes = []; // in their order: { id, order, remark, question, text, citations }

const bare = (each) => ({ id: each.id, remark: each.remark, question: each.question, text: each.text, citations: each.citations });

/** Show the notes, where their tab is there: Gradio makes it when it is first opened. */
export async function draw() {
  if (!one("#board")) return;
  one("#board").dataset.drawn = "true";
  one("#note-tools").hidden = !notes.length;
  const text = await send("notes/html", notes.map(bare));
  if (text !== null) one("#board").innerHTML = text;
}

async function pin(note) {
  const last = notes.length ? notes[notes.length - 1].order : 0;
  const kept = { id: newId(), order: last + 1, remark: "", question: "", text: "", ...note };
  notes.push(kept);
  await put("notes", kept);
  draw();
  tell("Pinned to Notes.", { undo: () => remove(kept) });
}

async function remove(note) {
  notes = notes.filter((each) => each !== note);
  await drop("notes", note.id);
  await draw();
}

export const pinQuote = (citation) => pin({ citations: [citation] });

export function pinAnswer(record) {
  const { citations, nearest, text } = record.answer;
  const quoted = citations.length ? citations : nearest;
  if (!quoted.length) return tell("There is no quotation to pin in this answer.");
  const said = quoted.map((each) => each.quote).join(" ");
  return pin({ question: record.question, text: text === said ? "" : text, citations: quoted });
}

async function move(note, step) {
  const at = notes.indexOf(note);
  const other = notes[at + step];
  if (!other) return;
  [note.order, other.order] = [other.order, note.order];
  [notes[at], notes[at + step]] = [other, note];
  await Promise.all([put("notes", note), put("notes", other)]);
  await draw();
  const entry = one(`[data-note="${note.id}"]`);
  const way = step < 0 ? "up" : "down";
  const button = one(`[data-note-act="${way}"]:not(:disabled)`, entry) || one("[data-note-act]:not(:disabled)", entry);
  button.focus();
}

export function act(button) {
  const note = notes.find((each) => each.id === button.closest("[data-note]").dataset.note);
  const what = button.dataset.noteAct;
  if (what === "up" || what === "down") return move(note, what === "up" ? -1 : 1);
  const at = notes.indexOf(note);
  return remove(note).then(() => tell("Removed from Notes.", {
    undo: async () => {
      notes.splice(at, 0, note);
      await put("notes", note);
      draw();
    },
  }));
}

export function remarked(box) {
  const note = notes.find((each) => each.id === box.closest("[data-note]").dataset.note);
  note.remark = box.value;
  put("notes", note);
}

export async function save(form) {
  closeMenus();
  const content = await send(`notes/${form}`, notes.map(bare), form === "docx" ? "blob" : "text");
  if (content !== null) saveAs(content, ENDINGS[form], "dateline-notes");
}

export async function start() {
  notes = (await every("notes")).sort((a, b) => a.order - b.order);
  draw();
}
