"""Phrases as agents type them, and the due time of each."""

import pytest

from tests.commitments.domain.phrases.said import due

TYPED = [
    ("call back tomorrow 3pm", "2026-11-19 15:00"),
    ("by Friday noon", "2026-11-20 12:00"),
    ("in 2 hours", "2026-11-18 12:20"),
    ("next Tuesday", "2026-11-24"),
    ("end of day", "2026-11-18 17:00"),
    ("within 48 hours", "2026-11-20 10:20"),
    ("first thing Monday", "2026-11-23 09:00"),
    ("tomorrow", "2026-11-19"),
    ("tomorrow morning", "2026-11-19 09:00"),
    ("this afternoon", "2026-11-18 15:00"),
    ("by 5pm", "2026-11-18 17:00"),
    ("at 9am", "2026-11-19 09:00"),
    ("today 16:30", "2026-11-18 16:30"),
    ("Friday", "2026-11-20"),
    ("on Friday at 2pm", "2026-11-20 14:00"),
    ("next week", "?"),
    ("in half an hour", "2026-11-18 10:50"),
    ("in 90 minutes", "2026-11-18 11:50"),
    ("in an hour", "2026-11-18 11:20"),
    ("in 3 days", "2026-11-21"),
    ("25 November", "2026-11-25"),
    ("25/11 10am", "2026-11-25 10:00"),
    ("Nov 25 at 10:00", "2026-11-25 10:00"),
    ("2026-11-25 14:00", "2026-11-25 14:00"),
    ("by close of business tomorrow", "2026-11-19 17:00"),
    ("EOD Friday", "2026-11-20 17:00"),
    ("end of the week", "2026-11-20 17:00"),
    ("tonight", "2026-11-18 20:00"),
    ("Monday morning", "2026-11-23 09:00"),
    ("in two working days", "2026-11-20"),
    ("send quote by Thu 4pm", "2026-11-19 16:00"),
    ("ring Mrs May on Friday", "2026-11-20"),
    ("refund 3 items by noon tomorrow", "2026-11-19 12:00"),
    ("45 mins", "2026-11-18 11:05"),
    ("2h", "2026-11-18 12:20"),
    ("the day after tomorrow", "2026-11-20"),
    ("a week from today", "2026-11-25"),
    ("lunchtime", "2026-11-18 12:00"),
]


@pytest.mark.parametrize(("text", "expected"), TYPED)
def test_reads_what_agents_type(text: str, expected: str) -> None:
    assert due(text) == expected
