// When the page is loaded and idle: prepares this phone for hours without a network. The
// first time it fetches thirty files; none of them delays a form under way. If the phone
// cannot read those scripts, an older worker is of no use either.
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
    // Not fetched: no network. An error in a script that runs has another place.
    var place = /\/([a-z]+)\.js[^:]*:\d/.exec(String(error.stack));
    if (error.name === "TypeError" && (!place || place[1] === "start")) return;
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
