// Rings while an alert of this ward's site is open. Asks every two seconds, also while
// hidden; shows and sounds it if the server does not answer; reports that the screen is
// alive and whether it can make a sound.
(function () {
  "use strict";
  var root = document.getElementById("siren"), live = document.getElementById("siren-live");
  var ASK = 2000, LIMIT = 6000, BEAT = 15000, LOST_AFTER = 3;
  var tag = "", misses = 0, sound = null, told = "", lock = null;

  function armed() { return Boolean(sound) && sound.state === "running"; }
  function lines() { return live.querySelector("[data-rings]"); }
  function rings() { return lines() ? lines().dataset.rings : ""; }
  function codes() { return lines() ? lines().dataset.codes.split(" ").filter(Boolean) : []; }
  function lost() { return misses >= LOST_AFTER; }

  function show() {
    var state = lost() ? "lost" : rings() ? "ringing" : "listening";
    root.dataset.state = state;
    root.querySelectorAll("[data-when]").forEach(function (part) {
      var when = part.dataset.when;
      var hidden = when === "mute" ? armed() : when !== state || (when === "listening" && !armed());
      if (part.hidden !== hidden) part.hidden = hidden;
    });
    document.title = (state === "listening" ? "" : "● ") + document.title.replace(/^● /, "");
    var now = [armed(), lost(), codes().join()].join("|");
    if (now !== told) { told = now; beat(); }
  }

  // Sound: two tones in turn for an emergency, three short ones for anything urgent, one
  // low pair every ten seconds while the connection is gone.
  function tone(pitch, after, lasts) {
    var at = sound.currentTime + after, source = sound.createOscillator(), loud = sound.createGain();
    source.type = "square";
    source.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, at);
    loud.gain.exponentialRampToValueAtTime(0.4, at + 0.02);
    loud.gain.setValueAtTime(0.4, at + lasts - 0.03);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + lasts);
    source.connect(loud).connect(sound.destination);
    source.start(at);
    source.stop(at + lasts);
    root.dataset.tones = Number(root.dataset.tones) + 1;
  }
  var second = 0;
  function ring() {
    show();
    if (!armed()) return;
    second += 1;
    if (rings() === "emergency") { tone(880, 0, 0.45); tone(620, 0.5, 0.45); }
    else if (rings() && second % 3 === 0) { tone(740, 0, 0.2); tone(740, 0.3, 0.2); tone(740, 0.6, 0.2); }
    else if (!rings() && lost() && second % 10 === 0) { tone(330, 0, 0.3); tone(260, 0.4, 0.3); }
  }

  function get(url, options) {
    var stop = new AbortController(), limit = setTimeout(function () { stop.abort(); }, LIMIT);
    options.signal = stop.signal;
    options.cache = "no-store";
    options.credentials = "same-origin";
    return fetch(url, options).finally(function () { clearTimeout(limit); });
  }
  async function ask() {
    try {
      var answer = await get(root.dataset.siren, { headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.redirected || answer.status === 401) return location.reload();
      if (answer.status !== 304) {
        if (!answer.ok) throw new Error(String(answer.status));
        live.innerHTML = await answer.text();
        tag = answer.headers.get("ETag") || "";
      }
      misses = 0;
    } catch (error) {
      misses += 1;
    }
    show();
    setTimeout(ask, ASK);
  }
  function beat() {
    get(root.dataset.beat, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Portal": "1" },
      body: JSON.stringify({ armed: armed(), rings: codes() }),
    }).catch(function () { /* the next one tells */ });
  }
  async function stayAwake() {
    try {
      if (navigator.wakeLock && !document.hidden) lock = await navigator.wakeLock.request("screen");
    } catch (error) { lock = null; }
  }

  document.getElementById("arm").addEventListener("click", async function () {
    sound = sound || new (window.AudioContext || window.webkitAudioContext)();
    sound.onstatechange = show;
    await sound.resume();
    tone(740, 0, 0.2);
    tone(880, 0.25, 0.3);
    show();
    stayAwake();
  });
  document.addEventListener("visibilitychange", stayAwake);
  setInterval(ring, 1000);
  setInterval(beat, BEAT);
  setTimeout(ask, ASK);
  show();
})();
