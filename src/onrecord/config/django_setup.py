# SPDX-License-Identifier: Apache-2.0
"""Loading Django, late: light commands and the serving of baked pages never do."""

from __future__ import annotations

import os


def load() -> None:
    """Load settings and apps. Calling it again costs nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onrecord.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
