/* Arrow keys through what was found, and Escape out of it. Without this file Enter leads to the page of results. */
(function () {
  "use strict";

  function panelOf(form) {
    return form.querySelector(".top-found");
  }

  function placeOf(form) {
    return panelOf(form) || document.getElementById("found");
  }

  function close(form) {
    var panel = panelOf(form);
    if (panel) panel.hidden = true;
  }

  function open(form) {
    var panel = panelOf(form);
    if (panel) panel.hidden = !panel.textContent.trim();
  }

  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id !== "top-found") return;
    var form = event.detail.target.closest("form");
    /* An answer that comes after the reader has gone elsewhere does not come up. */
    if (form.contains(document.activeElement)) open(form);
  });

  document.addEventListener("focusin", function (event) {
    document.querySelectorAll("form[data-find]").forEach(function (form) {
      if (!form.contains(event.target)) close(form);
      else if (event.target.type === "search") open(form);
    });
  });

  document.addEventListener("pointerdown", function (event) {
    document.querySelectorAll("form[data-find]").forEach(function (form) {
      if (!form.contains(event.target)) close(form);
    });
  });

  function step(links, active, key) {
    var at = links.indexOf(active);
    if (key === "Home") return 0;
    if (key === "End") return links.length - 1;
    return key === "ArrowDown" ? Math.min(at + 1, links.length - 1) : at - 1;
  }

  document.addEventListener("keydown", function (event) {
    var active = document.activeElement;
    var form = document.querySelector("form[data-find]");
    if (!form || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    var field = form.querySelector("input[type=search]");
    var place = placeOf(form);
    var inside = active === field || (place && place.contains(active));
    if (!inside) return;
    var panel = panelOf(form);
    if (event.key === "Escape" && panel && !panel.hidden) {
      /* What was typed stays; a second press is the browser's own. */
      event.preventDefault();
      field.focus();
      close(form);
      return;
    }
    if (["ArrowDown", "ArrowUp", "Home", "End"].indexOf(event.key) < 0) return;
    if (active === field && event.key !== "ArrowDown") return;
    if (panel && panel.hidden) open(form);
    var links = Array.from(place.querySelectorAll("a.found-link, a.people-link, a.row-words, .found-next a"));
    if (!links.length || (active !== field && links.indexOf(active) < 0)) return;
    event.preventDefault();
    var next = step(links, active, event.key);
    if (next < 0) field.focus();
    else links[next].focus();
  });

  /* Enter in the field while a page is being asked for: the press wins. */
  document.addEventListener("submit", function (event) {
    if (event.target.matches("form[data-find]")) close(event.target);
  });
})();
