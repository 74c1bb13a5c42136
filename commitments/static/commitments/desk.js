/*
 * The Desk by keyboard: one row is where the keyboard is, one key does one act on it. What an act is, its words and its
 * form stand in the page (#acts) and come from the server; here is only what happens between a press and its post.
 * Every act has a button as well, and every page works without this file.
 */
(function () {
  "use strict";
  var keys = window.keptKeys;
  var held = window.keptHeld;
  var drafts = window.keptDrafts;
  if (!held) return;
  var order = [];
  var current = "";
  var hadFocus = false;
  var seenAt = null;
  var formOf = null;

  function byId(id) {
    return document.getElementById(id);
  }
  function rows() {
    return Array.prototype.slice.call(document.querySelectorAll("#promises [data-row]"));
  }
  function linkOf(row) {
    return row.querySelector(".row-words");
  }
  function rowWithFocus() {
    return document.activeElement && document.activeElement.closest("#promises [data-row]");
  }
  /* Where a row stands in the window: null where not at all, or within so much of its upper or lower end. */
  function placeOf(row, above, below) {
    var box = linkOf(row).getBoundingClientRect();
    return box.bottom > above && box.top < window.innerHeight - below ? box.top : null;
  }
  function say(words) {
    document.querySelector("#held [role=status]").textContent = words;
  }

  /* The row with the keyboard: the only one that Tab comes to; arrows lead to the others. */
  function rove() {
    var all = rows();
    var there = all.find(function (row) { return row.id === current; }) || all[0];
    current = there ? there.id : "";
    all.forEach(function (row) {
      row.querySelectorAll("a, button, summary, textarea, input:not([type=hidden])").forEach(function (control) {
        if (row === there) control.removeAttribute("tabindex");
        else control.setAttribute("tabindex", "-1");
      });
      row.querySelectorAll("[data-press]").forEach(function (button) {
        if (button.dataset.press !== ".") button.setAttribute("aria-keyshortcuts", button.dataset.press);
        if (button.dataset.press === ".") button.setAttribute("aria-haspopup", "dialog");
      });
    });
    show();
  }
  function focusRow(row) {
    if (!row) return;
    current = row.id;
    rove();
    linkOf(row).focus();
  }

  document.addEventListener("focusin", function (event) {
    var row = event.target.closest("#promises [data-row]");
    hadFocus = Boolean(row);
    if (row && row.id !== current) {
      current = row.id;
      rove();
    }
  });

  /*
   * A refresh: the same row keeps the keyboard; the next one gets it where the row has gone. Rows that have come above
   * do not push it out of sight; whoever has scrolled it away themselves is left where they are.
   */
  document.addEventListener("htmx:beforeSwap", function () {
    var row = rowWithFocus();
    order = rows().map(function (row) { return row.id; });
    seenAt = row ? placeOf(row, 0, 0) : null;
  });
  document.addEventListener("htmx:afterSwap", settle);
  document.addEventListener("htmx:afterSettle", settle);
  function settle() {
    var lost = document.activeElement === document.body || document.activeElement === byId("main");
    if (!byId(current)) {
      var from = order.indexOf(current);
      var after = order.slice(from + 1).concat(order.slice(0, Math.max(from, 0)).reverse());
      current = after.find(function (id) { return byId(id); }) || "";
    }
    rove();
    if (hadFocus && lost && byId(current)) linkOf(byId(current)).focus();
    var row = rowWithFocus();
    if (seenAt === null || !row || placeOf(row, 0, 0) === seenAt) return;
    /* The margins to which a row is scrolled: the top bar's, and that of what waits at the foot (desk.css). */
    if (placeOf(row, 80, 112) === null) row.scrollIntoView({ block: "nearest", behavior: "instant" });
  }
  document.addEventListener("kept:focus-lost", function () {
    var row = byId(current) || rows()[0];
    if (row) focusRow(row);
  });

  /* What waits is shown in its row; only the server's answer takes it off. */
  function show() {
    var waiting = {};
    held.all().forEach(function (entry) { waiting[entry.reference] = entry.state; });
    var words = byId("acts").querySelector(".acts-list").dataset;
    rows().forEach(function (row) {
      var state = waiting[row.dataset.row];
      if (state && row.dataset.held !== state) {
        row.dataset.held = state;
        row.dataset.says = words[state === "signed-out" ? "signedOut" : state];
      }
      if (!state && row.hasAttribute("data-held")) {
        row.removeAttribute("data-held");
        row.removeAttribute("data-says");
      }
    });
  }
  document.addEventListener("kept:held", show);
  ["stored", "refused"].forEach(function (name) {
    document.addEventListener("kept:" + name, function (event) {
      var list = byId("promises");
      /* The next act may come before the list is back: it follows on this one. */
      rows().forEach(function (row) {
        if (name === "stored" && row.dataset.row === event.detail.reference) row.dataset.version = event.detail.version;
      });
      if (list) window.htmx.trigger(list, "kept-refresh");
    });
  });

  /* What a key means on a row: its button among all that can be done. */
  function actOf(row, key, way) {
    if (row.dataset.can.indexOf(key) < 0) return null;
    var found = Array.prototype.filter.call(byId("acts").querySelectorAll('[data-key="' + key + '"]'), function (button) {
      var data = button.dataset;
      if ("way" in data) return data.way === (way || row.dataset.way) && (data.way === "told" || "mails" in row.dataset);
      if (key === "c") return ("line" in data) === ("line" in row.dataset);
      if (key === "u") return ("ended" in data) === ("ended" in row.dataset);
      return true;
    });
    return found[0] ? found[0].dataset : null;
  }
  function nameOf(row) {
    var customer = row.querySelector(".row-customer");
    if (!customer) return row.dataset.row;
    var name = customer.textContent.trim();
    /* A name that is written the other way round turns nothing around it. */
    return row.dataset.row + " · \u2068" + (name.length > 40 ? name.slice(0, 39) + "…" : name) + "\u2069";
  }
  function entryOf(row, act, body) {
    var page = linkOf(row).getAttribute("href");
    return {
      reference: row.dataset.row, path: act.path, url: "/desk/" + row.dataset.row + "/acts/" + act.path + "/",
      body: body, version: row.dataset.version, versionField: act.name + "-version",
      words: nameOf(row) + ": " + act.words, page: page, row: row.id,
    };
  }

  function press(row, key, way) {
    if (key === ".") return openMenu(row);
    var act = actOf(row, key, way);
    if (!act) return say(byId("acts").querySelector("[data-cannot]").dataset.cannot);
    if (key === "k" || key === "c" || (key === "n" && !("needsSentence" in row.dataset))) {
      held.hold(entryOf(row, act, act.body || ""));
    } else if (key === "t" && row.dataset.thanks) {
      held.hold(entryOf(row, act, "thanks-message=" + encodeURIComponent(row.dataset.thanks)));
    } else {
      return openForm(row, act);
    }
    linkOf(row).focus();
  }

  document.addEventListener("keydown", function (event) {
    var row = event.target.closest && event.target.closest("#promises [data-row]");
    if (!row || keys.isTyping(event.target) || document.querySelector("dialog[open]")) return;
    var plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    var all = rows();
    var at = all.indexOf(row);
    var to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (plain && to !== undefined) {
      event.preventDefault();
      focusRow(all[Math.min(Math.max(to, 0), all.length - 1)]);
      return;
    }
    var key = keys.letterOf(event);
    if (!key || event.shiftKey || !keys.areOn()) return;
    if (key === "z" && held.undoLatest(row.dataset.row)) event.preventDefault();
    else if (key === "z" && held.undoLatest("")) event.preventDefault();
    if ("kcanumht.".indexOf(key) < 0) return;
    event.preventDefault();
    if (!event.repeat) press(row, key);
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("#promises [data-press]");
    if (!button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    press(button.closest("[data-row]"), button.dataset.press, button.dataset.way);
  });

  /* All that can be done to a row, for whoever has no keyboard. */
  function openMenu(row) {
    var menu = byId("acts");
    menu.dataset.row = row.id;
    byId("acts-title").textContent = nameOf(row);
    var call = menu.querySelector(".acts-call");
    call.hidden = !row.dataset.tel;
    if (row.dataset.tel) {
      var number = row.querySelector(".call-number");
      call.querySelector("a").href = "tel:" + row.dataset.tel;
      call.querySelector("span").textContent = number ? number.textContent.trim() : row.dataset.tel;
    }
    menu.querySelectorAll("[data-key]").forEach(function (button) {
      button.parentElement.hidden = actOf(row, button.dataset.key, button.dataset.way) !== button.dataset;
      var isKeys = !("way" in button.dataset) || button.dataset.way === row.dataset.way;
      button.querySelector("kbd").hidden = !isKeys || !keys.areOn();
      if (isKeys && keys.areOn()) button.setAttribute("aria-keyshortcuts", button.dataset.key);
      else button.removeAttribute("aria-keyshortcuts");
    });
    menu.showModal();
  }
  function shut(dialog) {
    dialog.close();
  }
  document.addEventListener("click", function (event) {
    var dialog = event.target.closest("#act, #acts");
    if (!dialog) return;
    if (event.target === dialog || event.target.closest("[data-closes]")) return shut(dialog);
    var button = event.target.closest("#acts [data-key]");
    if (!button) return;
    var row = byId(dialog.dataset.row);
    shut(dialog);
    if (row) press(row, button.dataset.key, button.dataset.way);
  });
  byId("acts").addEventListener("keydown", function (event) {
    var buttons = Array.prototype.filter.call(byId("acts").querySelectorAll("[data-key]"), function (button) {
      return !button.parentElement.hidden;
    });
    var at = buttons.indexOf(document.activeElement);
    var to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      buttons[(to + buttons.length) % buttons.length].focus();
      return;
    }
    var key = keys.areOn() ? keys.letterOf(event) : "";
    var meant = buttons.find(function (button) {
      return button.dataset.key === key && !button.querySelector("kbd").hidden;
    });
    if (meant) {
      event.preventDefault();
      meant.click();
    }
  });

  /* A form in place: the promise page's own, judged at once, then it waits like every act. */
  function fill(piece) {
    byId("act-body").innerHTML = piece;
    window.htmx.process(byId("act-body"));
  }
  function openForm(row, act) {
    var dialog = byId("act");
    formOf = { row: row.id, act: act, entry: entryOf(row, act, "") };
    var url = formOf.entry.url + (act.asked ? "?" + act.asked : "");
    var wanted = formOf;
    fill('<p class="section-note act-head" id="act-title">' + dialog.dataset.wait + "</p>");
    dialog.showModal();
    fetch(url, { redirect: "manual" }).then(function (response) {
      if (!response.ok) throw new Error(response.type === "opaqueredirect" ? "signedOut" : "failed");
      return response.text();
    }).then(function (piece) {
      if (formOf !== wanted) return;
      fill(piece);
      var form = dialog.querySelector("form");
      drafts.restore(form);
      focusIn(form);
    }).catch(function (error) {
      if (formOf === wanted) complain(dialog.dataset[error.message] || dialog.dataset.noConnection);
    });
  }
  function focusIn(form) {
    var fields = form.querySelectorAll("textarea, select, input:not([type=hidden]):not([type=radio]):not([type=checkbox])");
    var shown = Array.prototype.find.call(fields, function (field) { return field.offsetParent; });
    var wrong = form.querySelector('[aria-invalid="true"], .is-wrong input, .is-wrong textarea');
    var at = wrong || shown || form.querySelector("button");
    if (at) at.focus();
  }
  function complain(words) {
    var place = byId("act-body").querySelector(".act-trouble");
    if (!place) {
      place = document.createElement("p");
      place.className = "field-wrong act-trouble";
      place.setAttribute("role", "alert");
      byId("act-body").prepend(place);
    }
    place.textContent = words;
  }
  /* A page that has refused an act shows it again with what was wrong and what was typed. */
  function look(entry) {
    var act = actFor(entry);
    formOf = { row: entry.row, act: act, entry: Object.assign({}, entry, { id: undefined }) };
    var show = function (piece) {
      held.drop(entry.id);
      fill(piece);
      byId("act").showModal();
      focusIn(byId("act").querySelector("form"));
    };
    if (entry.piece) return show(entry.piece);
    held.post(entry, { check: "1" }, false).then(function (answer) {
      if (answer.state === "refused" && answer.piece) show(answer.piece);
      else location.assign(entry.page);
    });
  }
  function actFor(entry) {
    return byId("acts").querySelector('[data-path="' + entry.path + '"]').dataset;
  }

  byId("act").addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || !form.dataset.draft || !formOf) return;
    event.preventDefault();
    event.stopPropagation();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    drafts.save(form);
    var typed = new FormData(form, event.submitter);
    typed.delete("csrfmiddlewaretoken");
    var wanted = formOf;
    var act = wanted.act;
    var version = typed.get(act.name + "-version");
    typed.delete(act.name + "-version");
    var entry = Object.assign({}, wanted.entry, {
      body: new URLSearchParams(typed).toString(), version: version, draft: form.dataset.draft, pressed: Date.now(),
    });
    delete entry.id;
    delete entry.state;
    delete entry.piece;
    delete entry.tried;
    delete entry.due;
    delete entry.tab;
    held.post(entry, { check: "1" }, false).then(function (answer) {
      form.removeAttribute("aria-busy");
      if (formOf !== wanted) return;
      var dialog = byId("act");
      if (answer.state === "refused" && answer.piece) {
        fill(answer.piece);
        drafts.save(dialog.querySelector("form"));
        focusIn(dialog.querySelector("form"));
      } else if (answer.state === "refused") {
        complain(answer.why);
      } else if (answer.state === "signed-out") {
        complain(dialog.dataset.signedOut);
      } else if (answer.state === "trouble") {
        complain(dialog.dataset.failed);
      } else {
        /* Fine; or no connection, where it is judged when it arrives. */
        shut(dialog);
        held.hold(entry);
      }
    });
  });
  byId("act").addEventListener("close", function () {
    formOf = null;
    byId("act-body").replaceChildren();
    var row = byId(current);
    if (row && !byId("held").contains(document.activeElement)) linkOf(row).focus();
  });

  window.keptDesk = { look: look };
  rove();
})();
