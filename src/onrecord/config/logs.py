# SPDX-License-Identifier: Apache-2.0
"""What is logged and how: one line for each event on standard error, never with a secret in it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from onrecord.config.environment import MASK, Environment


class OneLine(logging.Formatter):
    """Write `time level logger message` on one line; line breaks of tracebacks become `\\n`."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(process)d %(name)s %(message)s")
        self.secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return text.replace("\r", "\\r").replace("\n", "\\n")


def is_no_mere_later(record: logging.LogRecord) -> bool:
    """Tell whether a record is more than an answer of 503: come again later, which is no error."""
    return getattr(record, "status_code", None) != 503


def _no_mere_later() -> Callable[[logging.LogRecord], bool]:
    return is_no_mere_later


def configuration(environment: Environment, *, secrets: tuple[str, ...]) -> dict[str, Any]:
    """Return the logging configuration in the form of `logging.config.dictConfig`."""
    level = environment.log_level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"one_line": {"()": OneLine, "secrets": secrets}},
        "filters": {"no_mere_later": {"()": _no_mere_later}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "one_line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django adds handlers of its own, which would write a second time or send mail.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"filters": ["no_mere_later"]},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            "django.db.backends": {"level": "INFO"},
            # Every kick of the worker would be a line.
            "django_tasks": {"level": "WARNING"},
            "django_tasks_db": {"level": "WARNING"},
            "PIL": {"level": "INFO"},
            # Each way of recognising a bounce, and each command of each conversation, would be a line.
            "flufl.bounce": {"level": "CRITICAL"},
            "mail.log": {"level": "WARNING"},
        },
    }
