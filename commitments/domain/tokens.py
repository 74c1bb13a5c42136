"""Tokens: what an address holds that opens one link, or is one promise's own. Pure; the secrets come from the caller.

A token is a number with a signature, each 16 small letters and digits: mail systems fold case, and people read them
out. The number says which link, the signature that we made it, and for which purpose: a token for one purpose opens
nothing for another. Whether a link still holds is not written in it but on its row.
"""

import base64
import enum
import hashlib
import hmac
import re
from collections.abc import Sequence

PART = 16
"""Characters of each half: 80 bits in base32."""
NUMBER_BYTES = 10
NUMBER = re.compile(rf"[a-z2-7]{{{PART}}}")


class Purpose(enum.StrEnum):
    """What a token is good for."""

    PAGE = "page"
    """To open a customer's page of a promise, and to answer there."""
    REPLY = "reply"
    """To answer a promise's mails."""
    UNSUBSCRIBE = "unsubscribe"
    """To ask for real news only."""
    STAFF = "staff"
    """To let a mail of a colleague's count as word on a promise."""


def number_from(random: bytes) -> str:
    """Write `NUMBER_BYTES` random bytes as a link's number."""
    return _letters(random)


def write_token(number: str, *, purpose: Purpose, secret: str) -> str:
    """Give the token of a link's number: 32 small letters and digits."""
    return number + _signature(number, purpose, secret)


def read_token(token: str, *, purpose: Purpose, secrets: Sequence[str]) -> str | None:
    """Give the number of a token that one of `secrets` has signed for this purpose, in any case; else nothing."""
    token = token.lower()
    number, signature = token[:PART], token[PART:]
    return number if NUMBER.fullmatch(number) and _is_signed(number, signature, purpose, secrets) else None


def write_staff_token(reference: str, *, secret: str) -> str:
    """Give the token of a promise, for colleagues: its reference in small letters, a point and 16 characters."""
    name = reference.lower()
    return f"{name}.{_signature(name, Purpose.STAFF, secret)}"


def read_staff_token(token: str, *, secrets: Sequence[str]) -> str | None:
    """Give the reference of a promise's token for colleagues, in any case; else nothing."""
    name, _, signature = token.lower().partition(".")
    return name.upper() if name and _is_signed(name, signature, Purpose.STAFF, secrets) else None


def _is_signed(text: str, signature: str, purpose: Purpose, secrets: Sequence[str]) -> bool:
    given = signature.encode()
    return any(hmac.compare_digest(_signature(text, purpose, secret).encode(), given) for secret in secrets)


def _signature(text: str, purpose: Purpose, secret: str) -> str:
    key = hashlib.sha256(f"kept.token.{purpose.value}:{secret}".encode()).digest()
    return _letters(hmac.digest(key, text.encode(), "sha256"))[:PART]


def _letters(data: bytes) -> str:
    return base64.b32encode(data).decode().lower()
