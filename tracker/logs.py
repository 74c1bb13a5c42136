"""How log lines look: one line of JSON each in production, readable ones where a person watches.

No line holds a token of a customer's link: whoever reads logs could answer in their name.
"""

import logging.config
import re
from typing import Any

import structlog
from structlog.typing import Processor

LINK_PATH = re.compile(r"(/(?:p|unsubscribe)/)[^/\s\"'?#]+")
TOKEN = re.compile(r"(?<![a-z0-9])[a-z2-7]{32}(?![a-z0-9])", re.IGNORECASE)
STAFF_TOKEN = re.compile(r"\b([a-z0-9]{1,8})\.[a-z2-7]{16}@", re.IGNORECASE)
CUT = "[cut]"


def without_tokens(line: str) -> str:
    """Cut out what would let a reader of logs open a customer's page, answer as them, or speak as a colleague."""
    line = TOKEN.sub(CUT, LINK_PATH.sub(rf"\1{CUT}", line))
    return STAFF_TOKEN.sub(rf"\1.{CUT}@", line)


class Lines(structlog.stdlib.ProcessorFormatter):
    """Writes log lines, whoever logs them, without customers' tokens."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one line (with its traceback, if it has one)."""
        return without_tokens(super().format(record))


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_settings(*, level: str, style: str) -> dict[str, Any]:
    """Return Django's LOGGING and tell structlog to write through it; style is `json` or `text`."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED[:3],
            *SHARED[4:],
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    # Plain tracebacks: the rich ones print local variables, and with them what customers wrote.
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if style == "json":
        last += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        last += [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": Lines,
                "foreign_pre_chain": SHARED,
                "processors": last,
            }
        },
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["lines"], "level": level},
        "loggers": {
            "django": {"level": level, "handlers": [], "propagate": True},
            "django.server": {"level": level, "handlers": [], "propagate": True},
            # A worker's every task at INFO would bury what matters: two sweeps every five seconds.
            "celery.worker.strategy": {"level": "WARNING" if level == "INFO" else level},
            "celery.app.trace": {"level": "WARNING" if level == "INFO" else level},
        },
    }


def apply(settings: dict[str, Any]) -> None:
    """Set logging up in a process that Django does not set up itself."""
    logging.config.dictConfig(settings)
