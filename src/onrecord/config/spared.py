# SPDX-License-Identifier: Apache-2.0
"""Packages that nothing here needs and that another package would load in case somebody did."""

from __future__ import annotations

import sys
from importlib import import_module

OPTIONAL = ("django.contrib.postgres.fields", "requests", "pygments", "yaml")
"""What Django REST framework, below Wagtail, loads if it is installed, and does without if not: drivers of
PostgreSQL also on SQLite, and clients, colours and a format that no answer of ours uses. Nine MiB at rest."""


def load_rest_framework() -> None:
    """Load it without what it only loads if it is there. Whoever needs that later gets it as usual.

    Called once settings are configured, before anything else loads Django REST framework.
    """
    if "rest_framework.compat" in sys.modules:
        return
    absent = [name for name in OPTIONAL if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: "there is no such module"
    try:
        import_module("rest_framework.compat")
    finally:
        for name in absent:
            del sys.modules[name]
