/*
 * The Board refreshes itself every 15 seconds. Whoever works on it keeps their place: what they have folded, chosen
 * and focused stays as it is, and the row that they look at stays where it is when rows above it come and go.
 */
(function () {
  "use strict";
  var TYPING = 5000;
  var FOCUSABLE = "a, button, input, select, textarea, summary";
  var FOLDED = "kept-board-folded";
  var typedAt = -TYPING;
  var refreshedAt = Date.now();
  var place = null;
  var kept = null; /* Where the row was left by the last refresh: a page scrolls by whole pixels, rows do not end there. */

  function board() {
    return document.getElementById("board");
  }

  /* What people set themselves is no part of what the server says. */
  window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = function (name, node) {
    if (name === "open" && node.localName === "details") return false;
    if (name === "checked" && board().contains(node)) return false;
    return true;
  };

  /* Refreshing waits while somebody types; app.js has it wait while nobody looks. */
  document.addEventListener("input", function (event) {
    if (!event.target.closest("dialog, [type=checkbox]")) typedAt = Date.now();
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt !== board()) return;
    if (Date.now() - typedAt < TYPING) event.preventDefault();
  });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden && Date.now() - refreshedAt > 15000) board().dispatchEvent(new Event("seen"));
  });

  /* The row that somebody is in, else the first one that can be seen. */
  function rowLookedAt() {
    var own = document.activeElement.closest("#board tr[id]");
    if (own) return own;
    if (!window.scrollY) return null;
    return Array.prototype.find.call(document.querySelectorAll("#board tr[id]"), function (row) {
      return row.getBoundingClientRect().top >= 0;
    });
  }

  /* Where it belongs: as the eye has it, without what rounding has moved it by since. */
  function topOf(row) {
    if (kept && kept.row === row.id && kept.scrolled === window.scrollY) return kept.top;
    return row.getBoundingClientRect().top;
  }

  function focused() {
    var active = document.activeElement;
    if (!active || !board().contains(active)) return null;
    var own = active.closest("tr[id]");
    if (!own && active.id) return { element: active, home: active.id, number: -1, after: [] };
    var home = own || active.closest("[id]");
    var after = [];
    for (var row = own && own.nextElementSibling; row; row = row.nextElementSibling) after.push(row.id);
    return {
      element: active,
      home: home.id,
      number: Array.prototype.indexOf.call(home.querySelectorAll(FOCUSABLE), active),
      after: after,
    };
  }

  function focusAgain(was) {
    if (!was || document.activeElement === was.element) return;
    if (document.activeElement !== document.body) return;
    var home = [was.home].concat(was.after).map(function (id) {
      return id && document.getElementById(id);
    }).find(Boolean);
    if (!home) return;
    var element = was.number < 0 ? home : home.querySelectorAll(FOCUSABLE)[was.number];
    if (element) element.focus({ preventScroll: true });
  }

  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.elt !== board()) return;
    var row = rowLookedAt();
    place = { row: row && row.id, top: row && topOf(row), focused: focused() };
  });
  document.addEventListener("htmx:afterSwap", function () {
    if (!place) return;
    var was = place;
    place = null;
    refreshedAt = Date.now();
    focusAgain(was.focused);
    var row = was.row && document.getElementById(was.row);
    if (!row) return;
    window.scrollBy({ top: row.getBoundingClientRect().top - was.top, behavior: "instant" });
    kept = { row: was.row, top: was.top, scrolled: window.scrollY };
  });

  /* No answer: the time of the last one stays, and it is said why. */
  function sayStale(event) {
    if (event.detail.elt !== board()) return;
    board().querySelector("[data-stale]").hidden = false;
  }
  document.addEventListener("htmx:sendError", sayStale);
  document.addEventListener("htmx:responseError", sayStale);

  /* What somebody has folded stays folded the next time. */
  function remembered() {
    try {
      return window.localStorage.getItem(FOLDED);
    } catch (error) {
      return null;
    }
  }
  document.addEventListener("toggle", function (event) {
    if (event.target.id !== "people") return;
    try {
      window.localStorage.setItem(FOLDED, event.target.open ? "" : "people");
    } catch (error) {
      /* Without storage it is open again the next time. */
    }
  }, true);
  var people = document.getElementById("people");
  if (people && remembered() === "people" && window.location.hash !== "#people") people.open = false;
})();
