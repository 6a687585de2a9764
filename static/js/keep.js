// Saves a screen of the diary at each answer, so that a reload, a phone call or a dead
// battery loses nothing. The next screen is sent as before, with or without this script.
// One request at a time, cancelled when the screen is sent: an old answer never comes last.
(function () {
  "use strict";
  var form = document.querySelector("form[data-keep]");
  if (!form) return;
  var kept = said(), under = null, later = 0;
  function said() {
    return new URLSearchParams(new FormData(form)).toString();
  }
  function keep() {
    clearTimeout(later);
    var now = said();
    if (under || now === kept) return;
    under = new AbortController();
    fetch(form.dataset.keep, {
      method: "POST", body: new URLSearchParams(now), credentials: "same-origin",
      keepalive: true, signal: under.signal,
    }).then(function (answer) {
      if (answer.ok) kept = now;
      under = null;
      if (answer.ok) keep();
    }, function () { under = null; });
  }
  form.addEventListener("change", keep);
  form.addEventListener("input", function () {
    clearTimeout(later);
    later = setTimeout(keep, 2000);
  });
  form.addEventListener("submit", function () {
    clearTimeout(later);
    kept = said();
    if (under) under.abort();
  });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) keep();
  });
})();
