// Counts [data-seconds] down in words, by the page's age: the phone's clock may be wrong.
(function () {
  "use strict";
  function count(element) {
    var ends = performance.now() + Number(element.dataset.seconds) * 1000;
    (function say() {
      var left = Math.ceil((ends - performance.now()) / 60000);
      element.textContent = left > 0 ? element.dataset.left.replace("{minutes}", left) : element.dataset.now;
      if (left > 0) setTimeout(say, 5000);
    })();
  }
  document.querySelectorAll("[data-seconds]").forEach(count);
})();
