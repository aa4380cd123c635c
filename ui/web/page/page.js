// What happens on the page without a question to the server's tabs: opening sources, walking through citations, saving.
// It only shows: every word that it puts into the page as HTML comes escaped from the server, and no offset is computed
// here (strings of this language count UTF-16 units).
"use strict";
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const wide = matchMedia("(min-width: 64rem)");
  let invitation = ""; // what the source pane says while nothing is open
  let read = null; // what the source pane shows: { article, exchange, number, from }

  // Telling, asking

  function tell(line, failed = false) {
    const told = one("#told");
    told.textContent = line;
    told.classList.toggle("failed", failed);
    told.classList.add("shown");
    clearTimeout(tell.timer);
    tell.timer = setTimeout(() => told.classList.remove("shown"), 6000);
  }

  function sure(question, action) {
    const dialog = one("#sure");
    one("p", dialog).textContent = question;
    one(".danger", dialog).textContent = action;
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((done) =>
      dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
  }

  async function send(address, body) {
    try {
      const answer = await fetch(address, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      });
      const text = await answer.text();
      if (answer.ok) return text;
      tell(text, true);
    } catch {
      tell("Dateline does not answer; is it still running?", true);
    }
    return null;
  }

  function fill(box, value) {
    const kind = box instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(box, value);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function handOver(name, value) {
    fill(one(`#${name}-box textarea, #${name}-box input`), value);
    setTimeout(() => one(`button#${name}-go, #${name}-go button`).click(), 30); // once Gradio has seen the box change
  }

  // The source beside the conversation

  const citationsOf = (exchange) => all(".citations > li", exchange).map((item) => item.dataset);
  const exchangeOf = (element) => element.closest(".exchange");
  const shownExchange = () => read && read.exchange && document.getElementById(`exchange-${read.exchange}`);

  async function show(place) {
    const query = new URLSearchParams(place.marks);
    let answer;
    try {
      answer = await fetch(`source/${place.article}?${query}`);
    } catch {
      tell("Dateline does not answer; is it still running?", true);
      return false;
    }
    one("#source-text").innerHTML = await answer.text();
    return true;
  }

  async function openCitation(exchange, number, from) {
    const citations = citationsOf(exchange);
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
      if (!(await show({ article: chosen.article, marks }))) return;
    }
    read = { article: chosen.article, exchange: id, number: Number(number), from: from || (read && read.from) };
    afterOpening(citations.length);
  }

  async function openArticle(button) {
    const { article, start, end } = button.dataset;
    const marks = end === undefined ? [] : [["mark", `0:${start}-${end}`]];
    if (!(await show({ article, marks }))) return;
    read = { article, exchange: null, number: 0, from: button };
    afterOpening(0);
  }

  function afterOpening(count) {
    document.body.classList.add("reading");
    for (const mark of all("#source-text mark"))
      mark.classList.toggle("chosen", mark.dataset.numbers.split(" ").includes(String(read.number)));
    one("#walk").hidden = count < 1;
    one("#place").textContent = count ? `${read.number} of ${count}` : "";
    for (const cite of all(".cite[aria-current]")) cite.removeAttribute("aria-current");
    const exchange = shownExchange();
    if (exchange)
      for (const cite of all(`.cite[data-number="${read.number}"]`, exchange)) cite.setAttribute("aria-current", "true");
    const chosen = one("#source-text mark.chosen");
    if (chosen) chosen.scrollIntoView({ block: "center", behavior: "instant" });
    else one(".pane").scrollTop = 0;
    if (!wide.matches) one("#close-source").focus({ preventScroll: true });
  }

  function walk(step) {
    const exchange = shownExchange();
    if (!exchange) return;
    const count = citationsOf(exchange).length;
    if (count) openCitation(exchange, ((read.number - 1 + step + count) % count) + 1);
  }

  function closeSource() {
    if (!document.body.classList.contains("reading")) return;
    document.body.classList.remove("reading");
    for (const cite of all(".cite[aria-current]")) cite.removeAttribute("aria-current");
    if (read && read.from && read.from.isConnected) read.from.focus();
    read = null;
    one("#walk").hidden = true;
    one("#source-text").innerHTML = invitation;
  }

  // What can be done with an answer

  const recordOf = (exchange) => JSON.parse(one(".record", exchange).textContent);
  const everyRecord = () => all(".exchange .record").map((each) => JSON.parse(each.textContent));

  async function save(records, form) {
    if (!records.length) return tell("There is nothing to save yet.");
    const text = await send(`export/${form}`, records);
    if (text !== null) saveText(text, form === "json" ? "json" : "md");
  }

  function saveText(text, ending) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
    link.download = `dateline-${new Date().toISOString().slice(0, 10)}.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    tell(`Saved as ${link.download}.`);
  }

  async function copy(exchange) {
    const text = await send("export/markdown", [recordOf(exchange)]);
    if (text === null) return;
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no permission, or no secure connection: the old way
      const box = document.createElement("textarea");
      box.value = text;
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
    tell("Copied, with its citations.");
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
    const details = one(".correction", exchange);
    if (details) details.open = false;
  }

  const acts = {
    copy: (exchange) => copy(exchange),
    retry: (exchange) => handOver("again", exchange.dataset.exchange),
    edit: (exchange) => {
      const box = one("#question textarea, #question input");
      fill(box, one(".question", exchange).textContent);
      box.focus();
    },
    save: (exchange, button) => save([recordOf(exchange)], button.dataset.form),
    right: (exchange) => correct(exchange, "right"),
    "save-all": (_, button) => save(everyRecord(), button.dataset.form),
    "save-text": (_, button) => {
      const ending = button.dataset.form;
      saveText(one(`.kept-text[data-form="${ending}"]`, button.closest(".timeline")).textContent, ending);
    },
    new: async () => {
      if (!one(".exchange")) return;
      if (await sure("Forget this conversation? Save it first if you want to keep it.", "Forget it")) {
        closeSource();
        handOver("forget", "");
      }
    },
  };

  // Events: on the document, because Gradio draws the conversation anew as it grows

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches(".cite")) openCitation(exchangeOf(button), button.dataset.number, button);
    else if (button.matches(".open-source")) openArticle(button);
    else if (button.dataset.act) acts[button.dataset.act](exchangeOf(button), button);
    else if (button.dataset.example) {
      fill(one("#question textarea, #question input"), button.dataset.example);
      setTimeout(() => one("button#send, #send button").click(), 30);
      insist();
    } else if (button.dataset.remove) {
      const gone = `Remove “${button.dataset.name}” from the library? It can't be quoted any more.`;
      if (await sure(gone, "Remove")) handOver("remove", button.dataset.remove);
    } else if (button.id === "close-source") closeSource();
    else if (button.id === "previous-citation") walk(-1);
    else if (button.id === "next-citation") walk(1);
    else if (button.id === "theme") paint(!document.body.classList.contains("dark"), true);
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".correct")) return;
    event.preventDefault();
    const given = new FormData(event.target);
    const verdict = [...given].find(([name]) => name.startsWith("verdict"))[1];
    correct(exchangeOf(event.target), verdict, given.get("expected"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || one("#sure").open) return;
    if (event.key === "Escape") closeSource();
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    const elsewhere = event.target.closest("input, textarea, select, [role=tab], [role=listbox], [role=option]") &&
      !(event.target.closest("#question") && !event.target.value);
    const reading = event.target.closest(".text-of-record") && event.key !== "ArrowRight" && event.key !== "ArrowLeft";
    if (!step || elsewhere || reading || !read || !read.exchange) return;
    event.preventDefault();
    walk(step);
  });

  // Gradio drops a question that comes in the moment in which the event of the one before ends: it is sent once more

  function insist() {
    const asked = one("#question textarea, #question input").value;
    const before = all(".exchange").length;
    setTimeout(() => {
      const box = one("#question textarea, #question input");
      const taken = box.value !== asked || all(".exchange").length !== before || one('.exchange[data-state="writing"]');
      if (asked.trim() && !taken) one("button#send, #send button").click();
    }, 700);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target.closest("#question")) insist();
  }, true);

  // A new answer: its first source is opened beside it where there is room

  const written = new Set();

  function watch() {
    const exchanges = all(".exchange");
    const last = exchanges[exchanges.length - 1];
    if (read && read.exchange && !shownExchange()) closeSource();
    if (!last) return;
    const id = last.dataset.exchange;
    if (last.dataset.state === "writing") {
      if (!written.has(id)) last.scrollIntoView({ block: "start", behavior: "instant" });
      written.add(id);
    } else if (written.delete(id)) {
      last.scrollIntoView({ block: "start", behavior: "instant" });
      if (last.dataset.state === "done" && citationsOf(last).length && wide.matches) openCitation(last, 1);
      else closeSource();
    } else if (shownExchange() && !one(".cite[aria-current]"))
      for (const cite of all(`.cite[data-number="${read.number}"]`, shownExchange()))
        cite.setAttribute("aria-current", "true");
  }

  function paint(dark, keep) {
    document.body.classList.toggle("dark", dark);
    if (keep) localStorage.setItem("dateline-theme", dark ? "dark" : "light");
  }

  function amend() { // what Gradio draws: a day comes from a calendar, and the name of a box is what can be read in it
    for (const box of all("#since input, #until input")) if (box.type !== "date") box.type = "date";
    for (const box of all(".upload-container[aria-label]")) box.removeAttribute("aria-label");
  }

  function ready() {
    const conversation = one("#conversation");
    if (!conversation || !["#question", "#source-text", "#filters"].every((each) => one(each))) return setTimeout(ready, 50);
    invitation = one("#source-text").innerHTML;
    new MutationObserver(watch).observe(conversation, { childList: true, subtree: true });
    new MutationObserver(amend).observe(one("#rooms"), { childList: true, subtree: true });
    amend();
    const theme = localStorage.getItem("dateline-theme");
    if (theme) paint(theme === "dark", false);
    document.documentElement.lang = "en";
    document.body.dataset.ready = "true";
  }

  ready();
})();
