// Keeps every [data-live] element fresh: asks its address every data-live-seconds with
// If-None-Match and puts the HTML fragment in its place. Quiet while the page is hidden,
// slower while the server does not answer, and never under a person's typing.
(function () {
  "use strict";
  function typing(region) {
    var at = document.activeElement;
    return region.contains(at) && /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
  }
  function replace(region, html) {
    var at = document.activeElement, id = region.contains(at) && at.id;
    region.innerHTML = html;
    var again = id && document.getElementById(id);
    if (again) again.focus({ preventScroll: true });
  }
  function watch(region) {
    var every = Math.max(1, Number(region.dataset.liveSeconds) || 5) * 1000;
    var stale = region.nextElementSibling, tag = "", misses = 0, timer = 0, asking = false;
    if (stale && !stale.classList.contains("stale")) stale = null;
    function later() {
      clearTimeout(timer);
      if (!document.hidden) timer = setTimeout(ask, Math.min(every * Math.pow(2, misses), 60000));
    }
    async function ask() {
      if (asking || document.hidden) return;
      if (typing(region)) return later();
      asking = true;
      var stop = new AbortController(), limit = setTimeout(function () { stop.abort(); }, 10000);
      try {
        var answer = await fetch(region.dataset.live, {
          headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store",
          credentials: "same-origin", signal: stop.signal,
        });
        if (answer.redirected || answer.status === 401) return location.reload();
        if (answer.status !== 304) {
          if (!answer.ok) throw new Error(String(answer.status));
          var html = await answer.text();
          if (!typing(region)) {
            replace(region, html);
            tag = answer.headers.get("ETag") || "";
          }
        }
        misses = 0;
      } catch (error) {
        misses += 1;
      } finally {
        clearTimeout(limit);
        asking = false;
      }
      if (stale) stale.hidden = misses < 2;
      later();
    }
    document.addEventListener("visibilitychange", function () {
      if (document.hidden) clearTimeout(timer); else ask();
    });
    later();
  }
  // Counts [data-seconds] down to words, by the page's age: the phone's clock may be wrong.
  function count(element) {
    var ends = performance.now() + Number(element.dataset.seconds) * 1000;
    (function say() {
      var left = Math.ceil((ends - performance.now()) / 60000);
      element.textContent = left > 0 ? element.dataset.left.replace("{minutes}", left) : element.dataset.now;
      if (left > 0) setTimeout(say, 5000);
    })();
  }
  document.querySelectorAll("[data-live]").forEach(watch);
  document.querySelectorAll("[data-seconds]").forEach(count);
})();
