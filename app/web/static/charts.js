/* Draws the figures of a page from JSON of this server, one after the other; a figure that fails leaves its table.

   Nothing leaves the house: no share button, no logo that links away. A figure with data-follow asks every half minute
   whether it is still the same, and says so when it cannot ask. */
(() => {
  "use strict";
  const CONFIG = {
    displaylogo: false,
    showSendToCloud: false,
    responsive: true,
    scrollZoom: false,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
  };
  const SAME = 304, FOLLOW = 30000, MINUTE = 60000, DAYS = 48;
  const root = document.documentElement;
  const plots = () => [...document.querySelectorAll("[data-figure]")];
  const drawn = new WeakMap(); // what each figure was drawn from: its mark, its moment and when that was heard

  // A drawing comes in the colours of the day and says what each becomes at night; paper and pictures keep the day.
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const night = () => (root.dataset.theme ? root.dataset.theme === "night" : dark.matches);
  const tint = (drawing, colours) => JSON.parse(JSON.stringify(drawing).replace(/#[0-9a-f]{6}/gi, (one) => colours[one.toUpperCase()] ?? one));
  const tinted = (plot, { data, layout }) => {
    const colours = drawn.get(plot).layout.meta?.night ?? {};
    const shown = night() ? tint({ data, layout }, colours) : structuredClone({ data, layout });
    return Plotly.react(plot, shown.data, shown.layout, { ...CONFIG, displayModeBar: "plain" in plot.dataset ? false : "hover" });
  };
  const byDay = (plot) => {
    const colours = Object.entries(drawn.get(plot).layout.meta?.night ?? {}).map(([day, other]) => [other, day]);
    const shown = { data: plot.data, layout: plot.layout };
    return night() ? tint(shown, Object.fromEntries(colours)) : shown;
  };

  // The buttons above a drawing are no part of the picture, so its sentence moves to the picture alone.
  const name = (plot, words) => {
    const [picture, ...layers] = plot.querySelectorAll("svg.main-svg");
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", words);
    for (const layer of layers) layer.setAttribute("aria-hidden", "true");
    plot.removeAttribute("role");
    plot.removeAttribute("aria-label");
  };

  const length = (ms) => {
    const minutes = Math.max(0, Math.floor(ms / MINUTE));
    const hours = Math.floor(minutes / 60);
    if (hours >= DAYS) return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${hours / 24} d`;
    if (!hours) return `${minutes} min`;
    return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  };

  // How old the last values are, by the server's clock: a picture that is looked at for an hour ages.
  const aged = (plot) => {
    const { seen, heard, layout } = drawn.get(plot);
    const now = "follow" in plot.dataset ? seen + (performance.now() - heard) : seen;
    const says = (words, { text, at }) => words.replace("{value}", () => text).replace("{age}", length(now - Date.parse(at)));
    return (layout.meta?.ages ?? []).map(({ annotation, values: [last, before] }) => {
      const words = says(plot.dataset.ago, last);
      return [annotation, before ? `${words} ${says(plot.dataset.before, before)}` : words];
    });
  };

  const sayAges = (plot) => {
    if (!plot.dataset.ago || !drawn.has(plot)) return null;
    return Plotly.relayout(plot, Object.fromEntries(aged(plot).map(([at, words]) => [`annotations[${at}].text`, words])));
  };

  // True when there was something else to draw.
  const draw = async (plot, words) => {
    const headers = { Accept: "application/json" };
    const before = drawn.get(plot);
    if (before) Object.assign(headers, { "Doseward-Poll": "1", "If-None-Match": before.mark });
    const answer = await fetch(plot.dataset.figure, { headers });
    if (!answer.ok && answer.status !== SAME) throw new Error(`figure: ${answer.status}`);
    const seen = Date.parse(answer.headers.get("Doseward-At")), heard = performance.now();
    if (answer.status === SAME) {
      Object.assign(before, { seen, heard });
      return false;
    }
    const { data, layout } = await answer.json();
    drawn.set(plot, { mark: answer.headers.get("ETag"), seen, heard, data, layout });
    // Without a height of its own a drawing shrinks to its frame when the window turns or is printed.
    plot.style.height = `${layout.height}px`;
    await tinted(plot, { data, layout });
    await sayAges(plot);
    name(plot, words);
    return true;
  };

  // Sentence and tables hold the same as the picture, so they are renewed with it.
  const retell = async (plot) => {
    const answer = await fetch(location.href, { headers: { "Doseward-Poll": "1" } });
    if (!answer.ok) throw new Error(`tables: ${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of document.querySelectorAll(".figure-table")) {
      const table = fresh.getElementById(old.id);
      if (!table) continue;
      const here = old.contains(document.activeElement);
      table.open = old.open;
      old.replaceWith(table);
      if (here) table.querySelector("summary").focus();
    }
    name(plot, fresh.querySelector("[data-figure]").getAttribute("aria-label"));
  };

  const follow = async (plot) => {
    if ("locked" in root.dataset || document.visibilityState !== "visible") return;
    const late = plot.closest(".figure").querySelector(".plot-late");
    try {
      const words = plot.querySelector("svg.main-svg").getAttribute("aria-label");
      if (await draw(plot, words)) await retell(plot);
      else await sayAges(plot);
      late.hidden = true;
    } catch {
      late.hidden = false;
    }
  };

  // On paper and in a saved picture an age would be a lie: there the values have their times.
  const withTimes = (plot, { annotations } = plot.layout) => {
    const { layout } = drawn.get(plot);
    return (layout.annotations ?? []).map((note, at) => ({ ...annotations[at], text: note.text }));
  };

  const save = (plot, format) => {
    const { data, layout: shown } = byDay(plot);
    const layout = { ...shown, annotations: withTimes(plot, shown) };
    const { width, height } = plot.getBoundingClientRect();
    const filename = `doseward-figures-${new Date(drawn.get(plot).seen).toISOString().slice(0, 16).replace(/[:T]/g, "")}`;
    return Plotly.downloadImage({ data, layout, config: CONFIG }, { format, filename, width, height });
  };

  // Paper is narrower than the window, and nothing redraws by itself between asking to print and printing.
  const PAPER = 690;
  const resize = (width) => {
    for (const plot of plots()) {
      if (!plot.layout) continue;
      if (night()) {
        const { data, layout } = drawn.get(plot);
        if (width === null) tinted(plot, { data, layout: { ...layout, autosize: true } });
        else Plotly.react(plot, data, { ...layout, width, annotations: withTimes(plot, layout) }, CONFIG);
      } else Plotly.relayout(plot, width === null ? { width, autosize: true } : { width, annotations: withTimes(plot) });
    }
  };
  window.addEventListener("beforeprint", () => resize(PAPER));
  window.addEventListener("afterprint", () => {
    resize(null);
    plots().forEach(sayAges);
  });

  dark.addEventListener("change", async () => {
    for (const plot of plots()) {
      if (!drawn.has(plot)) continue;
      await tinted(plot, drawn.get(plot));
      await sayAges(plot);
    }
  });

  const fail = (plot) => {
    plot.hidden = true;
    plot.closest(".figure").querySelector(".plot-lost").hidden = false;
    const table = plot.closest(".figure").querySelector("details") ?? document.querySelector(".figure-table");
    if (table) table.open = true;
  };

  const drawAll = async () => {
    for (const plot of plots()) {
      try {
        await draw(plot, plot.getAttribute("aria-label"));
        if ("follow" in plot.dataset) setInterval(follow, FOLLOW, plot);
        for (const button of document.querySelectorAll("[data-picture]")) button.hidden = false;
      } catch {
        fail(plot);
      }
    }
    root.dataset.figures = "drawn";
  };
  document.addEventListener("click", (event) => {
    const format = event.target.closest?.("[data-picture]")?.dataset.picture;
    if (format) save(plots()[0], format);
  });
  drawAll();
})();
