/* Keys that every page has, their switch, and the help that lists them. Every page works without this file. */
(function () {
  "use strict";
  var OFF = "kept-single-keys-off";
  var help = document.getElementById("help");

  function stored() {
    try { return localStorage.getItem(OFF); } catch (error) { return null; }
  }
  function isOn() {
    return stored() !== "1";
  }
  function isTyping(element) {
    return Boolean(element && element.closest && element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));
  }
  /* A letter key by itself: what it writes, or its place on the keyboard where that writes no Latin letter. */
  function letterOf(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return "";
    var key = event.key.length === 1 ? event.key.toLowerCase() : "";
    if (key > "\u007f" && /^Key[A-Z]$/.test(event.code)) key = event.code.slice(3).toLowerCase();
    return key;
  }

  window.keptKeys = { areOn: isOn, isTyping: isTyping, letterOf: letterOf };
  if (!help) return;

  var box = help.querySelector("[data-single-keys]");
  box.checked = isOn();
  box.addEventListener("change", function () {
    try {
      if (box.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    } catch (error) { /* It holds for this page then. */ }
    document.dispatchEvent(new CustomEvent("kept:keys"));
  });

  function open() {
    if (document.querySelector("dialog[open]")) return;
    help.showModal();
    help.scrollTop = 0;
  }
  document.querySelectorAll("[data-opens-help]").forEach(function (button) {
    button.addEventListener("click", open);
  });
  help.querySelector("[data-closes]").addEventListener("click", function () { help.close(); });
  help.addEventListener("click", function (event) {
    if (event.target === help) help.close();
  });

  document.addEventListener("keydown", function (event) {
    if (!isOn() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    var key = letterOf(event);
    if (key === "?") {
      event.preventDefault();
      open();
    } else if (key === "/") {
      var search = document.querySelector('[role="search"] input[type="search"]');
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    }
  });
})();
