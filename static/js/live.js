// Keeps every [data-live] element fresh: asks its address every data-live-seconds with
// If-None-Match and puts the HTML fragment in its place. Quiet while the page is hidden,
// slower while the server does not answer, and never under a person's typing. What names an
// hour ([data-until]) gives way to what stands beside it ([data-after]) when the hour has
// passed and nobody could be asked.
(function () {
  "use strict";
  function typing(region) {
    var at = document.activeElement;
    return region.contains(at) && /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
  }
  function twin(region, at) {
    if (at.id) return document.getElementById(at.id);
    var href = at.getAttribute("href");
    return href && [].find.call(region.querySelectorAll("a[href]"), function (one) {
      return one.getAttribute("href") === href;
    });
  }
  function replace(region, html) {
    var at = document.activeElement, held = region.contains(at) && at;
    region.innerHTML = html;
    var again = held && twin(region, held);
    if (again) again.focus({ preventScroll: true });
  }
  function parsed(html) {
    var made = document.createElement("template");
    made.innerHTML = html;
    return made.innerHTML.trim();
  }
  function line(region) {
    var said = region.querySelector("[data-said]");
    return said ? said.textContent : "";
  }
  function watch(region) {
    var every = Math.max(1, Number(region.dataset.liveSeconds) || 5) * 1000;
    var stale = region.nextElementSibling, tag = "", misses = 0, timer = 0, asking = false;
    var shown = region.innerHTML.trim(), heard = line(region);
    var loud = Boolean(region.querySelector(".alarm") && !region.querySelector("[data-after]"));
    var served = Date.parse(region.dataset.liveNow) - performance.now();
    if (stale && !stale.classList.contains("stale")) stale = null;
    function passed(one) {
      return misses > 0 && served + performance.now() >= Date.parse(one.dataset.until || one.dataset.after);
    }
    function expire() {
      region.querySelectorAll("[data-until]").forEach(function (one) { one.hidden = passed(one); });
      region.querySelectorAll("[data-after]").forEach(function (one) { one.hidden = !passed(one); });
    }
    function sight() { // an alarm that has just come is seen wherever somebody reads
      var alarm = [].find.call(region.querySelectorAll(".alarm"), function (one) { return one.offsetParent; });
      if (alarm && !loud) alarm.scrollIntoView({ block: "center" });
      loud = Boolean(alarm);
    }
    function show(html) {
      var fresh = parsed(html);
      if (fresh !== shown) replace(region, html);
      shown = fresh;
      var saying = region.parentNode.querySelector("[data-saying]"), now = line(region);
      if (saying && now !== heard) saying.textContent = now;
      heard = now;
    }
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
            show(html);
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
      expire();
      sight();
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
