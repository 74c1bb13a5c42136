/*
 * What is half typed outlives a reload: kept in this tab for whoever is signed in, until it is stored or they sign out.
 * A form names its draft (data-draft); one that the server shows again with what was wrong (data-bound) stays as it is.
 */
(function () {
  "use strict";
  var place = document.getElementById("held");
  if (!place) return;
  var ALL = "kept-draft-";
  var MINE = ALL + place.dataset.user + "-";
  var SKIPPED = { csrfmiddlewaretoken: true };

  function names(start) {
    try {
      return Object.keys(sessionStorage).filter(function (name) { return name.indexOf(start) === 0; });
    } catch (error) { return []; }
  }
  function read(name) {
    try { return JSON.parse(sessionStorage.getItem(MINE + name)); } catch (error) { return null; }
  }
  function write(name, draft) {
    try { sessionStorage.setItem(MINE + name, JSON.stringify(draft)); } catch (error) { /* Then it is not kept. */ }
  }
  function clear(name) {
    try { sessionStorage.removeItem(MINE + name); } catch (error) { /* There was none. */ }
  }
  function clearAll() {
    names(ALL).forEach(function (name) { sessionStorage.removeItem(name); });
  }

  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && !SKIPPED[field.name] && !/^(submit|button|file|password)$/.test(field.type);
    });
  }
  function valuesOf(form) {
    var values = {};
    fields(form).forEach(function (field) {
      if (/^(checkbox|radio)$/.test(field.type)) {
        values[field.name] = values[field.name] || [];
        if (field.checked) values[field.name].push(field.value);
      } else values[field.name] = field.value;
    });
    return values;
  }
  function fill(form, values) {
    fields(form).forEach(function (field) {
      if (!(field.name in values)) return;
      if (/^(checkbox|radio)$/.test(field.type)) field.checked = values[field.name].indexOf(field.value) >= 0;
      else field.value = values[field.name];
    });
  }

  function save(form) {
    write(form.dataset.draft, { values: valuesOf(form), sent: false });
  }
  /* Put a draft back into its form, and say so; the version that was read then comes back with it. */
  function restore(form) {
    var draft = read(form.dataset.draft);
    if (!draft || form.hasAttribute("data-bound")) return false;
    var fresh = valuesOf(form);
    fill(form, draft.values);
    var note = document.getElementById("draft-note").content.cloneNode(true);
    note.querySelector("[data-starts-anew]").addEventListener("click", function (event) {
      clear(form.dataset.draft);
      fill(form, fresh);
      event.target.closest(".draft-note").remove();
      var first = form.querySelector("textarea, input:not([type=hidden]), select");
      if (first) first.focus();
    });
    form.prepend(note);
    return true;
  }

  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (form && form.dataset.draft) save(form);
  });
  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (form && form.dataset.draft) save(form);
  });
  document.addEventListener("submit", function (event) {
    var draft = event.target.dataset.draft && read(event.target.dataset.draft);
    if (!draft || (event.submitter && event.submitter.hasAttribute("formaction"))) return;
    draft.sent = true;
    write(event.target.dataset.draft, draft);
  });

  /* Another person's, left behind in this tab, are nobody's any more. */
  names(ALL).forEach(function (name) {
    if (name.indexOf(MINE) !== 0) sessionStorage.removeItem(name);
  });
  if (document.querySelector("#messages .alert-success")) {
    names(MINE).forEach(function (name) {
      var draft = read(name.slice(MINE.length));
      if (draft && draft.sent) sessionStorage.removeItem(name);
    });
  }
  document.querySelectorAll("form[data-draft]").forEach(function (form) {
    if (!restore(form)) return;
    for (var fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  });

  window.keptDrafts = { save: save, restore: restore, clear: clear, clearAll: clearAll };
})();
