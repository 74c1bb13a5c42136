"""Somebody who works by keyboard alone: presses keys, types, and looks where the keyboard is. Nothing else."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from playwright.sync_api import Page

PATIENCE = 40
"""Seconds that a busy machine may take."""
TRAPPED = 9
"""So often Tab may stay in one element: a field for a date and a time has up to eight places of its own."""

FOCUS = """() => {
  const at = document.activeElement;
  const own = at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.getAttribute("title");
  const name = (own || at.innerText || at.value || "").replace(/\\s+/g, " ").trim();
  if (at === document.body) return { name: "", id: "", row: "", html: "", value: "", trouble: "", is_body: true };
  const left = (box) => Math.max(box.left, 0), right = (box) => Math.min(box.right, innerWidth);
  const top = (box) => Math.max(box.top, 0), bottom = (box) => Math.min(box.bottom, innerHeight);
  const boxes = [...at.getClientRects()];
  const box = boxes.find((box) => right(box) - left(box) >= 1 && bottom(box) - top(box) >= 1);
  let trouble = "";
  if (!box) {
    trouble = "is out of sight";
  } else {
    const hit = document.elementFromPoint((left(box) + right(box)) / 2, (top(box) + bottom(box)) / 2);
    const label = hit?.closest("label");
    if (!hit || !(at.contains(hit) || hit.contains(at) || label?.control === at)) {
      trouble = `is covered by ${hit?.outerHTML.slice(0, 120)}`;
    }
    const around = [at, at.parentElement, at.closest("[data-row]"), at.closest("label")];
    const shows = around.filter(Boolean).map(getComputedStyle).some((style) => (
      (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none"
    ));
    if (!trouble && !shows && !at.matches("main, h1, h2, dialog, iframe")) {
      trouble = "does not show that it has the keyboard";
    }
  }
  return {
    name, id: at.id, trouble, is_body: false, value: at.value ?? "",
    row: at.closest("[data-row]")?.id || at.closest("tr[id]")?.id || "", html: at.outerHTML.slice(0, 120),
  };
}"""


class Hands:
    """Two hands on a keyboard, and eyes that find the focus."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press one key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        """Type words where the keyboard is."""
        self.page.keyboard.type(words)

    def focus(self) -> dict[str, Any]:
        """Read where the keyboard is; `trouble` says why that could not be seen."""
        found: dict[str, Any] = self.page.evaluate(FOCUS)
        return found

    def sees(self, is_there: Callable[[dict[str, Any]], bool], wanted: str) -> dict[str, Any]:
        """Wait until the keyboard is where it is wanted, in sight."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = self.focus()
            if is_there(found) and not found["trouble"]:
                return found
            time.sleep(0.05)
        raise AssertionError(f"{wanted}: the keyboard is at {found}")

    def is_at(self, name: str) -> dict[str, Any]:
        """Wait until the keyboard has come to what is called so."""
        return self.sees(lambda found: found["name"].startswith(name), name)

    def is_in_row(self, row: str) -> dict[str, Any]:
        """Wait until the keyboard is in a row, by its id."""
        return self.sees(lambda found: found["row"] == row, row)

    def tab(self, key: str = "Tab") -> dict[str, Any]:
        """Press Tab once; what it comes to has to be seen."""
        self.press(key)
        found = self.focus()
        return self.sees(lambda _: True, key) if found["trouble"] else found

    def tab_to(self, name: str, *, most: int = 12, key: str = "Tab", row: str = "") -> dict[str, Any]:
        """Press Tab until the keyboard is at what is called so, `most` times at most."""
        passed = []
        for _ in range(most):
            found = self.tab(key)
            if found["name"].startswith(name) and found["row"].endswith(row):
                return found
            passed.append(found["name"][:30] or found["html"] if not found["is_body"] else "the page")
        raise AssertionError(f"{name} was not reached in {most} presses: {passed}")

    def to_row(self, row: str, *, most: int = 12) -> None:
        """Press arrows until the keyboard is in a row, by its id."""
        self.press("Home")
        for _ in range(most):
            if self.focus()["row"] == row:
                self.is_in_row(row)
                return
            self.press("ArrowDown")
        raise AssertionError(f"{row} was not reached in {most} presses")

    def tab_to_rows(self, *, most: int = 12) -> None:
        """Press Tab until the keyboard is in a row of a list."""
        for _ in range(most):
            if self.tab()["row"]:
                return
        raise AssertionError(f"no row was reached in {most} presses; now at {self.focus()}")

    def type_time(self, at: datetime) -> None:
        """Type a date and a time into the field for both that has the keyboard."""
        self.type(f"{at:%m%d%Y}")
        self.press("Tab")
        self.type(f"{at:%I%M%p}")
        assert self.focus()["value"] == f"{at:%Y-%m-%dT%H:%M}"

    def walks_around(self, *, most: int = 300) -> tuple[list[str], list[str]]:
        """Press Tab from where the keyboard is once around the page; give what it came to, and what was wrong there.

        Nothing may hold the keyboard or hide it.
        """
        self.press("Tab")
        first = self.focus()
        passed, wrong, stays = [first], [], 1
        while len(passed) < most:
            self.press("Tab")
            found = self._settled()
            stays = stays + 1 if found["html"] == passed[-1]["html"] else 1
            if (found["id"], found["html"]) == (first["id"], first["html"]):
                return [one["name"] for one in passed], wrong
            if stays == TRAPPED:
                wrong.append(f"Tab does not leave {found['html']}")
                return [one["name"] for one in passed], wrong
            if found["trouble"]:
                wrong.append(f"{found['html']} {found['trouble']}")
            passed.append(found)
        return [one["name"] for one in passed], [*wrong, f"{most} presses do not lead around the page"]

    def _settled(self) -> dict[str, Any]:
        """Read where the keyboard is, once the page has scrolled there."""
        until = time.monotonic() + PATIENCE / 2
        while (found := self.focus())["trouble"] and time.monotonic() < until:
            time.sleep(0.05)
        return found
