/* Counts the ticks of the guided ICE test into its field, where they are seen before they are saved.

   Nothing is filled in until something is ticked: a test nobody made has no score. */
(() => {
  "use strict";
  const write = (guide, score) => {
    const field = guide.closest("fieldset").querySelector('input[name="ice_score"]');
    field.value = String(score);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("change", (event) => {
    const guide = event.target.closest("[data-guide]");
    if (guide && event.target.matches("[data-point]")) write(guide, guide.querySelectorAll("[data-point]:checked").length);
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-none-right]")) return;
    const guide = event.target.closest("[data-guide]");
    for (const point of guide.querySelectorAll("[data-point]")) point.checked = false;
    write(guide, 0);
  });
})();
