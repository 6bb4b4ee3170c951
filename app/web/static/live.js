/* Is what this page shows still so?

   Parts of a page with data-live ask the server for themselves every five seconds. When no answer has come for
   LOST_AFTER the page says so and hides every verdict: an old "no hold criterion met" must not look like a new one.
   When the session has ended the page goes to the sign-in, unless something typed would be lost with it. */
(() => {
  "use strict";
  const LOST_AFTER = 8500;
  const root = document.documentElement;
  const OK = 200, SIGNED_OUT = 401, LOCKED = 423;

  // A page out of the browser's memory shows an old verdict as if it were new.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  // An entry that was refused says why where the reader is looking.
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  // Below the root: that says by the same name whether the page is live.
  const parts = () => [...document.body.querySelectorAll("[data-live]")];
  if (!parts().length) return;

  // The page's own part, where it has one, says what time it is of; the alarm is on every page.
  const clock = (part) => (part.querySelector("[data-at]") || part).dataset.at;
  const own = () => parts().find((part) => part.id !== "alarm");
  const last = new Map(), shown = new Map();
  const hear = (part) => { last.set(part.id, Date.now()); shown.set(part.id, clock(part)); };
  parts().forEach(hear);

  const say = (id, words) => {
    const place = document.getElementById(id);
    if (place && place.textContent !== words) place.textContent = words;
  };

  const place = () => document.getElementById("live-since") || document.getElementById("alarm-since");
  const since = (part) => `${place()?.dataset.words} ${shown.get(part.id)}`;
  let ended = false;

  const check = () => {
    const late = parts().find((part) => Date.now() - (last.get(part.id) ?? 0) > LOST_AFTER);
    if (ended || late) root.dataset.live = "lost";
    else delete root.dataset.live;
    if (place()) say(place().id, ended ? document.body.dataset.signedOut : late ? since(late) : "");
  };

  const typed = (field) =>
    field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked
      : field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
  const unsaved = () =>
    [...document.forms].some((form) => form.method === "post" && !("kept" in form.dataset) && [...form.elements].some(typed));

  // To reload would throw away what was typed, or ask at every turn whether to leave: the page says how to go on.
  document.addEventListener("doseward:signed-out", (event) => {
    if (!unsaved()) return;
    event.preventDefault();
    ended = true;
    check();
  });

  const heard = (part) => {
    hear(part);
    ended = false;
    if (own()) say("live-at", shown.get(own().id));
    say("live-why", "");
    check();
  };

  // Nobody's hand is in what a page asks by itself: it keeps no session from locking, and asks nothing while locked.
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (!ctx.sourceElement.matches("[data-live]")) return;
    if ("locked" in root.dataset) event.preventDefault();
    else ctx.request.headers["Doseward-Poll"] = "1";
  });
  document.addEventListener("doseward:unlocked", () => parts().forEach((part) => htmx.trigger(part, "every")));

  let strange = 0;
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (!ctx.sourceElement.matches("[data-live]")) return;
    strange = ctx.response.status === SIGNED_OUT ? strange + 1 : 0;
    if (ctx.response.status === OK && ctx.response.headers.has("Doseward-Live")) return;
    event.preventDefault(); // an error page, or a stranger's, is no part of this one
    if (ctx.response.status === LOCKED) document.dispatchEvent(new Event("doseward:lock"));
    if (strange < 2) return; // the first may have crossed a new session id on its way
    const stays = own()?.dataset.signedOut;
    if (stays !== undefined) say("live-why", stays); // a screen nobody stands at says so, and waits
    else if (document.dispatchEvent(new Event("doseward:signed-out", { cancelable: true }))) location.reload();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const part = document.getElementById(event.detail.ctx.sourceElement.id);
    if (part && part.matches("[data-live]")) heard(part);
  });

  setInterval(check, 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    check();
    parts().forEach((part) => htmx.trigger(part, "every"));
  });
})();
