/* Sets the colours before the first paint: what was chosen here, else what the system says. */
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem("kept-theme") || "auto";
    } catch (error) {
      return "auto"; // Storage may be forbidden; then the system decides.
    }
  }

  function apply() {
    var theme = chosen();
    root.setAttribute("data-bs-theme", theme === "auto" ? (dark.matches ? "dark" : "light") : theme);
    root.setAttribute("data-theme-chosen", theme);
  }

  root.classList.add("has-scripts");
  apply();
  dark.addEventListener("change", apply);
  window.keptTheme = {
    chosen: chosen,
    choose: function (theme) {
      try {
        localStorage.setItem("kept-theme", theme);
      } catch (error) {
        return;
      }
      apply();
    },
  };
})();
