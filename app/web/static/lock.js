/* Is the person this page belongs to still here?

   After some minutes without key, pointer or touch the page locks: blurred, out of reach, its title neutral. What was
   typed stays for the person who typed it, in this page and as a draft; the server shows nothing until they prove who
   they are. Other tabs hear of it at once. */
(() => {
  "use strict";
  const WARN_FOR = 20, TOLD_EVERY = 60, LOCKED = 423, SIGNED_OUT = 401;
  const root = document.documentElement, body = document.body;
  const overlay = document.getElementById("lock"), form = document.getElementById("unlock");
  const soon = document.getElementById("lock-soon"), fault = document.getElementById("unlock-fault");
  const others = document.getElementById("others");
  const title = document.title, person = body.dataset.person;
  const tabs = new BroadcastChannel("doseward");
  let last = Date.now(), told = Date.now(), before = null;

  const locked = () => "locked" in root.dataset;
  const idle = () => (Date.now() - last) / 1000;
  const text = (place, words) => { if (place.textContent !== words) place.textContent = words; };

  const ask = (address, fields, headers = {}) =>
    fetch(address, {
      method: fields ? "POST" : "GET",
      headers: { "HX-Request": "true", ...headers },
      body: fields && new URLSearchParams(fields),
    });

  // Another person's turn began in another tab, or the shift is over: nothing of this page may stay.
  const leave = (address) => {
    cover();
    root.dataset.leaving = "";
    location.replace(address);
  };

  const cover = () => {
    if (locked()) return;
    before = document.activeElement;
    root.dataset.locked = "";
    document.title = overlay.dataset.title;
    for (const part of body.children) {
      if (part === overlay) continue;
      part.inert = true;
      part.setAttribute("aria-hidden", "true");
    }
    text(soon, "");
    overlay.hidden = false;
    form.elements.proof.focus();
    offerOthers();
  };

  // Once for each time it locks: a list that came anew under somebody's fingers would take the PIN they type with it.
  const offerOthers = () => {
    others.replaceChildren();
    ask("/session/others").then(async (answer) => {
      const list = answer.ok ? await answer.text() : "";
      if (locked() && !others.hasChildNodes()) others.innerHTML = list;
    }).catch(() => {});
  };

  const uncover = () => {
    if (!locked()) return;
    delete root.dataset.locked;
    document.title = title;
    for (const part of body.children) {
      part.inert = false;
      part.removeAttribute("aria-hidden");
    }
    overlay.hidden = true;
    text(fault, "");
    form.reset();
    last = told = Date.now();
    if (before) before.focus();
    document.dispatchEvent(new Event("doseward:unlocked"));
  };

  // Drafts first: once the session is locked, nothing more of it is taken.
  const lock = async (everywhere = true) => {
    if (locked()) return;
    cover();
    if (everywhere) tabs.postMessage({ kind: "locked" });
    const kept = [];
    document.dispatchEvent(new CustomEvent("doseward:locking", { detail: kept }));
    await Promise.allSettled(kept);
    await ask("/session/lock", { page: location.pathname + location.search }).catch(() => {});
  };

  const active = () => {
    if (locked()) return;
    last = Date.now();
    text(soon, "");
    tabs.postMessage({ kind: "active" });
    if (last - told >= TOLD_EVERY * 1000) tell();
  };

  const tell = () => {
    told = Date.now();
    ask("/session/active", {}).then(judge).catch(() => {});
  };

  const judge = async (answer) => {
    if (answer.status === LOCKED) cover();
    else if (answer.status === SIGNED_OUT) {
      if (document.dispatchEvent(new Event("doseward:signed-out", { cancelable: true }))) leave("/sign-in");
    } else if (answer.ok && (await answer.json()).person !== person) leave("/");
  };

  const look = () => {
    if (idle() >= Number(body.dataset.idle)) lock();
    else if (!locked() && idle() >= Number(body.dataset.idle) - WARN_FOR) text(soon, soon.dataset.words);
    else if (last > told && Date.now() - told >= TOLD_EVERY * 1000) tell();
  };

  let moved = 0;
  for (const kind of ["keydown", "pointerdown", "pointermove", "touchstart", "wheel", "scroll"]) {
    document.addEventListener(kind, () => {
      if (Date.now() - moved < 500) return;
      moved = Date.now();
      active();
    }, { capture: true, passive: true });
  }
  setInterval(look, 1000);
  document.addEventListener("doseward:lock", () => { cover(); tabs.postMessage({ kind: "locked" }); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || locked()) return;
    look();
    ask("/session", null, { "Doseward-Poll": "1" }).then(judge).catch(() => {});
  });

  tabs.addEventListener("message", ({ data }) => {
    if (data.kind === "active") last = Date.now();
    else if (data.kind === "locked") lock(false);
    else if (data.person !== person) leave("/");
    else if (data.kind === "unlocked") uncover();
  });
  tabs.postMessage({ kind: "here", person });

  document.getElementById("lock-now").addEventListener("submit", (event) => {
    event.preventDefault();
    lock();
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await ask("/session/unlock", new FormData(form));
      if (answer.status === 204) {
        tabs.postMessage({ kind: "unlocked", person });
        uncover();
      } else if (answer.status === SIGNED_OUT) leave("/sign-in");
      else if ((answer.headers.get("content-type") ?? "").startsWith("text/plain")) text(fault, await answer.text());
      else text(fault, form.dataset.unreached);
    } catch {
      text(fault, form.dataset.unreached);
    }
    button.disabled = false;
    form.elements.proof.value = "";
    if (locked()) form.elements.proof.focus();
  });

  // A proof that was fresh when the page was drawn is asked for once it is a minute old.
  for (const field of document.querySelectorAll(".proof[data-after]")) {
    setTimeout(() => { field.hidden = false; }, Number(field.dataset.after) * 1000);
  }
})();
