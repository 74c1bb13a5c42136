"""Addresses …"""

from collections import Counter

from django.urls import URLPattern, URLResolver, get_resolver


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> list[str]:
    """List the names under which addresses are written, those of an application after its own."""
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found += names(pattern.url_patterns, inner)
        elif pattern.name:
            found.append(prefix + pattern.name)
    return found


def test_have_a_name_each() -> None:
    ours = [name for name in names(get_resolver().url_patterns) if name.startswith(("commitments:", "notifications:"))]
    assert [name for name, count in Counter(ours).items() if count > 1] == []
