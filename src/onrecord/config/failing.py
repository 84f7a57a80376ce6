# SPDX-License-Identifier: Apache-2.0
"""The page for what nobody foresaw. It needs no database and no template: these may be what fails."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from onrecord.config.troubles import told

FOR_STAFF = ("/desk/", "/accounts/")
"""Where it is said what fails: readers can do nothing about it."""


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something failed and, to staff, what it is and what to do, if that is known."""
    error = sys.exc_info()[1]
    sentence = told(error) if error is not None and request.path.startswith(FOR_STAFF) else ""
    page = format_html(
        '<!doctype html><html lang="{}" dir="{}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><title>{}</title>'
        '<main><h1>{}</h1><p lang="en" dir="ltr">{}</p><p>{}</p></main></html>',
        get_language() or "en",
        "rtl" if get_language_bidi() else "ltr",
        _("This did not work"),
        _("This did not work"),
        sentence,
        _("What failed is in the log of the program. Go back, and try again in a few minutes."),
    )
    return HttpResponse(page, status=503 if sentence else 500)
