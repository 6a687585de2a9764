// After the page is up and idle: what keeps this phone ready for the hours without network.
// Its first fetch is thirty files; none of them goes before a form that is under way. A phone
// that cannot read those scripts has no use for the worker of an earlier day either.
(function () {
  "use strict";
  if (!window.isSecureContext || !("serviceWorker" in navigator)) return;
  if (!window.indexedDB || !window.caches || !window.crypto.subtle) return;
  if (/^\/(staff|siren|demo)(\/|$)/.test(location.pathname)) return;
  var sending = false;
  addEventListener("submit", function () { sending = true; });
  function engine() {
    if (!sending) import("./page.js").catch(unread);
  }
  function unread(error) {
    if (error.name === "TypeError") return; // not fetched: there is no network
    console.error(error);
    navigator.serviceWorker.getRegistrations().then(function (found) {
      found.forEach(function (one) { one.unregister(); });
    });
    fetch("/offline/faults", {
      method: "POST", credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-Portal": "1" },
      body: JSON.stringify({ name: error.name, place: "" }),
    });
  }
  addEventListener("load", function () {
    if (window.requestIdleCallback) requestIdleCallback(engine, { timeout: 3000 });
    else setTimeout(engine, 500);
  });
})();
