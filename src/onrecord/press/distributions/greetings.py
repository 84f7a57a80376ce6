# SPDX-License-Identifier: Apache-2.0
"""How journalists are addressed: a template with a closed set of fields, or the greeting that they have."""

from __future__ import annotations

import re

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.press.errors import BadEntry
from onrecord.press.models import Journalist

FIELDS = ("name", "first_name", "family_name", "outlet")
_FIELD = re.compile(r"\{([^{}]*)\}")
LONGEST = 200


def usual(language: str) -> str:
    """Return how people are addressed in a language unless somebody writes otherwise."""
    with translation.override(language):
        return _("Dear {name},")


def checked(template: str) -> str:
    """Return a template that can be filled. Raises BadEntry for a field that there is not."""
    template = " ".join(template.split())
    for field in _FIELD.findall(template):
        if field not in FIELDS:
            raise BadEntry(
                _("There is no field {%(field)s}. Use: %(known)s.")
                % {"field": field[:40], "known": ", ".join(f"{{{one}}}" for one in FIELDS)}
            )
    if "{" in _FIELD.sub("", template) or "}" in _FIELD.sub("", template) or len(template) > LONGEST:
        raise BadEntry(_("“%(text)s” is no greeting. Write it as “Dear {name},”.") % {"text": template[:60]})
    return template


def asks_for_outlet(template: str) -> bool:
    """Tell whether roles have to be read to fill it."""
    return "{outlet}" in template


def greeting(template: str, row: Journalist, language: str) -> str:
    """Return the first line of a mail. A greeting that the journalist has counts before the template."""
    if row.greeting:
        own = row.greeting.strip().rstrip(",،:!")
        with translation.override(language):
            return _("%(greeting)s,") % {"greeting": own}
    first, _space, family = row.name.strip().rpartition(" ")
    values = {"name": row.name, "first_name": first or family, "family_name": family, "outlet": ""}
    if asks_for_outlet(template):
        values["outlet"] = next((role.outlet.name for role in row.roles.all() if role.until is None), "")
    return " ".join(_FIELD.sub(lambda field: values[field[1]], template).split())
