// A field to write a sentence with a finger, online and without a network. Strokes are
// whole numbers on an area of 1000 by 400. Without script the field is missing, nothing else.
(function () {
  "use strict";
  var WIDTH = 1000, HEIGHT = 400, STROKES = 300, POINTS = 3000, NEAR = 7;

  function ready(pad) {
    var canvas = pad.querySelector("canvas"), field = pad.querySelector("input");
    var pen = canvas.getContext("2d"), strokes = [], line = null, points = 0;

    function draw() {
      var wide = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1));
      if (!wide) return;
      canvas.width = wide;
      canvas.height = Math.round(wide * HEIGHT / WIDTH);
      pen.scale(wide / WIDTH, wide / WIDTH);
      pen.lineWidth = 9;
      pen.lineCap = pen.lineJoin = "round";
      pen.strokeStyle = getComputedStyle(canvas).color;
      strokes.forEach(function (stroke) {
        pen.beginPath();
        pen.moveTo(stroke[0], stroke[1]);
        for (var i = 0; i < stroke.length; i += 2) pen.lineTo(stroke[i], stroke[i + 1]);
        pen.stroke();
      });
    }

    function load() {
      try { strokes = JSON.parse(field.value || "[]"); } catch (_) { strokes = []; }
      points = strokes.join().split(",").length / 2;
      draw();
    }

    function at(event) {
      var box = canvas.getBoundingClientRect();
      function within(part, most) { return Math.max(0, Math.min(most, Math.round(part * most))); }
      return [
        within((event.clientX - box.left) / box.width, WIDTH),
        within((event.clientY - box.top) / box.height, HEIGHT),
      ];
    }

    function end() {
      if (!line) return;
      line = null;
      field.value = JSON.stringify(strokes);
      field.dispatchEvent(new Event("input", { bubbles: true })); // so that it is saved
    }

    canvas.addEventListener("pointerdown", function (event) {
      if (!event.isPrimary || strokes.length >= STROKES || points >= POINTS) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      line = at(event);
      strokes.push(line);
      points++;
      draw();
    });
    canvas.addEventListener("pointermove", function (event) {
      if (!line || !event.isPrimary || points >= POINTS) return;
      var p = at(event), n = line.length;
      if (Math.hypot(p[0] - line[n - 2], p[1] - line[n - 1]) < NEAR) return;
      line.push(p[0], p[1]);
      points++;
      draw();
    });
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    pad.querySelector("button").addEventListener("click", function () {
      field.value = "";
      load();
    });
    canvas.closest("form").addEventListener("reset", function () {
      field.value = "";
      load();
    });
    pad.hidden = false;
    new IntersectionObserver(load).observe(canvas);
  }

  document.querySelectorAll("[data-pad]").forEach(ready);
})();
