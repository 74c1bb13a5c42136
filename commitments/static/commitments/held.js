/*
 * Acts that wait before they go, so that they can be undone. They are kept in the browser's storage until the server
 * has answered: they outlive a reload and a lost connection, go at once when the page is left, and are stored once
 * (the server knows an act that it has stored already). Only the server's answer is ever shown as done.
 */
(function () {
  "use strict";
  var place = document.getElementById("held");
  if (!place) return;
  var list = place.querySelector("ul");
  var status = place.querySelector('[role="status"]');
  var said = place.dataset;
  var KEY = "kept-held-" + said.user;
  var WAIT = Number(said.seconds) * 1000;
  var RETRY = 5000;
  var ORPHANED = 15000;
  var DONE_SHOWN = 8000;
  var tab = tabsName();
  var memory = [];
  var done = [];
  var timer = null;

  function tabsName() {
    var name = "tab-" + Date.now() + "-" + Math.random();
    try {
      name = sessionStorage.getItem("kept-tab") || name;
      sessionStorage.setItem("kept-tab", name);
    } catch (error) { /* Then a reload makes a new one. */ }
    return name;
  }
  function all() {
    try { return JSON.parse(localStorage.getItem(KEY)) || []; } catch (error) { return memory; }
  }
  function store(entries) {
    memory = entries;
    try {
      if (entries.length) localStorage.setItem(KEY, JSON.stringify(entries));
      else localStorage.removeItem(KEY);
    } catch (error) { /* They are held for as long as the page is there. */ }
  }
  function mine() {
    return all().filter(function (entry) { return entry.tab === tab; });
  }
  function find(id) {
    return all().find(function (entry) { return entry.id === id; });
  }
  function change(id, values) {
    store(all().map(function (entry) { return entry.id === id ? Object.assign(entry, values) : entry; }));
  }
  function drop(id) {
    store(all().filter(function (entry) { return entry.id !== id; }));
  }
  function tell(name, detail) {
    document.dispatchEvent(new CustomEvent("kept:" + name, { detail: detail }));
  }
  function say(words) {
    status.textContent = words;
  }

  /* One after the other on one promise: what was pressed first is stored first. */
  function isBehind(entry) {
    var waits = { waiting: 1, sending: 1, offline: 1, trouble: 1, "signed-out": 1 };
    var entries = all();
    var at = entries.findIndex(function (other) { return other.id === entry.id; });
    return entries.slice(0, at).some(function (other) {
      return other.reference === entry.reference && waits[other.state];
    });
  }

  function token() {
    var field = document.querySelector('[name="csrfmiddlewaretoken"]');
    return field ? field.value : "";
  }
  /* Post an act's form. Resolves to {state, ...}; never rejects. */
  function post(entry, more, isLeaving) {
    if (navigator.onLine === false) return Promise.resolve({ state: "offline" });
    var body = new URLSearchParams(entry.body);
    if (entry.version) body.set(entry.versionField, entry.version);
    Object.keys(more).forEach(function (name) { body.set(name, more[name]); });
    return fetch(entry.url, {
      method: "POST", body: body, headers: { "X-CSRFToken": token() }, redirect: "manual", keepalive: isLeaving,
    }).then(function (response) {
      if (response.status === 204) return { state: "fine" };
      if (response.status === 200) {
        return response.json().then(function (answer) { return Object.assign({ state: "done" }, answer); });
      }
      if (response.status === 422) {
        return response.text().then(function (piece) { return { state: "refused", piece: piece }; });
      }
      if (response.status === 404) return { state: "refused", why: said.gone };
      if (response.status === 400) return { state: "refused", why: said.unreadable };
      if (response.type === "opaqueredirect" || response.status === 403) return { state: "signed-out" };
      return { state: "trouble" };
    }).catch(function () {
      return { state: "offline" };
    });
  }

  function send(id, isLeaving) {
    var entry = find(id);
    if (!entry || entry.state === "sending" || entry.state === "refused" || isBehind(entry)) return Promise.resolve();
    if (navigator.onLine === false) {
      change(id, { state: "offline", due: Date.now() + RETRY });
      return Promise.resolve(draw());
    }
    change(id, { state: "sending", tried: true, due: Date.now() + ORPHANED });
    draw();
    var waited = Math.max(0, Math.floor((Date.now() - entry.pressed) / 1000));
    return post(entry, { waited: waited }, isLeaving).then(function (answer) { take(id, answer); });
  }

  function take(id, answer) {
    var entry = find(id);
    if (!entry) return;
    if (answer.state === "done") {
      drop(id);
      all().forEach(function (other) {
        if (other.reference === entry.reference && other.version) change(other.id, { version: answer.version });
      });
      done.push({ id: id, words: answer.said, until: Date.now() + DONE_SHOWN });
      if (entry.draft && window.keptDrafts) window.keptDrafts.clear(entry.draft);
      say(answer.said);
      tell("stored", Object.assign({}, entry, { version: answer.version }));
    } else if (answer.state === "refused") {
      change(id, { state: "refused", piece: answer.piece || "", why: answer.why || sentenceIn(answer.piece) });
      say(entry.words + ". " + said.refused);
      tell("refused", find(id));
    } else {
      change(id, { state: answer.state, due: Date.now() + RETRY });
      say(entry.words + ". " + said[answer.state === "signed-out" ? "signedOut" : answer.state]);
    }
    draw();
    next();
  }

  /* The first sentence that says what was wrong. */
  function sentenceIn(piece) {
    var parts = new DOMParser().parseFromString(piece || "", "text/html");
    var wrong = parts.querySelector('[role="alert"] p, .field-wrong p, [role="alert"]');
    return wrong ? wrong.textContent.trim() : "";
  }

  function next() {
    var now = Date.now();
    mine().forEach(function (entry) {
      if (entry.state !== "refused" && entry.due <= now) {
        if (entry.state === "sending") change(entry.id, { state: "offline" });
        send(entry.id, false);
      }
    });
    done = done.filter(function (note) { return note.until > now; });
    draw();
    var isIdle = !done.length && !mine().some(function (entry) { return entry.state !== "refused"; });
    if (isIdle && timer) timer = clearInterval(timer);
    if (!isIdle && !timer) timer = setInterval(next, 250);
  }

  /* What another tab left unsent when it went is taken up here. */
  function adopt() {
    var now = Date.now();
    store(all().map(function (entry) {
      return entry.due + ORPHANED < now && entry.state !== "refused" ? Object.assign(entry, { tab: tab }) : entry;
    }));
    next();
  }

  function hold(act) {
    var now = Date.now();
    var isThere = mine().some(function (entry) {
      return entry.reference === act.reference && entry.path === act.path && entry.state !== "refused";
    });
    if (isThere && !act.again) return;
    var entries = all().filter(function (entry) {
      return !(entry.reference === act.reference && entry.path === act.path && entry.state === "refused");
    });
    entries.forEach(function (entry) {
      if (entry.reference === act.reference && entry.state === "waiting") entry.due = now;
    });
    entries.push(Object.assign({
      id: now + "-" + Math.random(), tab: tab, state: "waiting", tried: false, pressed: now, due: now + WAIT,
    }, act));
    store(entries);
    say(act.words + ". " + said.waits.replace("{n}", said.seconds));
    next();
  }

  function undo(id) {
    var entry = find(id);
    if (!entry || entry.state === "sending" || entry.state === "refused") return false;
    drop(id);
    say(entry.words + ". " + (entry.tried ? said.undoneLate : said.undone));
    tell("undone", entry);
    next();
    return true;
  }
  /* Undo the latest act that still waits: of one promise, or of all. */
  function undoLatest(reference) {
    var waiting = mine().filter(function (entry) {
      return (!reference || entry.reference === reference) && entry.state !== "sending" && entry.state !== "refused";
    });
    return waiting.length ? undo(waiting[waiting.length - 1].id) : false;
  }

  function wordsOf(entry) {
    var left = Math.max(1, Math.ceil((entry.due - Date.now()) / 1000));
    if (entry.state === "waiting") return said.waits.replace("{n}", left);
    if (entry.state === "refused") return said.refused + " " + (entry.why || "");
    return said[entry.state === "signed-out" ? "signedOut" : entry.state];
  }

  /* Draw what is there, touching only what has changed: a button that has the focus keeps it. */
  function draw() {
    var shown = mine();
    var ids = shown.concat(done).map(function (entry) { return entry.id; });
    Array.prototype.slice.call(list.children).forEach(function (item) {
      if (ids.indexOf(item.dataset.id) < 0) remove(item);
    });
    shown.forEach(function (entry) { drawOne(entry, entry.words, wordsOf(entry)); });
    done.forEach(function (note) { drawOne(Object.assign({ state: "done" }, note), note.words, ""); });
    place.classList.toggle("is-empty", !ids.length);
    tell("held", shown);
  }
  function drawOne(entry, words, state) {
    var item = Array.prototype.find.call(list.children, function (one) { return one.dataset.id === entry.id; });
    if (!item) {
      item = document.getElementById("held-act").content.firstElementChild.cloneNode(true);
      item.dataset.id = entry.id;
      list.append(item);
    }
    set(item.querySelector(".held-words"), words);
    set(item.querySelector(".held-state"), state);
    if (item.dataset.state === entry.state) return;
    item.dataset.state = entry.state;
    item.querySelector("[data-undo]").hidden = !/^(waiting|offline|trouble|signed-out)$/.test(entry.state);
    item.querySelector("[data-look]").hidden = entry.state !== "refused";
    item.querySelector("[data-look]").href = entry.page || "#";
    item.querySelector("[data-leave]").hidden = entry.state !== "refused";
    item.querySelector("[data-sign-in]").hidden = entry.state !== "signed-out";
  }
  function set(element, words) {
    if (element.textContent !== words) element.textContent = words;
  }
  function remove(item) {
    var hadFocus = item.contains(document.activeElement);
    item.remove();
    if (hadFocus) tell("focus-lost", {});
  }

  list.addEventListener("click", function (event) {
    var item = event.target.closest("[data-id]");
    var entry = item && find(item.dataset.id);
    if (!entry) return;
    if (event.target.closest("[data-undo]")) undo(entry.id);
    if (event.target.closest("[data-leave]")) {
      drop(entry.id);
      next();
    }
    if (event.target.closest("[data-look]") && window.keptDesk && document.getElementById("act")) {
      event.preventDefault();
      window.keptDesk.look(entry);
    }
  });
  document.addEventListener("keydown", function (event) {
    if (document.querySelector("dialog[open]") || window.keptKeys.isTyping(event.target)) return;
    var isCtrlZ = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
    var isHere = place.contains(event.target) && window.keptKeys.areOn() && window.keptKeys.letterOf(event) === "z";
    if ((isCtrlZ || isHere) && undoLatest("")) event.preventDefault();
  });

  /* Send everything that waits, now. */
  function flush(isLeaving) {
    var before = mine().length;
    return Promise.all(mine().map(function (entry) { return send(entry.id, isLeaving); })).then(function () {
      var left = mine().filter(function (entry) { return entry.state !== "refused"; });
      /* What came second on a promise goes once the first is stored. */
      return left.length && left.length < before ? flush(isLeaving) : left;
    });
  }
  window.addEventListener("pagehide", function () { flush(true); });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) flush(true);
  });
  window.addEventListener("online", function () {
    mine().forEach(function (entry) {
      if (entry.state === "offline") change(entry.id, { due: 0 });
    });
    next();
  });
  /* The next page shows what was done on this one: what waits goes first, for a moment at most. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || link.hasAttribute("data-press") || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (link.origin !== location.origin || link.target || link.hasAttribute("download") || !mine().length) return;
    if (link.pathname === location.pathname && link.hash) return;
    event.preventDefault();
    var away = function () { location.assign(link.href); };
    var late = setTimeout(away, 1500);
    flush(false).then(function () {
      clearTimeout(late);
      away();
    });
  });
  /* Signing out would cut the acts off: they go first, or it waits. What is half typed goes with the person. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-signs-out")) return;
    if (!mine().some(function (entry) { return entry.state !== "refused"; })) {
      if (window.keptDrafts) window.keptDrafts.clearAll();
      return;
    }
    event.preventDefault();
    flush(false).then(function (left) {
      form.removeAttribute("aria-busy");
      if (left.length) {
        place.querySelector("button:not([hidden])").focus();
        return;
      }
      if (window.keptDrafts) window.keptDrafts.clearAll();
      form.submit();
    });
  });

  window.keptHeld = { hold: hold, undoLatest: undoLatest, post: post, all: mine, drop: function (id) { drop(id); next(); } };

  /* After a reload: what was on its way when the page went may have arrived; asking again tells. */
  mine().forEach(function (entry) {
    if (entry.state !== "refused") change(entry.id, { state: "offline", due: 0 });
  });
  window.addEventListener("storage", function (event) {
    if (event.key === KEY) next();
  });
  setInterval(adopt, ORPHANED);
  adopt();
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) adopt();
  });
})();
