# SPDX-License-Identifier: Apache-2.0
"""Loading Django, late: light commands and the serving of baked pages never do."""

from __future__ import annotations

import os


def load() -> None:
    """Load settings and apps. Calling it again costs nothing.

    Raises HomeError when a newer version wrote the data directory: this one would not know what it changes.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onrecord.config.settings")
    import django
    from django.apps import apps
    from django.conf import settings

    from onrecord.config import spared
    from onrecord.config.home import refuse_newer

    if not apps.ready:
        refuse_newer(settings.HOME)
        spared.load_rest_framework()
        django.setup()
