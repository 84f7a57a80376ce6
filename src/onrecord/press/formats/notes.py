# SPDX-License-Identifier: Apache-2.0
"""The note to desks (edNote): in capitals what it is, then what they have to know before they use it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from django.utils import translation
from django.utils.translation import pgettext

from onrecord.press.formats.items import Embargo, Item, Notice


def ed_note(item: Item) -> str:
    """Return the note in the language of the item; empty for a first version that is free to use."""
    with translation.override(item.language):
        return " ".join(filter(None, [_notice(item), _embargo(item)]))


def _notice(item: Item) -> str:
    if item.notice is Notice.NONE:
        return ""
    if item.notice is Notice.WITHDRAWAL:
        words = pgettext("note to desks", "WITHDRAWN: do not use. Reason: %(reason)s")
        return words % {"reason": _sentence(item.reason)}
    if item.notice is Notice.LIFTED:
        return pgettext("note to desks", "EMBARGO LIFTED: it may be used now.")
    if item.notice is Notice.HOLD:
        words = pgettext("note to desks", "HOLD: do not use until further notice. Reason: %(reason)s")
        return words % {"reason": _sentence(item.reason)}
    if item.notice is Notice.TEST:
        return pgettext("note to desks", "TEST: do not use.")
    opening = {
        Notice.CORRECTION: pgettext("note to desks", "CORRECTION: %(reason)s"),
        Notice.CLARIFICATION: pgettext("note to desks", "CLARIFICATION: %(reason)s"),
        Notice.UPDATE: pgettext("note to desks", "UPDATE: %(reason)s"),
    }[item.notice] % {"reason": _sentence(item.reason)}
    replaced = pgettext("note to desks", "Replaces version %(number)d.") % {"number": item.version - 1}
    return f"{opening} {replaced}".replace("  ", " ")


def _embargo(item: Item) -> str:
    if item.embargo is None:
        return ""
    parts = [pgettext("note to desks", "EMBARGOED until %(moment)s.") % {"moment": _moment(item)}]
    if item.embargo.terms:
        parts.append(_sentence(item.embargo.terms))
    phone = next((contact.phone for contact in item.contacts if contact.phone), "")
    if phone:
        parts.append(pgettext("note to desks", "Press contact: %(phone)s") % {"phone": phone})
    return " ".join(parts)


def _moment(item: Item) -> str:
    embargo = item.embargo
    assert embargo is not None  # noqa: S101 - asked by who knows
    in_utc = f"{_written(embargo.until, ZoneInfo('UTC'), item.language)} UTC"
    if embargo.zone == "UTC":
        return in_utc
    return f"{in_utc} ({_local(embargo, item.language)})"


def _local(embargo: Embargo, language: str) -> str:
    return f"{_written(embargo.until, ZoneInfo(embargo.zone), language)} {embargo.zone}"


def _written(moment: datetime, zone: ZoneInfo, language: str) -> str:
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return format_datetime(moment, "d MMM y HH:mm", tzinfo=zone, locale=locale)


def _sentence(text: str) -> str:
    """Return text that ends as a sentence does."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…。！？؟" else f"{text}."
