/* The code of a one-time link stands behind the #, which no browser sends: it is put into the form's field, and taken
   out of the address, so that it stays neither on the screen nor in the history. */
(() => {
  "use strict";
  const field = document.getElementById("code");
  const code = decodeURIComponent(location.hash.slice(1));
  if (code === "") return;
  history.replaceState(null, "", location.pathname);
  field.value = code;
  document.getElementById("password").focus();
})();
