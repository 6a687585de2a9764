// After the page is up and idle: what keeps this phone ready for the hours without network.
// Its first fetch is thirty files; none of them goes before a form that is under way.
(function () {
  "use strict";
  if (!window.isSecureContext || !("serviceWorker" in navigator)) return;
  if (/^\/(staff|siren|demo)(\/|$)/.test(location.pathname)) return;
  var sending = false;
  addEventListener("submit", function () { sending = true; });
  function engine() {
    if (!sending) import("./page.js").catch(function () {});
  }
  addEventListener("load", function () {
    if (window.requestIdleCallback) requestIdleCallback(engine, { timeout: 3000 });
    else setTimeout(engine, 500);
  });
})();
