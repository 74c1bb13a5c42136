"""Marks in a text what was looked for."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commitments.domain.finding import marked as pieces_of
from commitments.selectors.questions import Question

register = template.Library()


@register.simple_tag
def marked(text: Any, question: Question, at_most: int = 0) -> SafeString:
    """Write a text with `<mark>` around what was looked for; `at_most` characters of a long one, from where it is."""
    pieces = pieces_of(str(text), words=tuple(question.words), at_most=at_most)
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", piece.text) if piece.is_found else piece.text,) for piece in pieces)
    )


@register.filter
def fits(text: Any, question: Question) -> bool:
    """Tell whether a text holds anything of what was looked for."""
    return any(piece.is_found for piece in pieces_of(str(text), words=tuple(question.words)))
