/* Is what this page shows still so?

   Parts of a page with data-live ask the server for themselves every five seconds. When no answer has come for
   LOST_AFTER the page says so and hides every verdict: an old "no hold criterion met" must not look like a new one. */
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

  const part = () => document.querySelector("[data-live]");
  if (!part()) return;

  const clock = () => (part().querySelector("[data-at]") || part()).dataset.at;

  let last = Date.now();
  let shown = clock();

  const say = (id, words) => {
    const place = document.getElementById(id);
    if (place && place.textContent !== words) place.textContent = words;
  };

  const check = () => {
    const lost = Date.now() - last > LOST_AFTER;
    if (lost === (root.dataset.live === "lost")) return;
    const since = document.getElementById("live-since");
    if (lost) {
      root.dataset.live = "lost";
      if (since) say("live-since", `${since.dataset.words} ${shown}`);
    } else {
      delete root.dataset.live;
      say("live-since", "");
    }
  };

  const heard = () => {
    last = Date.now();
    shown = clock();
    say("live-at", shown);
    check();
  };

  // Nobody's hand is in what a page asks by itself: it keeps no session from locking, and asks nothing while locked.
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (!ctx.sourceElement.matches("[data-live]")) return;
    if ("locked" in root.dataset) event.preventDefault();
    else ctx.request.headers["Doseward-Poll"] = "1";
  });
  document.addEventListener("doseward:unlocked", () => htmx.trigger(part(), "every"));

  let strange = 0;
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (!ctx.sourceElement.matches("[data-live]")) return;
    strange = ctx.response.status === SIGNED_OUT ? strange + 1 : 0;
    if (ctx.response.status === OK && ctx.response.headers.has("Doseward-Live")) return;
    event.preventDefault(); // an error page, or a stranger's, is no part of this one
    if (ctx.response.status === LOCKED) document.dispatchEvent(new Event("doseward:lock"));
    if (strange > 1) location.reload(); // the first may have crossed a new session id on its way
  });
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx.sourceElement.matches("[data-live]")) heard();
  });

  setInterval(check, 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    check();
    htmx.trigger(part(), "every");
  });
})();
