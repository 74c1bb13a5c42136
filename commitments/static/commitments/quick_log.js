/* The quick-log line: the keyboard's ways through it. Without this file the line posts like any form. */
(function () {
  "use strict";
  /* What is being typed in is never written over by an answer that comes late. */
  window.Idiomorph.defaults.ignoreActiveValue = true;

  var SAID_AFTER = 1200;
  var saying = null;

  function by(id) {
    return document.getElementById(id);
  }

  function isReader(element) {
    return element.classList && element.classList.contains("line-reads");
  }

  function isLine(element) {
    return element.id === "line-form";
  }

  function readAgain() {
    var reader = document.querySelector(".line-reads");
    if (reader) window.htmx.trigger(reader, "again");
  }

  function writeLine(text) {
    var line = by("id_line");
    line.value = text;
    line.focus();
    line.setSelectionRange(text.length, text.length);
    line.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* -- Connection -- */

  function sayTrouble(words) {
    var place = by("line-trouble");
    if (!place) return;
    if (place.textContent !== words) place.textContent = words;
    place.hidden = !words;
  }

  function troubled(event) {
    var element = event.detail.elt;
    if (!isReader(element) && !isLine(element)) return;
    /* Said here, beside the line, and not a second time above the page. */
    event.stopPropagation();
    sayTrouble(by("line-trouble").dataset[isReader(element) ? "unread" : "unlogged"]);
  }
  document.addEventListener("htmx:sendError", troubled, true);
  document.addEventListener("htmx:responseError", troubled, true);
  window.addEventListener("online", readAgain);

  /* -- Reading while it is typed, and Enter -- */

  document.addEventListener("htmx:beforeRequest", function (event) {
    var element = event.detail.elt;
    var form = by("line-form");
    if (isReader(element)) {
      /* Whoever has pressed Enter gets that answer, not the preview's. */
      if (form.getAttribute("aria-busy") === "true") event.preventDefault();
    } else if (isLine(element)) {
      window.htmx.trigger(element.querySelector(".line-reads"), "htmx:abort");
      by("id_line").readOnly = true;
    }
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    var element = event.detail.elt;
    if (!isReader(element) && !isLine(element)) return;
    if (isLine(element) && by("id_line")) by("id_line").readOnly = false;
    if (event.detail.successful || (event.detail.xhr && event.detail.xhr.status === 422)) sayTrouble("");
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    var target = event.detail.target;
    if (!target || target.id !== "line-read") return;
    announce();
    var asks = document.querySelector("#line-read [data-asks]");
    if (event.detail.elt && isReader(event.detail.elt)) return;
    if (asks) asks.focus();
    else if (document.querySelector("#line-read .is-wrong")) by("id_line").focus();
  });

  /* A short summary, once the typing rests; not every change of the preview. */
  function announce() {
    clearTimeout(saying);
    saying = setTimeout(function () {
      var read = by("line-read");
      var place = by("line-said");
      if (!read || !place) return;
      var asked = Array.prototype.map.call(read.querySelectorAll(".line-asks"), function (words) {
        return words.textContent.trim();
      });
      var words = asked.length ? asked.join(" ") : read.dataset.said;
      if (place.textContent !== words) place.textContent = words;
    }, SAID_AFTER);
  }

  /* -- What is half typed outlives a reload, and signing in again; it is kept in this tab like other drafts -- */

  function draftName() {
    var held = by("held");
    return "kept-draft-" + (held ? held.dataset.user : "") + "-line";
  }

  function keepDraft(text) {
    try {
      if (text) sessionStorage.setItem(draftName(), JSON.stringify({ values: { line: text }, sent: false }));
      else sessionStorage.removeItem(draftName());
    } catch (error) { /* Then it is not kept. */ }
  }

  function restoreDraft() {
    var line = by("id_line");
    if (!line || line.value) return;
    try {
      line.value = JSON.parse(sessionStorage.getItem(draftName())).values.line;
    } catch (error) { return; }
    line.setSelectionRange(line.value.length, line.value.length);
    readAgain();
  }

  document.addEventListener("htmx:beforeSwap", function (event) {
    if (isLine(event.detail.requestConfig.elt) && event.detail.xhr.status === 200) keepDraft("");
  });
  document.addEventListener("DOMContentLoaded", restoreDraft);

  document.addEventListener("input", function (event) {
    if (event.target.id !== "id_line") return;
    keepDraft(event.target.value);
    clearTimeout(saying);
    var previewed = by("preview-line");
    if (previewed) previewed.replaceChildren();
  });

  document.addEventListener("click", function (event) {
    var pick = event.target.closest("#line-form [name='pick']");
    if (!pick) return;
    event.preventDefault();
    writeLine(pick.value);
  });

  /* -- Keys -- */

  function firstChoice() {
    var read = by("line-read");
    if (!read) return null;
    var choice = read.querySelector(".line-choices button");
    if (choice) return choice;
    return read.querySelector(".line-options :checked") || read.querySelector(".line-options input");
  }

  function alongChoices(button, step) {
    var all = Array.prototype.slice.call(button.parentElement.querySelectorAll("button"));
    all[(all.indexOf(button) + step + all.length) % all.length].focus();
  }

  function onLine(event) {
    if (event.key !== "ArrowDown" || event.altKey || event.ctrlKey || event.metaKey) return;
    var choice = firstChoice();
    if (!choice) return;
    event.preventDefault();
    choice.focus();
    if (choice.type === "radio" && !choice.checked) choice.click();
  }

  function onPreview(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      by("id_line").focus();
    } else if (event.target.matches(".line-choices button")) {
      if (event.key === "ArrowDown" || event.key === "ArrowRight") alongChoices(event.target, 1);
      else if (event.key === "ArrowUp" || event.key === "ArrowLeft") alongChoices(event.target, -1);
      else return;
      event.preventDefault();
    }
  }

  document.addEventListener("keydown", function (event) {
    var full = by("log-full");
    if (!full || document.querySelector("dialog[open]")) return;
    if (event.key === "F2" && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      full.open = !full.open;
    } else if (event.target.id === "id_line") {
      onLine(event);
    } else if (event.target.closest && event.target.closest("#line-read")) {
      onPreview(event);
    }
  });

  /* -- The full form: filled from the line when it opens, and the line again when it closes -- */

  function firstEmpty() {
    var fields = ["id_who", "id_due_at", "id_promise"].map(by).filter(Boolean);
    return fields.find(function (field) { return !field.value; }) || by("id_promise");
  }

  document.addEventListener("toggle", function (event) {
    if (event.target.id !== "log-full") return;
    if (!event.target.open) {
      by("id_line").focus();
    } else if (by("id_line").value.trim()) {
      window.htmx.trigger(event.target, "fill");
    } else if (firstEmpty()) {
      firstEmpty().focus();
    }
  }, true);

  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.elt && event.detail.elt.id === "log-form" && event.detail.requestConfig.elt.id === "log-full") {
      firstEmpty().focus();
    }
  });
})();
