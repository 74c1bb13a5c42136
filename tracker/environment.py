"""Reads the environment for the settings, and refuses what cannot be meant.

Every reader names its variable, so that a malformed value stops the start with one line that says which
variable it is and what is wanted. An empty variable counts as not set. What is read, and its defaults, stand
in `settings.py`; this module only knows the shapes.
"""

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

import environ  # type: ignore[import-untyped]

EXIT_CODE = 2
"""What the process ends with when the environment cannot be used."""

TRUE_WORDS = frozenset({"1", "true", "yes", "on", "y", "t"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", "n", "f"})
DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z")
HOST = re.compile(r"(\*|\[[0-9a-fA-F:.]+\]|\.?[\w-]+(\.[\w-]+)*\.?)\Z")
PRINTED_ASCII = re.compile(r"[!-~]+\Z")
MAILBOX = re.compile(r"(?:[^<>@\r\n]*<)?[^<>@\s]+@[^<>@\s]+>?\Z")


def stop(reason: str) -> NoReturn:
    """Say in one line why Kept cannot start, and end the process with `EXIT_CODE`."""
    sys.stderr.write(f"Kept cannot start: {' '.join(reason.split())}\n")
    sys.stderr.flush()
    raise SystemExit(EXIT_CODE)


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The variables of one process, read by shape."""

    values: Mapping[str, str]

    def has(self, name: str) -> bool:
        """Tell whether the variable is set to anything but an empty value."""
        return bool(self.values.get(name, "").strip())

    def text(self, name: str, *, default: str = "") -> str:
        """Return the variable without surrounding blanks."""
        return self.values.get(name, "").strip() or default

    def needed(self, name: str, *, because: str) -> str:
        """Return a variable that must be set; stop the start when it is not."""
        if not self.has(name):
            stop(f"{name} is not set, and {because}.")
        return self.text(name)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a yes or no."""
        word = self.text(name).lower()
        if not word:
            return default
        if word not in TRUE_WORDS | FALSE_WORDS:
            stop(f"{name} is {word!r}; wanted is true or false.")
        return word in TRUE_WORDS

    def number(self, name: str, *, default: int, low: int, high: int) -> int:
        """Return a whole number from low to high."""
        word = self.text(name)
        if not word:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", word) or not low <= int(word) <= high:
            stop(f"{name} is {word!r}; wanted is a whole number from {low} to {high}.")
        return int(word)

    def choice(self, name: str, *, default: str, of: Sequence[str]) -> str:
        """Return one of some words; case does not matter."""
        word = self.text(name, default=default)
        for known in of:
            if word.lower() == known.lower():
                return known
        stop(f"{name} is {word!r}; wanted is one of {', '.join(item for item in of if item)}.")

    def words(self, name: str, *, default: Sequence[str] = ()) -> list[str]:
        """Return the parts of a comma-separated value."""
        parts = [part.strip() for part in self.text(name).split(",") if part.strip()]
        return parts or list(default)

    def hosts(self, name: str, *, default: Sequence[str]) -> list[str]:
        """Return host names and addresses as Django's ALLOWED_HOSTS takes them."""
        found = self.words(name, default=default)
        for word in found:
            if not HOST.match(word):
                stop(f"{name} holds {word!r}; wanted are host names without scheme and port, separated by commas.")
        return found

    def domains(self, name: str) -> list[str]:
        """Return comma-separated domain names in small letters."""
        found = [word.lower() for word in self.words(name)]
        for word in found:
            if not DOMAIN.match(word):
                stop(f"{name} holds {word!r}; wanted are domains such as example.com, separated by commas.")
        return found

    def domain(self, name: str) -> str:
        """Return one domain name, or an empty text."""
        found = self.domains(name)
        if len(found) > 1:
            stop(f"{name} holds {len(found)} domains; wanted is one.")
        return found[0] if found else ""

    def mailbox(self, name: str, *, default: str) -> str:
        """Return an address with or without a name before it."""
        value = self.values.get(name, "").strip() or default
        if not MAILBOX.match(value) or value.count("<") != value.count(">"):
            stop(f"{name} is {value!r}; wanted is an address such as Kept <kept@example.com>.")
        return value

    def url(self, name: str, *, schemes: Sequence[str], default: str = "") -> SplitResult:
        """Return a URL of one of the schemes; its secrets are never shown."""
        value = self.text(name, default=default)
        wanted = ", ".join(f"{scheme}://" for scheme in schemes)
        try:
            parts = urlsplit(value)
            port = parts.port
        except ValueError:
            stop(f"{name} cannot be read as a URL; wanted is one that begins with {wanted}.")
        if port == 0:
            stop(f"{name} has the port 0; wanted is a port from 1 to 65535.")
        if parts.scheme not in schemes:
            begin = f"begins with {parts.scheme}://" if parts.scheme else "has no scheme"
            stop(f"{name} {begin}; wanted is one that begins with {wanted}.")
        return parts

    def origin(self, name: str, *, default: str = "") -> SplitResult:
        """Return a URL of http or https that is a scheme and a host and nothing more."""
        parts = self.url(name, schemes=("https", "http"), default=default)
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            stop(f"{name} is more or less than a scheme and a host, as in https://kept.example.com.")
        return parts

    def web_address(self, name: str) -> str:
        """Return an address of http or https that can be asked for as it stands, or an empty text."""
        if not self.has(name):
            return ""
        parts = self.url(name, schemes=("https", "http"))
        if not parts.hostname or not PRINTED_ASCII.match(self.text(name)):
            stop(f"{name} is no address of a page; wanted is one such as https://watchman.example.com/ping/1.")
        if "@" in parts.netloc:
            stop(f"{name} holds a name or a password before its host; wanted is an address without.")
        return self.text(name)

    def database(self, name: str) -> dict[str, Any]:
        """Return Django's settings for the PostgreSQL database that a URL names."""
        parts = self.url(name, schemes=("postgres", "postgresql"))
        if not parts.path.strip("/"):
            stop(f"{name} names no database; wanted is postgresql://user:password@host:5432/name.")
        found = dict(environ.Env.db_url_config(self.text(name)))
        found["OPTIONS"] = {"connect_timeout": 5} | found.get("OPTIONS", {})
        return found

    def broker(self, name: str) -> str:
        """Return a Redis URL in the form that Celery reads; a Unix socket may be unix:// or redis+socket://."""
        parts = self.url(name, schemes=("redis", "rediss", "unix", "redis+socket"))
        if parts.scheme in {"unix", "redis+socket"}:
            if not parts.path.strip("/"):
                stop(f"{name} names no socket; wanted is unix:///path/to/redis.sock.")
            return f"redis+socket://{parts.path}" + (f"?{parts.query}" if parts.query else "")
        if not parts.hostname or not re.fullmatch(r"/?\d*", parts.path):
            stop(f"{name} is not of the form {parts.scheme}://user:password@host:port/number.")
        return self.text(name)

    def beginning(self, prefix: str) -> dict[str, str]:
        """Return the variables whose names begin with a prefix, without it."""
        return {
            name.removeprefix(prefix): value.strip()
            for name, value in self.values.items()
            if name.startswith(prefix) and value.strip()
        }


def of_this_process() -> Environment:
    """Return the environment of this process."""
    return Environment(values=dict(os.environ))


@dataclass(frozen=True, kw_only=True)
class Smtp:
    """How mail leaves when a URL names the server."""

    backend: str
    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool


SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465, "smtp+ssl": 465}
"""smtp+tls begins in the clear and changes over (STARTTLS); smtps and smtp+ssl speak TLS from the first byte."""


def smtp(environment: Environment, name: str) -> Smtp:
    """Return what a mail server's URL says."""
    parts = environment.url(name, schemes=tuple(SMTP_PORTS))
    if not parts.hostname or parts.path.strip("/") or parts.query:
        stop(f"{name} is not of the form {parts.scheme}://user:password@host:port.")
    return Smtp(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or SMTP_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+tls",
        tls=parts.scheme in {"smtps", "smtp+ssl"},
    )


def provider_options(environment: Environment, *, prefix: str) -> dict[str, Any]:
    """Return a mail provider's options: true and false, lists and objects are read as JSON, the rest as text."""
    options: dict[str, Any] = {}
    for name, value in environment.beginning(prefix).items():
        options[name] = value
        if value.lower() in {"true", "false"}:
            options[name] = value.lower() == "true"
        elif value[0] in "[{":
            try:
                options[name] = json.loads(value)
            except ValueError:
                stop(f"{prefix}{name} begins like JSON and is not.")
    return options
