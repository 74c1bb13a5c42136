"""Draw the time lines on the pages in docs/clocks, from the domain's own results: `python -m scripts.draw_time_lines`.

Time runs downwards; closed hours are drawn shorter than they are. A test draws them again and compares.
"""

import textwrap
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from html import escape
from itertools import groupby, pairwise
from pathlib import Path

from commitments.domain.business_time import open_spans
from scripts.clock_examples import EXAMPLES
from scripts.clock_stories import LISBON, OFFICE, Line, Mark, Story

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "clocks"
WIDTH = 560
TIME_X, RAIL_X, LANES_X, LANE_WIDTH = 16, 84, 108, 20
LETTER = 8.2
"""How wide a letter is at most, on average, whatever the font."""
LINE, ROW_GAP, MARGIN = 20, 10, 16
PIXELS_AN_HOUR = 18
LONGEST_GAP = 64

STYLE = """
    svg { --paper: #ffffff; --ink: #1c2733; --quiet: #5b6875; --rule: #c9d1d9; --open: #e3e9ef;
          --due: #1a66c2; --word: #0b7a6f; --bad: #c22f2f; --ladder: #8a5a00; --wait: #6b3fa0;
          font: 15px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
    @media (prefers-color-scheme: dark) {
      svg { --paper: #161b22; --ink: #e6edf3; --quiet: #9aa7b4; --rule: #3d4650; --open: #2a323c;
            --due: #6cb0ff; --word: #4fd1c0; --bad: #ff8a80; --ladder: #f0b849; --wait: #c4a1ff; } }
    .paper { fill: var(--paper); stroke: var(--rule); }
    text { fill: var(--ink); } .quiet { fill: var(--quiet); } .day { font-weight: 600; }
    .rail { stroke: var(--rule); stroke-dasharray: 2 4; } .open { fill: var(--open); }
    .due { fill: var(--due); } .word { fill: var(--word); } .bad { fill: var(--bad); }
    .ladder { fill: var(--ladder); } .wait { fill: var(--wait); }
    .mark { fill: var(--ink); stroke: var(--paper); stroke-width: 1.5; }
    .ring { fill: var(--paper); stroke: var(--ink); stroke-width: 2.5; }
    .flap { fill: none; stroke: var(--paper); }
"""
MARKS: Mapping[Mark, tuple[str, str]] = {
    Mark.PERSON: ("one of us acts", '<circle class="mark" cx="{x}" cy="{y}" r="6"/>'),
    Mark.CUSTOMER: ("the customer acts", '<circle class="ring" cx="{x}" cy="{y}" r="5"/>'),
    Mark.MAIL: (
        "mail to the customer",
        '<rect class="mark" x="{left}" y="{top}" width="16" height="12"/>'
        '<path class="flap" d="M{left} {top} L{x} {y} L{right} {top}"/>',
    ),
    Mark.STAFF: ("staff are told", '<path class="mark" d="M{x} {above} L{right} {below} L{left} {below} Z"/>'),
    Mark.CLOCK: ("a clock runs out", '<path class="mark" d="M{x} {above} L{right} {y} L{x} {below} L{left} {y} Z"/>'),
}


class Drawing:
    """One story on paper: where each instant lies, and everything that is drawn there."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.text_x = LANES_X + LANE_WIDTH * len(story.lanes) + 10
        self.rows: list[tuple[float, Line, list[str]]] = []
        self.days: list[tuple[float, datetime]] = []
        self.scale: list[tuple[datetime, float]] = []
        self._place()

    def svg(self) -> str:
        """Give the whole picture."""
        legend = list(self._legend())
        height = self.bottom + LINE * len(legend) + MARGIN
        body = [*self._rail(), *self._bars(), *self._rows()]
        for number, drawn in enumerate(legend):
            body.append(drawn.replace("{dy}", _number(self.bottom + LINE * number + 6)))
        told = " ".join(f"{_stamp(line.at)}: {line.text}" for _, line, _ in self.rows)
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_number(height)}" width="{WIDTH}" '
                f'role="img" aria-labelledby="title story">',
                f'  <title id="title">{escape(self.story.title)}</title>',
                f'  <desc id="story">{escape(told)}</desc>',
                f"  <style>{STYLE}  </style>",
                f'  <rect class="paper" x="0.5" y="0.5" width="{WIDTH - 1}" height="{_number(height - 1)}" rx="8"/>',
                *(f"  {element}" for element in body),
                "</svg>",
                "",
            ]
        )

    def y(self, instant: datetime) -> float:
        """Give how far down an instant lies: between the lines around it, in proportion."""
        if instant <= self.scale[0][0]:
            return self.scale[0][1]
        for (start, above), (end, below) in pairwise(self.scale):
            if start <= instant <= end:
                return above + (below - above) * ((instant - start) / (end - start))
        return self.scale[-1][1]

    def _place(self) -> None:
        """Put the lines one below the other, further apart where more time passes between them."""
        y, before = float(MARGIN), None
        lines = sorted(self.story.lines, key=lambda line: line.at)
        for instant, together in groupby(lines, key=lambda line: line.at):
            local = instant.astimezone(LISBON)
            if before is None or before.astimezone(LISBON).date() != local.date():
                y += 0 if before is None else LINE
                self.days.append((y + LINE, instant))
                y += LINE * 1.5
            elif before is not None:
                hours = (instant - before) / timedelta(hours=1)
                y += min(LONGEST_GAP, hours * PIXELS_AN_HOUR)
            for number, line in enumerate(together):
                said = _wrap(line.text, at_most=int((WIDTH - MARGIN - self.text_x) / LETTER))
                if number == 0:
                    self.scale.append((instant, y + LINE / 2))
                self.rows.append((y, line, said))
                y += LINE * len(said) + ROW_GAP
            before = instant
        self.bottom = y + ROW_GAP

    def _rail(self) -> Iterator[str]:
        (first, top), (last, bottom) = self.scale[0], self.scale[-1]
        yield f'<path class="rail" d="M{RAIL_X} {_number(top)} V{_number(bottom)}"/>'
        for start, end in open_spans(first, last, calendar=OFFICE):
            above, below = self.y(start), self.y(end)
            yield (
                f'<rect class="open" x="{RAIL_X - 5}" y="{_number(above)}" width="10" '
                f'height="{_number(below - above)}" rx="3"/>'
            )

    def _bars(self) -> Iterator[str]:
        for bar in self.story.bars():
            above, below = self.y(bar.start), self.y(bar.end)
            yield (
                f'<rect class="{self.story.lanes[bar.lane].colour}" x="{LANES_X + LANE_WIDTH * bar.lane}" '
                f'y="{_number(above)}" width="12" height="{_number(max(below - above - 2, 3))}" rx="3"/>'
            )

    def _rows(self) -> Iterator[str]:
        for y, instant in self.days:
            local = instant.astimezone(LISBON)
            yield f'<text class="day" x="{self.text_x}" y="{_number(y)}">{local:%A} {local.day} {local:%B}</text>'
        before = None
        for y, line, said in self.rows:
            base = y + LINE * 0.75
            if line.at != before:
                yield f'<text class="quiet" x="{TIME_X}" y="{_number(base)}">{line.at.astimezone(LISBON):%H:%M}</text>'
            before = line.at
            yield _mark(line.mark, RAIL_X, y + LINE / 2)
            for number, words in enumerate(said):
                yield f'<text x="{self.text_x}" y="{_number(base + LINE * number)}">{escape(words)}</text>'

    def _legend(self) -> Iterator[str]:
        """Say what the marks and bars are, two to a line; `{dy}` stands for where the line goes."""
        used = {line.mark for line in self.story.lines}
        entries = [(_mark(mark, 8, -5), MARKS[mark][0]) for mark in Mark if mark in used]
        entries += [
            (f'<rect class="{lane.colour}" x="2" y="-12" width="12" height="14" rx="3"/>', lane.name)
            for lane in self.story.lanes
        ]
        entries.append(('<rect class="open" x="3" y="-12" width="10" height="14" rx="3"/>', "open hours"))
        for number in range(0, len(entries), 2):
            drawn = "".join(
                f'<g transform="translate({TIME_X + 250 * column} 0)">{picture}'
                f'<text class="quiet" x="24" y="0">{escape(name)}</text></g>'
                for column, (picture, name) in enumerate(entries[number : number + 2])
            )
            yield f'<g transform="translate(0 {{dy}})">{drawn}</g>'


def _wrap(text: str, *, at_most: int) -> list[str]:
    """Cut a text into as few lines as it needs, of about the same length: no word stands alone."""
    lines = len(textwrap.wrap(text, at_most))
    width = next(width for width in range(len(text) // lines, at_most + 1) if len(textwrap.wrap(text, width)) <= lines)
    return textwrap.wrap(text, width)


def _mark(mark: Mark, x: float, y: float) -> str:
    size = 8 if mark is Mark.MAIL else 7
    half = 6 if mark is Mark.MAIL else size
    places = {
        "x": x,
        "y": y,
        "left": x - size,
        "right": x + size,
        "top": y - half,
        "above": y - size,
        "below": y + size,
    }
    return MARKS[mark][1].format(**{name: _number(value) for name, value in places.items()})


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _stamp(instant: datetime) -> str:
    return f"{instant.astimezone(LISBON):%a %H:%M}"


def draw_all() -> dict[str, str]:
    """Draw every example; give the pictures by the names of their files."""
    return {f"{name}.svg": Drawing(example()).svg() for name, example in EXAMPLES.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, picture in draw_all().items():
        (FOLDER / name).write_text(picture)
