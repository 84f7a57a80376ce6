# SPDX-License-Identifier: Apache-2.0
"""The page for what nobody foresaw. It needs no database and no template: these may be what fails."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from onrecord.config.troubles import Trouble, recognised

FOR_STAFF = ("/desk/", "/accounts/")
"""Where it is said what fails: readers can do nothing about it."""
_WORDS = {
    Trouble.DISK_FULL: gettext_lazy(
        "The disk is full. Tell whoever looks after the machine; what you wrote last may not be saved."
    ),
    Trouble.NO_TABLES: gettext_lazy(
        "The database is not that of this version of the program. Tell whoever looks after the machine."
    ),
    Trouble.BUSY: gettext_lazy("The database was kept busy by others for too long."),
    Trouble.UNUSABLE: gettext_lazy("The database cannot be used. Tell whoever looks after the machine."),
    Trouble.NO_ANSWER: gettext_lazy("The database does not answer. Tell whoever looks after the machine."),
}
"""Without particulars, as where the database is and who asks it: nobody has signed in to read this."""


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something failed and, to staff, what it is, if that is known."""
    error = sys.exc_info()[1]
    trouble = recognised(error) if error is not None and request.path.startswith(FOR_STAFF) else None
    page = format_html(
        '<!doctype html><html lang="{}" dir="{}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><title>{}</title>'
        "<main><h1>{}</h1><p>{}</p><p>{}</p></main></html>",
        get_language() or "en",
        "rtl" if get_language_bidi() else "ltr",
        _("This did not work"),
        _("This did not work"),
        "" if trouble is None else _WORDS[trouble],
        _("What failed is in the log of the program. Go back, and try again in a few minutes."),
    )
    return HttpResponse(page, status=500 if trouble is None else 503)
