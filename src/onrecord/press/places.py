# SPDX-License-Identifier: Apache-2.0
"""Countries and languages as the desk offers them."""

from __future__ import annotations

from functools import cache

from babel import Locale, UnknownLocaleError
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

from onrecord.press.errors import BadEntry
from onrecord.statements.pages.languages import own_name


@cache
def countries(language: str) -> dict[str, str]:
    """Return the names of all countries (ISO 3166-1 alpha-2) in a language, in order of the names."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    named = {
        code: str(name)
        for code, name in locale.territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }
    return dict(sorted(named.items(), key=lambda one: one[1].casefold()))


@cache
def languages() -> dict[str, str]:
    """Return languages by code, each named in itself, in order of the names."""
    codes = {code.lower() for code, info in LANG_INFO.items() if "name_local" in info}
    named = {code: own_name(code) for code in codes}
    return dict(sorted(named.items(), key=lambda one: one[1].casefold()))


def checked_country(value: str) -> str:
    """Return a code as it is kept, from a code or an English name; nothing for nothing. Raises BadEntry."""
    value = value.strip()
    if not value or value.upper() in countries("en"):
        return value.upper()
    for code, name in countries("en").items():
        if name.casefold() == value.casefold():
            return code
    raise BadEntry(
        _("“%(value)s” is no country. Write two letters, as BE, or an English name.") % {"value": value[:60]}
    )


def checked_language(value: str) -> str:
    """Return a code as it is kept. Raises BadEntry."""
    code = value.strip().lower().replace("_", "-")
    for name in (code, code.partition("-")[0]):
        if name in languages():
            return name
    raise BadEntry(_("“%(value)s” is no language. Write a code, as fr.") % {"value": value[:60]})


_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
