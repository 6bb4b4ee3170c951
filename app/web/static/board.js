/* Whose row does a hand point at? While it does, no row of the ward board moves.

   What the rows say stays new: only their order is kept, for HOLD_FOR after the last movement at most, so that a
   forgotten pointer keeps nothing from coming first. */
(() => {
  "use strict";
  const HOLD_FOR = 20000, OK = 200;
  const note = document.getElementById("held"), single = document.getElementById("chart-one");
  const board = () => document.getElementById("board");
  const within = (target) => target instanceof Element && board().contains(target);
  let over = false, moved = -Infinity, displaced = 0;

  const held = () => Date.now() - moved < HOLD_FOR && (over || within(document.activeElement));
  for (const kind of ["pointermove", "pointerdown"]) {
    document.addEventListener(kind, (event) => {
      over = within(event.target);
      if (over) moved = Date.now();
    }, { passive: true });
  }
  document.documentElement.addEventListener("pointerleave", () => { over = false; });
  for (const kind of ["keydown", "focusin"]) {
    document.addEventListener(kind, (event) => { if (within(event.target)) moved = Date.now(); });
  }

  const tell = (number) => {
    displaced = number;
    note.hidden = number === 0;
    const words = number === 1 ? note.dataset.one : note.dataset.many.replace("{number}", String(number));
    if (!note.hidden && note.textContent !== words) note.textContent = words;
  };

  // A row that has gone leaves its place empty, or the next one would slide under the hand.
  const gone = (row) => {
    const empty = document.createElement("tr"), cell = document.createElement("td");
    empty.id = row.id;
    empty.className = "row-gone";
    cell.colSpan = 7;
    cell.textContent = board().dataset.gone;
    empty.append(cell);
    return empty;
  };

  // The new rows in the order of those that are shown; rows that were not shown yet come last.
  const kept = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    let number = 0;
    for (const section of fresh.querySelectorAll("section.ward")) {
      const shown = board().querySelector(`[aria-labelledby="${section.getAttribute("aria-labelledby")}"] tbody`);
      const body = section.querySelector("tbody");
      if (!shown || !body) continue;
      const coming = new Map([...body.rows].map((row) => [row.id, row]));
      const old = [...shown.rows].map((row) => coming.get(row.id) ?? gone(row));
      const held = new Set(old.map((row) => row.id));
      const order = [...old, ...[...body.rows].filter((row) => !held.has(row.id))];
      const wanted = [...coming.keys()];
      number += order.filter((row, place) => row.id !== wanted[place]).length;
      body.replaceChildren(...order);
    }
    tell(number);
    return number === 0 ? text : fresh.body.innerHTML;
  };

  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement !== board() || ctx.response.status !== OK || !ctx.response.headers.has("Doseward-Live")) return;
    if (held()) ctx.text = kept(ctx.text);
    else tell(0);
  });
  setInterval(() => {
    if (displaced === 0 || held()) return;
    tell(0);
    htmx.trigger(board(), "every");
  }, 1000);

  // One small form for one thing: where it leads is the row's dose.
  let from = null;
  const close = () => {
    if (single.hidden) return;
    single.hidden = true;
    document.getElementById(from)?.querySelector("[data-one]")?.focus();
  };
  document.addEventListener("click", (event) => {
    const one = event.target.closest?.("[data-one]");
    if (one && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const row = one.closest("tr"), who = document.getElementById("chart-one-who");
      from = row.id;
      who.textContent = `${who.dataset.words} ${row.querySelector(".bed").textContent} ${row.querySelector(".name").textContent}`;
      for (const link of single.querySelectorAll("[data-only]")) {
        link.href = `${one.pathname}?only=${link.dataset.only}`;
      }
      single.hidden = false;
      single.querySelector("a").focus();
    } else if (!single.hidden && (!single.contains(event.target) || event.target.closest("[data-close]"))) close();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.addEventListener("doseward:locking", () => { single.hidden = true; });
})();
