/* How does the bedside form behave under a nurse's hands?

   Enter goes on to the next field and never sends; a comma becomes a point before her eyes; what was decided on older
   input is greyed at the first keystroke; a lost connection keeps everything and tries again under the same key. */
(() => {
  "use strict";
  const RETRY_AFTER = 5000;
  const SIGNED_OUT = 401, LOCKED = 423, BUSY = 429, FAILED = 500;
  const form = () => document.getElementById("entry");
  const within = (element) => element instanceof Element && form() !== null && form().contains(element);
  let dirty = false;
  let retry = null;

  const stops = () =>
    [...form().querySelectorAll('input:not([type="hidden"]), select, textarea, #save')].filter(
      (one) => !one.disabled && one.checkVisibility() && (one.type !== "radio" || one === entrance(one)));

  // A group of answers is one stop: its ticked answer, or its first.
  const entrance = (radio) => {
    const group = [...form().querySelectorAll(`input[type="radio"][name="${CSS.escape(radio.name)}"]`)];
    return group.find((one) => one.checked) || group[0];
  };

  // Room air has no flow: what another answer has answered is no stop for Enter. Tab still goes there.
  const idle = (one) => {
    const [name, value] = (one.closest(".row")?.dataset.idle ?? "").split(":");
    return Boolean(name) && form().querySelector(`input[name="${name}"][value="${value}"]`)?.checked === true;
  };

  const next = (from) => {
    const all = stops();
    const here = from.type === "radio" ? entrance(from) : from;
    const after = all.slice(all.indexOf(here) + 1).find((one) => one !== here && !idle(one));
    if (!after) return;
    after.focus();
    if (after.select && after.type === "text") after.select();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !within(event.target)) return;
    if (!event.target.matches("input")) return;
    event.preventDefault();
    next(event.target);
  });

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (within(field) && field.matches("input.number")) field.value = field.value.trim().replace(",", ".");
  });

  document.addEventListener("input", (event) => {
    if (!within(event.target)) return;
    dirty = true;
    document.getElementById("preview").classList.add("stale");
    document.getElementById("save-words").textContent = form().dataset.save;
    if (event.target.matches('.none-row[data-none] input')) answerSystem(event.target);
    else takeBackNone(event.target);
  });

  // One tap per organ system shows what it records: every answer of the system moves to no.
  const answerSystem = (tap) => {
    for (const row of tap.closest(".part").querySelectorAll(".row")) {
      const answers = [...row.querySelectorAll(`input[type="radio"][name="${CSS.escape(row.dataset.measure)}"]`)];
      const none = answers.find((one) => one.value === "no" || one.value === "none");
      const left = answers.find((one) => one.value === "");
      if (!none) continue;
      if (tap.checked && left.checked) none.checked = true;
      else if (!tap.checked && none.checked) left.checked = true;
    }
  };

  const takeBackNone = (field) => {
    const tap = field.closest(".part")?.querySelector(".none-row[data-none] input");
    const answer = field.type === "radio" && field.name === field.closest(".row")?.dataset.measure;
    if (tap && tap.checked && answer && !["no", "none"].includes(field.value)) tap.checked = false;
  };

  const tell = (words) => {
    const place = document.getElementById("unsent");
    place.hidden = words === "";
    if (place.textContent !== words) place.textContent = words;
  };

  const again = () => {
    clearTimeout(retry);
    retry = setTimeout(() => form().requestSubmit(document.getElementById("save")), RETRY_AFTER);
  };

  const unsent = (words) => {
    tell(words);
    again();
  };

  const sentence = (text) => new DOMParser().parseFromString(text, "text/html").querySelector(".lead")?.textContent ?? "";

  document.addEventListener("submit", (event) => {
    if (event.target === form()) clearTimeout(retry);
  });

  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement !== form()) return;
    const words = document.getElementById("unsent").dataset;
    if (ctx.response.headers.has("HX-Redirect")) {
      dirty = false;
      return;
    }
    if (ctx.text.includes('id="entry"')) return;
    event.preventDefault(); // not this form: what was typed must stay
    if (ctx.response.status === LOCKED) document.dispatchEvent(new Event("doseward:lock"));
    if (ctx.response.status === SIGNED_OUT) tell(document.body.dataset.signedOut);
    else if (ctx.response.status >= FAILED || ctx.response.status === BUSY) unsent(sentence(ctx.text) || words.words);
    else tell(sentence(ctx.text) || words.words);
  });

  document.addEventListener("htmx:error", (event) => {
    const { ctx } = event.detail;
    if (ctx && ctx.sourceElement === form()) unsent(document.getElementById("unsent").dataset.words);
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement.id === "preview") document.getElementById("preview").classList.remove("stale");
    if (ctx.sourceElement === form()) form().querySelector("[data-focus]")?.focus();
  });

  window.addEventListener("beforeunload", (event) => {
    const kept = "kept" in (form()?.dataset ?? {}) || "leaving" in document.documentElement.dataset;
    if (dirty && !kept) event.preventDefault();
  });
})();
