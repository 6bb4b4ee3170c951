/* Draws the figures of a page from JSON of this server, one after the other; a figure that fails leaves its table.

   Nothing leaves the house: no share button, no logo that links away. */
(() => {
  "use strict";
  const CONFIG = {
    displaylogo: false,
    showSendToCloud: false,
    responsive: true,
    scrollZoom: false,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
  };

  // The buttons above a drawing are no part of the picture, so its sentence moves to the picture alone.
  const name = (plot) => {
    const [picture, ...layers] = plot.querySelectorAll("svg.main-svg");
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", plot.getAttribute("aria-label"));
    for (const layer of layers) layer.setAttribute("aria-hidden", "true");
    plot.removeAttribute("role");
    plot.removeAttribute("aria-label");
  };

  const draw = async (plot) => {
    const answer = await fetch(plot.dataset.figure, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`figure: ${answer.status}`);
    const { data, layout } = await answer.json();
    // Without a height of its own a drawing shrinks to its frame when the window turns or is printed.
    plot.style.height = `${layout.height}px`;
    await Plotly.newPlot(plot, data, layout, CONFIG);
    name(plot);
  };

  // Paper is narrower than the window, and nothing redraws by itself between asking to print and printing.
  const PAPER = 690;
  const resize = (width) => {
    for (const plot of document.querySelectorAll("[data-figure]")) {
      if (plot.layout) Plotly.relayout(plot, width === null ? { width, autosize: true } : { width });
    }
  };
  window.addEventListener("beforeprint", () => resize(PAPER));
  window.addEventListener("afterprint", () => resize(null));

  const fail = (plot) => {
    plot.hidden = true;
    const figure = plot.closest(".figure");
    figure.querySelector(".plot-lost").hidden = false;
    figure.querySelector("details").open = true;
  };

  const drawAll = async () => {
    for (const plot of document.querySelectorAll("[data-figure]")) {
      try {
        await draw(plot);
      } catch {
        fail(plot);
      }
    }
    document.documentElement.dataset.figures = "drawn";
  };
  drawAll();
})();
