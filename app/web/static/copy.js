/* A button that copies what stands in a field. Over plain http a page may not write to the clipboard: the text is
   selected instead, for Ctrl+C. */
(() => {
  "use strict";
  for (const button of document.querySelectorAll("[data-copies]")) {
    const field = document.getElementById(button.dataset.copies);
    const said = button.parentElement.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        said.textContent = said.dataset.copied;
      } catch {
        said.textContent = said.dataset.notCopied;
      }
    });
  }
})();
