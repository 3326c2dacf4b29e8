"use strict";

// What every page does: keep relative times right, show whether the page is live, focus errors.
(() => {
  const language = document.documentElement.lang.startsWith("en") ? "en" : "nl";
  const hour = language === "nl" ? "u" : "h";
  const gap = "\u00a0";

  function sinceText(seconds) {
    if (seconds < 60) return `${seconds}${gap}s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)}${gap}min`;
    return `${Math.floor(seconds / 3600)}${gap}${hour}`;
  }

  function refreshTimes() {
    for (const element of document.querySelectorAll("time[data-ago]")) {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(element.dateTime)) / 1000));
      const text = sinceText(seconds);
      if (seconds <= 48 * 3600 && element.textContent !== text) element.textContent = text;
    }
  }

  // The dot at the clock is the connection: green while the page is live, amber with the moment
  // of the last state once it has been lost for five seconds.
  const clock = document.getElementById("clock");
  const pulse = document.getElementById("pulse");
  const clockText = document.getElementById("clock-text");
  let isLive = false;
  let lostTimer = null;

  function format(options) {
    const locale = language === "nl" ? "nl-NL" : "en-GB";
    return new Intl.DateTimeFormat(locale, { timeZone: clock.dataset.zone, ...options });
  }

  function tick() {
    if (!clock || !isLive) return;
    const now = new Date();
    const parts = format({ weekday: "short", day: "numeric", month: "short" }).format(now);
    const time = format({ hour: "2-digit", minute: "2-digit", hour12: false, timeZoneName: "short" });
    clockText.textContent = `${parts.replace(/[.,]/g, "")}${gap}${time.format(now)}`;
  }

  function live() {
    clearTimeout(lostTimer);
    lostTimer = null;
    isLive = true;
    if (!pulse) return;
    pulse.className = "lb-pulse";
    document.body.dataset.live = "yes";
    tick();
  }

  function lost() {
    if (!isLive || lostTimer) return;
    const moment = new Date();
    lostTimer = setTimeout(() => {
      isLive = false;
      pulse.className = "lb-pulse lb-stale";
      const text = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
      clockText.textContent = `${clock.dataset.stale} ${text.format(moment)}`;
      document.body.dataset.live = "no";
    }, 5000);
  }

  // 4403: this person may not look here any more; a fresh page says why.
  document.addEventListener("htmx:ws:close", (event) => {
    if (event.detail.code === 4403 && document.body.dataset.live) location.reload();
    lost();
  });
  document.addEventListener("htmx:before:ws:message", (event) => {
    const message = event.detail.message;
    const said = message.json ?? {};
    if (said.live === true) live();
    if (said.live === false) lost();
    if (said.log && (!log || isReading())) {
      message.cancelled = true;
      if (log) showWaiting(said.log);
    }
  });
  document.addEventListener("htmx:after:ws:message", (event) => {
    const said = event.detail.message.json ?? {};
    if (said.measured) document.dispatchEvent(new Event("lb:measured"));
    if (said.log) trimLog();
    refreshTimes();
  });

  // The log stands still while somebody reads in it.
  const log = document.getElementById("log");
  const waiting = document.getElementById("log-waiting");
  let waitingCount = 0;

  function isReading() {
    return log && (log.contains(document.activeElement) || log.querySelector("details[open]"));
  }

  function showWaiting(count) {
    waitingCount += count;
    waiting.hidden = false;
    const word = waitingCount === 1 ? waiting.dataset.one : waiting.dataset.many;
    waiting.textContent = `${waitingCount} ${word}`;
  }

  function trimLog() {
    const rows = log ? [...log.querySelectorAll(":scope > details")] : [];
    for (const row of rows.slice(30)) row.remove();
    setTimeout(() => {
      for (const row of rows) row.classList.remove("lb-new");
    }, 2000);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector("[data-focus]")?.focus();
    // Filters apply on change; without script their button does it.
    for (const form of document.querySelectorAll("form[data-auto]")) {
      form.addEventListener("change", () => form.requestSubmit());
    }
    for (const button of document.querySelectorAll("[data-copy]")) {
      button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copy));
    }
    setInterval(refreshTimes, 1000);
    setInterval(tick, 10000);
  });

  // A menu closes when the eye goes elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.lb-drop[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.lb-drop[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  // A command goes busy at once and is not sent twice.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.target.method !== "post") return;
    requestAnimationFrame(() => {
      button.setAttribute("aria-busy", "true");
      button.disabled = true;
      setTimeout(() => { button.disabled = false; button.removeAttribute("aria-busy"); }, 8000);
    });
  });
})();
