/* Small comforts. Every page and form works without this file. */
(function () {
  "use strict";
  var THEMES = ["auto", "light", "dark"];

  function showTheme() {
    document.querySelectorAll("[data-theme-switch]").forEach(function (button) {
      var theme = window.keptTheme.chosen();
      button.setAttribute("aria-label", button.dataset[theme]);
      button.setAttribute("title", button.dataset[theme]);
      button.querySelectorAll("[data-theme-is]").forEach(function (sign) {
        sign.hidden = sign.getAttribute("data-theme-is") !== theme;
      });
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-theme-switch]");
    if (button) {
      var next = THEMES[(THEMES.indexOf(window.keptTheme.chosen()) + 1) % THEMES.length];
      window.keptTheme.choose(next);
      showTheme();
    }
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  /* A form pressed twice does its work once. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post") || form.target) return;
    if (form.getAttribute("aria-busy") === "true") event.preventDefault();
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[aria-busy]").forEach(function (form) {
      form.removeAttribute("aria-busy");
    });
  });

  document.addEventListener("htmx:beforeRequest", function (event) {
    var element = event.detail.elt;
    /* What refreshes by itself waits while nobody looks, and while somebody writes in it. */
    if (element.hasAttribute("data-refreshes")) {
      var active = document.activeElement;
      var writing = active && element.contains(active) && active.matches("input:not([type=checkbox], [type=radio]), textarea, select");
      if (document.hidden || writing || element.querySelector("[data-unsent]")) event.preventDefault();
      return;
    }
    if (element.matches("form")) element.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.elt.matches("form")) event.detail.elt.removeAttribute("aria-busy");
  });

  /* After an answer: to what was wrong, else keep the keyboard where it was. */
  document.addEventListener("htmx:afterSettle", function (event) {
    var verb = event.detail.requestConfig && event.detail.requestConfig.verb;
    if (verb !== "post" || !event.detail.target) return;
    if (event.detail.target.id === "due-in-words") return;
    if (event.detail.target.classList.contains("previewed")) return;
    var scope = document.getElementById(event.detail.target.id) || document;
    var wrong = scope.querySelector('[aria-invalid="true"], [data-unsent] textarea');
    if (wrong) {
      wrong.focus();
    } else if (document.activeElement === document.body) {
      var main = document.getElementById("main");
      if (main) main.focus({ preventScroll: true });
    }
  });

  /* A mail that is previewed shows itself in its frame, without the press that it takes without scripts. */
  function showPreviews() {
    document.querySelectorAll("form[data-shows-itself]").forEach(function (form) {
      form.removeAttribute("data-shows-itself");
      form.hidden = true;
      form.submit();
    });
  }
  document.addEventListener("htmx:afterSettle", showPreviews);
  showPreviews();

  /* No answer at all: say so rather than look as if it had worked. */
  function sayTrouble(which) {
    var place = document.getElementById("messages");
    if (!place) return;
    var alert = document.createElement("div");
    alert.className = "alert alert-danger";
    alert.setAttribute("role", "alert");
    alert.textContent = place.dataset[which];
    place.replaceChildren(alert);
  }
  document.addEventListener("htmx:sendError", function (event) {
    if (!event.detail.elt.hasAttribute("data-refreshes")) {
      sayTrouble("unreached");
    }
  });
  document.addEventListener("htmx:responseError", function (event) {
    if (!event.detail.elt.hasAttribute("data-refreshes")) {
      sayTrouble("failed");
    }
  });

  showTheme();
})();
