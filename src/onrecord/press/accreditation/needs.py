# SPDX-License-Identifier: Apache-2.0
"""How the desk's recent activity tells of accreditation. What waits, moderation says: it is in its queue."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from onrecord.desk.panels import Sentence
from onrecord.journal.events import Event
from onrecord.press.accreditation import events

SENTENCES: Mapping[type[Event], Sentence] = {
    events.AccreditationSubmitted: lambda entry: _("asks for accreditation"),
    events.AccreditationGranted: lambda entry: _("accredited somebody"),
    events.AccreditedExported: lambda entry: _("took the list of the accredited away as a file"),
}
