// After the page is up and idle: what keeps this phone ready for the hours without network.
(function () {
  "use strict";
  if (!window.isSecureContext || !("serviceWorker" in navigator)) return;
  if (/^\/(staff|siren|demo)(\/|$)/.test(location.pathname)) return;
  function engine() {
    import("/static/js/offline/page.js").catch(function () {});
  }
  addEventListener("load", function () {
    if (window.requestIdleCallback) requestIdleCallback(engine, { timeout: 3000 });
    else setTimeout(engine, 500);
  });
})();
