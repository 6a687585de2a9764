// Keeps each [data-live] fresh: requests its address every data-live-seconds and shows the
// HTML. It pauses while hidden, slows down without answers, and never disturbs typing.
// A sentence with an hour is replaced after that hour by the one beside it (data-after).
(() => {
  "use strict";
  const typing = (region) => region.querySelector("input:focus, textarea:focus, select:focus");
  const twin = (region, { id, href }) => (id ? document.getElementById(id)
    : href && [...region.querySelectorAll("a")].find((one) => one.href === href));
  const replace = (region, html) => {
    const at = document.activeElement, held = region.contains(at);
    region.innerHTML = html;
    const again = held && twin(region, at);
    if (again) again.focus({ preventScroll: true });
  };
  const parsed = (html) => {
    const made = document.createElement("template");
    made.innerHTML = html;
    return made.innerHTML.trim();
  };
  const line = (region) => (region.querySelector("[data-said]") || {}).textContent || "";
  const watch = (region) => {
    const every = Math.max(1, Number(region.dataset.liveSeconds) || 5) * 1000;
    const served = Date.parse(region.dataset.liveNow) - performance.now();
    const next = region.nextElementSibling;
    const stale = next && next.classList.contains("stale") ? next : {};
    let tag = "", misses = 0, timer = 0, asking = false;
    let shown = region.innerHTML.trim(), heard = line(region);
    let loud = Boolean(region.querySelector(".alarm") && !region.querySelector("[data-after]"));
    const passed = (hour) => misses > 0 && served + performance.now() >= Date.parse(hour);
    const expire = () => region.querySelectorAll("[data-until], [data-after]").forEach((one) => {
      const { until, after } = one.dataset;
      one.hidden = until ? passed(until) : !passed(after);
    });
    const sight = () => { // scroll to a new alarm from any position
      const alarm = [...region.querySelectorAll(".alarm")].find((one) => one.offsetParent);
      if (alarm && !loud) alarm.scrollIntoView({ block: "center" });
      loud = Boolean(alarm);
    };
    const show = (html) => {
      const fresh = parsed(html);
      if (fresh !== shown) replace(region, html);
      shown = fresh;
      const saying = region.parentNode.querySelector("[data-saying]"), now = line(region);
      if (saying && now !== heard) saying.textContent = now;
      heard = now;
    };
    const later = () => {
      clearTimeout(timer);
      if (!document.hidden) timer = setTimeout(ask, Math.min(every * 2 ** misses, 60000));
    };
    const ask = async () => {
      if (asking || document.hidden) return;
      if (typing(region)) return later();
      asking = true;
      const stop = new AbortController(), limit = setTimeout(() => stop.abort(), 10000);
      try {
        const answer = await fetch(region.dataset.live, {
          headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store", signal: stop.signal,
        });
        if (answer.redirected || answer.status === 401) return location.reload();
        if (answer.status !== 304) {
          if (!answer.ok) throw answer;
          const html = await answer.text();
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
      stale.hidden = misses < 2;
      expire();
      sight();
      later();
    };
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) clearTimeout(timer); else ask();
    });
    later();
  };
  document.querySelectorAll("[data-live]").forEach(watch);
})();
