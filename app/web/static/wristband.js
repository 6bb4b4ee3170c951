/* What does a wristband scanner's Enter do on the giving form?

   It goes on to the next field and never sends. A scan that holds record number and date of birth fills both fields. */
(() => {
  "use strict";
  const form = document.querySelector("[data-wristband]");
  const BETWEEN = /[\^|\t]/;
  const TYPED = 'input:not([type="hidden"], [type="radio"], [type="checkbox"])';

  const spread = () => {
    const { mrn, born } = form.elements;
    const [number, day] = mrn.value.split(BETWEEN, 2).map((part) => part.trim());
    if (!day || born.value.trim() !== "") return;
    mrn.value = number;
    born.value = day;
  };

  const next = (from) => {
    const fields = [...form.querySelectorAll(`${TYPED}, select, textarea, button.save`)].filter(
      (one) => !one.disabled && one.checkVisibility());
    const after = fields.slice(fields.indexOf(from) + 1);
    (after.find((one) => one.value === "") || after[0] || from).focus();
  };

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input")) return;
    event.preventDefault();
    if (event.target.name === "mrn") spread();
    if (event.target.matches(TYPED)) next(event.target);
  });
})();
