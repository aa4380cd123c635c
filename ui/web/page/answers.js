// What can be done with an answer: copied, asked again, edited, saved, linked to, called right or wrong.
"use strict";
import { all, copyText, fill, handOver, one, questionBox, saveAs, send, tell } from "./helpers.js";
import { pinAnswer } from "./notes.js";

export const recordOf = (exchange) => JSON.parse(one(".record", exchange).textContent);
const everyRecord = () => all(".exchange .record").map((each) => JSON.parse(each.textContent));

async function save(exchange, form) {
  const text = await send(`export/${form}`, [recordOf(exchange)]);
  if (text !== null) saveAs(text, form === "json" ? "json" : "md");
}

async function copy(exchange) {
  const text = await send("export/markdown", [recordOf(exchange)]);
  if (text !== null) await copyText(text, "Copied, with its citations.");
}

async function correct(exchange, verdict, expected) {
  const { question, answer } = recordOf(exchange);
  const records = everyRecord();
  const before = records.slice(0, records.findIndex((each) => each.id === exchange.dataset.exchange));
  const quotes = answer.citations.map((each) => each.quote);
  const kept = verdict === "right" && answer.certainty === "none" ? "unanswerable" : verdict;
  const line = await send("corrections", {
    question,
    verdict: kept,
    answers: kept === "wrong" ? [expected] : kept === "right" && answer.short_answer ? [answer.short_answer] : [],
    quotes: kept === "right" ? quotes : [],
    article: kept === "right" ? [...new Set(answer.citations.map((each) => each.article_id))] : [],
    history: before.filter((each) => each.answer)
      .map((each) => ({ question: each.question, answer: each.answer.text })),
  });
  if (line === null) return;
  tell(line);
  const form = one(".correct", exchange);
  if (form) form.hidden = true;
}

export const acts = {
  copy: (exchange) => copy(exchange),
  pin: (exchange) => pinAnswer(recordOf(exchange)),
  retry: (exchange) => handOver("again", exchange.dataset.exchange),
  edit: (exchange) => {
    const box = questionBox();
    fill(box, one(".question", exchange).textContent);
    box.focus();
  },
  save: (exchange, button) => save(exchange, button.dataset.form),
  link: (exchange) =>
    copyText(`${location.origin}/#answer-${exchange.dataset.exchange}`, "Copied a link to this answer, for this browser."),
  right: (exchange) => correct(exchange, "right"),
  wrong: (exchange) => {
    const form = one(".correct", exchange);
    form.hidden = !form.hidden;
    if (!form.hidden) one("input[type=text]", form).focus();
  },
};

export function corrected(form, exchange) {
  const given = new FormData(form);
  const verdict = [...given].find(([name]) => name.startsWith("verdict"))[1];
  correct(exchange, verdict, given.get("expected"));
}

