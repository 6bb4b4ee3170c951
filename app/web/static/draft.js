/* What was typed and not saved: is it kept for whoever typed it?

   The server keeps it, for its author alone; the browser keeps nothing. It is sent some seconds after a change, and
   before the page locks or is left. While the form itself is being saved nothing is sent: a draft must not outlive it. */
(() => {
  "use strict";
  const EVERY = 15000;
  const form = () => document.getElementById("entry");
  let changed = false;
  let saving = false;

  const keep = async () => {
    if (!changed || saving || !form()) return;
    changed = false;
    const sent = new URLSearchParams(new FormData(form()));
    try {
      const answer = await fetch(form().dataset.draft, {
        method: "POST", body: sent, keepalive: true, headers: { "HX-Request": "true", "Doseward-Poll": "1" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      if (!changed) form().dataset.kept = "";
    } catch {
      changed = true;
    }
  };

  document.addEventListener("input", (event) => {
    if (!form() || !form().contains(event.target)) return;
    changed = true;
    delete form().dataset.kept;
  });
  document.addEventListener("htmx:before:request", (event) => {
    if (event.detail.ctx.sourceElement === form()) saving = true;
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement === form() && !ctx.response?.headers?.has("HX-Redirect")) saving = false;
  });
  setInterval(keep, EVERY);
  document.addEventListener("doseward:locking", (event) => event.detail.push(keep()));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
})();
