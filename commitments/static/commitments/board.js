/* Choosing promises on the Board and acting on them in place. Without this file the boxes and the form work alone. */
(function () {
  "use strict";
  var bar = document.getElementById("bulk");
  var dialog = document.getElementById("bulk-dialog");
  var chosen = new Set();
  var from = null; /* where a range begins: the reference that was last chosen or left */
  var current = null; /* the row that the keyboard comes to */

  function find(selector, scope) {
    return (scope || document).querySelector(selector);
  }
  function all(selector, scope) {
    return Array.prototype.slice.call((scope || document).querySelectorAll(selector));
  }
  function boxes() {
    return all('#board input[name="chosen"]');
  }
  function referenceOf(box) {
    return box.value.split(".")[0];
  }
  function filled(words, values) {
    return words.replace(/%\((\w+)\)s/g, function (_, name) {
      return values[name];
    });
  }

  /* -- Choosing on the Board ------------------------------------------------------------------------------------- */

  function show() {
    var found = boxes();
    var count = chosen.size;
    bar.classList.toggle("is-chosen", count > 0);
    var said = find("[data-bulk-count]", bar);
    var fit = find("[data-fit]", bar);
    if (fit && !count) fit.checked = false;
    var words = fit && fit.checked ? fit.dataset.fit : filled(said.dataset.words, { count: count });
    if (said.textContent !== words) said.textContent = words;
    find("[data-pick-everything]", bar).disabled = count === found.length;
    var every = find("[data-pick-all]");
    if (every) {
      every.disabled = !found.length;
      every.checked = count > 0 && count === found.length;
      every.indeterminate = count > 0 && count < found.length;
    }
  }

  function set(box, is) {
    box.checked = is;
    if (is) chosen.add(referenceOf(box));
    else chosen.delete(referenceOf(box));
  }

  function setRange(first, last, is) {
    var found = boxes();
    var ends = [first, last].map(function (reference) {
      return found.findIndex(function (box) {
        return referenceOf(box) === reference;
      });
    });
    if (ends[0] < 0) ends[0] = ends[1];
    found.slice(Math.min(ends[0], ends[1]), Math.max(ends[0], ends[1]) + 1).forEach(function (box) {
      set(box, is);
    });
  }

  function setAll(is) {
    boxes().forEach(function (box) {
      set(box, is);
    });
    from = null;
    show();
  }

  /* Of all the boxes the keyboard comes to one, that of the row it was in last; arrows lead to the others. */
  function comeTo(box) {
    current = box ? referenceOf(box) : null;
    boxes().forEach(function (other, index) {
      var is = box ? other === box : index === 0;
      if ((other.tabIndex === 0) !== is) other.tabIndex = is ? 0 : -1;
    });
  }

  /* What is drawn anew has forgotten what was chosen; what is no longer there is not chosen any more. */
  function remember() {
    var found = boxes();
    var there = new Set(found.map(referenceOf));
    chosen.forEach(function (reference) {
      if (!there.has(reference)) chosen.delete(reference);
    });
    found.forEach(function (box) {
      box.checked = chosen.has(referenceOf(box));
    });
    comeTo(found.find(function (box) {
      return referenceOf(box) === current;
    }));
    show();
  }

  function boxOf(element) {
    var row = element.closest && element.closest("#board tr[id]");
    return row && find('input[name="chosen"]', row);
  }

  function onBoard(event) {
    var box = event.target.matches('#board input[name="chosen"]') ? event.target : null;
    if (event.target.matches("[data-pick-all]")) {
      setAll(event.target.checked);
    } else if (box) {
      if (event.shiftKey && from) setRange(from, referenceOf(box), box.checked);
      else set(box, box.checked);
      from = referenceOf(box);
      show();
    }
  }

  function goTo(box) {
    comeTo(box);
    box.focus({ preventScroll: true });
    box.closest("tr").scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  function onKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
    if (event.key === "Escape" && chosen.size && !event.target.matches("[type=search]")) {
      setAll(false);
      var first = bar.contains(document.activeElement) && boxes()[0];
      if (first) goTo(first);
      return;
    }
    var box = boxOf(event.target);
    if (!box) return;
    var found = boxes();
    var place = found.indexOf(box);
    var places = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: found.length - 1 };
    if (event.key in places) {
      event.preventDefault();
      var next = found[Math.max(0, Math.min(found.length - 1, places[event.key]))];
      if (event.shiftKey) {
        if (!from || !chosen.has(from)) from = referenceOf(box);
        setRange(from, referenceOf(next), true);
        show();
      }
      goTo(next);
    } else if (window.keptKeys.areOn() && window.keptKeys.letterOf(event) === "x") {
      event.preventDefault();
      set(box, !box.checked);
      from = referenceOf(box);
      show();
    } else if (window.keptKeys.areOn() && window.keptKeys.letterOf(event) === ".") {
      event.preventDefault();
      if (!chosen.size) set(box, true);
      show();
      find(".bulk-acts button", bar).focus();
    } else if (event.key === "Enter" && event.target === box) {
      event.preventDefault();
      find("a", box.closest("tr")).click();
    }
  }

  /* -- The form of an act ---------------------------------------------------------------------------------------- */

  var running = null; /* { stop: whether to stop after this slice } */

  function panel() {
    return document.getElementById("bulk-panel");
  }
  function form() {
    return document.getElementById("bulk-form");
  }

  /* What was looked at is what goes: after a change it has to be looked at again. */
  function changed(event) {
    var seen = document.getElementById("bulk-preview");
    if (!event.target.form || event.target.form.id !== "bulk-form" || running) return;
    if (!seen || !find("[name=seen]", seen)) return;
    forget(seen);
  }
  function forget(seen) {
    seen.replaceChildren(document.getElementById("bulk-changed").content.cloneNode(true));
    var look = document.getElementById("bulk-look");
    if (look) look.classList.add("btn-primary");
  }

  function slicesOf(references, size) {
    var slices = [];
    for (var start = 0; start < references.length; start += size) slices.push(references.slice(start, start + size));
    return slices;
  }

  function run(form, button) {
    var place = document.getElementById("bulk-run");
    var said = find("[data-run-said]", place);
    var bar = find("progress", place);
    var data = new URLSearchParams(new FormData(form));
    var references = data.getAll("chosen").map(function (value) {
      return value.split(".")[0];
    });
    var slices = slicesOf(references, Number(form.dataset.slice));
    var tried = 0;
    running = { stop: false };
    place.hidden = false;
    find("[data-run-stop]", place).hidden = false;
    find("[data-run-end]", place).hidden = true;
    form.inert = document.getElementById("bulk-preview").inert = true;
    tell("running");
    place.scrollIntoView({ block: "nearest", behavior: "instant" });
    find("[data-run-stop]", place).focus();

    function doneSoFar() {
      return references.filter(function (reference) {
        return find("#pick-" + reference + ".is-done", form);
      });
    }
    function tell(how) {
      said.textContent = filled(said.dataset[how], {
        done: how === "running" || how === "stopping" ? tried : doneSoFar().length,
        all: references.length,
      });
      bar.value = references.length ? tried / references.length : 1;
    }
    function end(how) {
      running = null;
      var done = doneSoFar();
      done.forEach(function (reference) {
        chosen.delete(reference);
      });
      form.inert = document.getElementById("bulk-preview").inert = false;
      tell(how || (done.length === references.length ? "finished" : "partly"));
      find("[data-run-stop]", place).hidden = true;
      var last = find("[data-run-end]", place);
      last.hidden = false;
      if (done.length === references.length) {
        form.dataset.finished = "";
        form.hidden = document.getElementById("bulk-preview").hidden = true;
        find("[data-run-hint]", place).hidden = true;
        last.focus();
      } else {
        forget(document.getElementById("bulk-preview"));
        var wrong = find(".is-refused input", form) || last;
        wrong.focus({ preventScroll: true });
        place.scrollIntoView({ block: "nearest", behavior: "instant" });
      }
    }
    function take(html) {
      var piece = document.createElement("template");
      piece.innerHTML = html;
      all("li[id]", piece.content).forEach(function (row) {
        var old = document.getElementById(row.id);
        if (old) old.replaceWith(row);
      });
    }
    function next() {
      if (!slices.length) return end();
      if (running.stop) return end("stopped");
      var slice = slices.shift();
      data.set("slice", slice.join(" "));
      fetch(form.action.split("#")[0], { method: "POST", body: data, headers: { "HX-Request": "true" } })
        .then(function (response) {
          return response.text().then(function (text) {
            if (response.headers.has("HX-Redirect")) {
              running = null;
              window.location.assign(response.headers.get("HX-Redirect"));
            } else if (response.status === 422) {
              running = null;
              panel().innerHTML = text;
              window.htmx.process(panel());
            } else if (response.ok) {
              take(text);
              tried += slice.length;
              tell(running.stop ? "stopping" : "running");
              next();
            } else {
              end("lost");
            }
          });
        })
        .catch(function () {
          end("lost");
        });
    }
    next();
  }

  function isWritten() {
    var written = form() && form().dataset.finished === undefined;
    return written && all(".bulk-fields :is(textarea, input:not([type=radio], [type=checkbox]), select)", panel()).some(
      function (field) {
        return field.value.trim() !== "" && !field.matches("[name=bulk-unit]");
      }
    );
  }

  function close() {
    dialog.close();
    panel().replaceChildren();
    remember();
    var board = document.getElementById("board");
    window.htmx.ajax("GET", board.getAttribute("hx-get"), { source: board, target: board, swap: "morph:outerHTML" });
    var first = boxes()[0];
    if (!chosen.size && first) goTo(first);
  }

  function leave() {
    var asks = find("[data-bulk-leave]", panel());
    if (running) {
      running.stop = true;
    } else if (asks && asks.hidden && isWritten()) {
      asks.hidden = false;
      find("[data-leave-no]", asks).focus();
    } else {
      close();
    }
  }

  document.addEventListener("click", function (event) {
    var pressed = function (selector) {
      return event.target.closest(selector);
    };
    if (bar) {
      onBoard(event);
      if (pressed("[data-pick-everything]")) setAll(true);
      if (pressed("[data-pick-none]")) setAll(false);
      if (event.target.matches("[data-fit]")) show();
      if (pressed("[data-bulk-csv]")) {
        event.preventDefault();
        window.location.assign(event.target.closest("button").formAction + "?" + new URLSearchParams(new FormData(bar)));
      }
    }
    if (pressed("[data-run-stop]") && running) running.stop = true;
    if (!dialog || !dialog.open) return;
    if (pressed("[data-leave-no]")) {
      pressed("[data-bulk-leave]").hidden = true;
      var field = find(".bulk-fields :is(textarea, input, select)", panel());
      if (field) field.focus();
    } else if (pressed("[data-leave-yes]")) {
      close();
    } else if (pressed("[data-bulk-close]")) {
      event.preventDefault();
      leave();
    }
  });
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener(
    "submit",
    function (event) {
      var button = event.submitter;
      if (event.target.id !== "bulk-form" || !button || !button.matches("[data-bulk-do]")) return;
      event.preventDefault();
      event.stopPropagation();
      if (!running) run(event.target, button);
    },
    true
  );
  window.addEventListener("beforeunload", function (event) {
    if (running) event.preventDefault();
  });

  /* After the answer of a server: what was wrong is app.js's; else to what was asked for. */
  document.addEventListener("htmx:afterSettle", function (event) {
    if (!event.detail.target || event.detail.target.id !== "bulk-panel") return;
    if (dialog && !dialog.open) {
      dialog.showModal();
      document.getElementById("bulk-title").focus();
    }
    var wrong = find('[aria-invalid="true"], .alert-danger', panel());
    var seen = document.getElementById("bulk-preview-title");
    if (seen && !wrong) {
      seen.focus({ preventScroll: true });
      seen.scrollIntoView({ block: "start" });
    } else if (wrong && !wrong.matches("[aria-invalid]")) {
      wrong.scrollIntoView({ block: "nearest", behavior: "instant" });
    }
  });

  if (!bar) return;
  find("[data-pick-everything]", bar).hidden = find("[data-pick-none]", bar).hidden = false;
  /* The browser may bring back what was chosen before one left the page. */
  boxes().forEach(function (box) {
    if (box.checked) chosen.add(referenceOf(box));
  });
  remember();
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", function (event) {
    var box = boxOf(event.target);
    if (box && referenceOf(box) !== current) comeTo(box);
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target && event.detail.target.id === "board") remember();
  });
  /* The form goes back to the Board as it is narrowed now, which may have changed since the page was drawn. */
  bar.addEventListener("htmx:configRequest", function (event) {
    event.detail.parameters.back = window.location.search;
  });
  dialog.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    leave();
  });
  dialog.addEventListener("cancel", function (event) {
    event.preventDefault();
    leave();
  });
})();
