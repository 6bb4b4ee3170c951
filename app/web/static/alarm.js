/* Does somebody who looks elsewhere notice an alert that nobody answers?

   The tab counts what is unanswered, without a name. Whoever wants to hear it too switches the sound on, for this
   browser alone: three tones when a high-priority alert is raised or becomes worse. */
(() => {
  "use strict";
  const ON = "doseward-sound", HEARD = "doseward-heard";
  const root = document.documentElement, title = document.title;
  const alarm = () => document.getElementById("alarm");
  const button = document.getElementById("sound");
  let tones = null;

  const kept = (name) => { try { return localStorage.getItem(name) ?? ""; } catch { return ""; } };
  const keep = (name, words) => { try { localStorage.setItem(name, words); } catch { /* a browser that keeps nothing */ } };

  const sound = () => {
    tones ??= new AudioContext();
    tones.resume();
    for (const begins of [0, 0.3, 0.6]) {
      const tone = tones.createOscillator(), loudness = tones.createGain(), at = tones.currentTime + begins;
      tone.frequency.value = 880;
      loudness.gain.setValueAtTime(0.2, at);
      loudness.gain.linearRampToValueAtTime(0, at + 0.2);
      tone.connect(loudness).connect(tones.destination);
      tone.start(at);
      tone.stop(at + 0.2);
    }
  };

  const look = () => {
    const place = alarm();
    if (!place || "locked" in root.dataset) return;
    const { count, newest } = place.dataset;
    const words = count === "0" ? title : `(${count}) ${title}`;
    if (document.title !== words) document.title = words;
    if (newest > kept(HEARD)) {
      keep(HEARD, newest);
      if (kept(ON) === "on") sound();
    }
  };

  const draw = () => {
    if (!button) return;
    button.hidden = false;
    button.setAttribute("aria-pressed", String(kept(ON) === "on"));
    button.textContent = kept(ON) === "on" ? button.dataset.on : button.dataset.off;
  };

  button?.addEventListener("click", () => {
    keep(ON, kept(ON) === "on" ? "off" : "on");
    draw();
    if (kept(ON) === "on") sound();
  });
  document.addEventListener("htmx:after:swap", look);
  document.addEventListener("doseward:unlocked", look);
  draw();
  look();
})();
