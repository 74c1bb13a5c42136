/*
 * A promise's page: acts wait some seconds before they go, as on the Desk, and a mail that somebody looks at follows
 * what they type. Everything works without this file.
 */
(function () {
  "use strict";
  var PAUSE = 1200;
  var WAITS = { word: true, answer: true, date: true, keep: true, attempt: true, handoff: true };
  var held = window.keptHeld;
  var typing = null;

  function main() {
    return document.getElementById("main");
  }
  function formOf(entry) {
    return main().querySelector('form[data-path="' + entry.path + '"]');
  }
  function isHere(entry) {
    var page = main().querySelector("[data-promise]");
    return page && page.dataset.promise === entry.reference;
  }
  function entryOf(form) {
    var reference = main().querySelector("[data-promise]").dataset.promise;
    var typed = new FormData(form);
    var version = form.dataset.act + "-version";
    var read = typed.get(version);
    typed.delete("csrfmiddlewaretoken");
    typed.delete(version);
    return {
      reference: reference, path: form.dataset.path, url: "/desk/" + reference + "/acts/" + form.dataset.path + "/",
      body: new URLSearchParams(typed).toString(),
      version: read, versionField: version, draft: form.dataset.draft, pressed: Date.now(),
      words: reference + ": " + form.dataset.title, page: "/promises/" + reference + "/",
    };
  }
  /* The page answers as it does without scripts: beside the field, and with what somebody else did meanwhile. */
  function postAtOnce(form) {
    form.inert = false;
    form.submit();
  }

  /* An act is judged first, then it waits. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var isPreview = event.submitter && event.submitter.hasAttribute("formaction");
    if (!held || event.defaultPrevented || isPreview || !(form.dataset.act in WAITS)) return;
    event.preventDefault();
    window.keptDrafts.save(form);
    var entry = entryOf(form);
    held.post(entry, { check: "1" }, false).then(function (answer) {
      if (answer.state === "refused" || answer.state === "trouble") return postAtOnce(form);
      form.removeAttribute("aria-busy");
      form.inert = true;
      held.hold(entry);
      document.querySelector("#held [data-undo]:not([hidden])").focus();
    });
  });
  document.addEventListener("kept:undone", function (event) {
    var form = isHere(event.detail) && formOf(event.detail);
    if (!form) return;
    form.inert = false;
    (form.querySelector("textarea") || form.querySelector("button")).focus();
  });
  document.addEventListener("kept:refused", function (event) {
    var form = isHere(event.detail) && formOf(event.detail);
    if (!form || !form.inert) return;
    held.drop(event.detail.id);
    postAtOnce(form);
  });
  /* What is stored shows in the page, with what is half typed in its other forms. */
  document.addEventListener("kept:stored", function (event) {
    if (!isHere(event.detail)) return;
    window.htmx.ajax("GET", location.pathname + location.search, { target: "#main", select: "#main", swap: "outerHTML" })
      .then(function () {
        main().querySelectorAll("form[data-draft]").forEach(function (form) {
          if (window.keptDrafts.restore(form) && form.closest("details")) form.closest("details").open = true;
        });
        if (document.activeElement === document.body) main().focus({ preventScroll: true });
      });
  });

  /* A mail that somebody looks at. */
  function shownOf(form) {
    var shown = form && form.dataset.act && document.getElementById("preview-" + form.dataset.act);
    return shown && shown.querySelector("[data-preview]") ? shown : null;
  }
  function follow(event) {
    var form = event.target.form;
    var shown = shownOf(form);
    if (!shown) return;
    shown.classList.add("is-old");
    /* Whoever types is not to be read the mail again and again. */
    shown.setAttribute("aria-live", "off");
    clearTimeout(typing);
    typing = setTimeout(function () { form.querySelector("button[hx-post]").click(); }, PAUSE);
  }
  document.addEventListener("input", follow);
  document.addEventListener("htmx:beforeSwap", function (event) {
    var shown = event.detail.target;
    if (!shown.classList.contains("is-old")) return;
    /* Half a sentence is no fault yet: the older mail stays, and says so. */
    if (event.detail.xhr.status === 422) event.detail.shouldSwap = false;
    else shown.classList.remove("is-old");
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button[hx-post]");
    var shown = button && event.isTrusted && shownOf(button.form);
    if (!shown) return;
    clearTimeout(typing);
    shown.classList.remove("is-old");
    shown.setAttribute("aria-live", "polite");
  });
})();
