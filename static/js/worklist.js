"use strict";

// J and K walk through a list of work; never while somebody types.
(() => {
  const list = document.querySelector("[data-worklist]");
  if (!list) return;
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const target = { j: list.dataset.next, k: list.dataset.previous }[key];
    if (target) window.location.assign(target);
  });
})();
