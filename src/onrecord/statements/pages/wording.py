# SPDX-License-Identifier: Apache-2.0
"""Sentences with something in them, said in one place so that every page says the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.translation import ngettext

from onrecord.statements.models import Kind
from onrecord.statements.pages.catalogue import gettext as _
from onrecord.statements.pages.words import Words

_KINDS = {kind.value: kind for kind in Kind}
_NOT_DIALLED = re.compile(r"[^0-9+*#,;]+")


def kind(value: str) -> str:
    """Return the name of a kind of statement."""
    return str(_KINDS[value].label) if value in _KINDS else value


def change(op: str, change_kind: str, date: str) -> str:
    """Say what an edition did, and on which date: Corrected on 24 November 2026."""
    name = op if op in {"withdraw", "publish", "translate"} else change_kind
    return _CHANGES.get(name, _CHANGES["update"])() % {"date": date}


def deed(op: str, change_kind: str) -> str:
    """Say what an edition did, without its date."""
    name = op if op in {"withdraw", "publish", "translate"} else change_kind
    return _DEEDS.get(name, _DEEDS["update"])()


def mark(op: str) -> str:
    """Return the word that lists put beside a title, or nothing."""
    return {"withdraw": _("Withdrawn"), "correct": _("Corrected")}.get(op, "")


def published(words: Words, moment: datetime) -> str:
    """Say when a statement was first published."""
    return _("Published %(moment)s") % {"moment": words.moment(moment)}


def edition(number: str) -> str:
    """Return the name of an edition: Edition 2."""
    return _("Edition %(number)s") % {"number": number}


def edition_of(words: Words, number: int, moment: datetime) -> str:
    """Say which edition this is and when it was published."""
    return _("Edition %(number)s: %(moment)s") % {
        "number": words.plain_number(number),
        "moment": words.moment(moment),
    }


def you_read(number: str) -> str:
    """Say which old edition this is."""
    return _("You are reading edition %(number)s.") % {"number": number}


def what_changed_in(number: str) -> str:
    """Return the heading of a comparison."""
    return _("What changed in edition %(number)s") % {"number": number}


def on_record(index: str) -> str:
    """Say that an edition is in the log, and where."""
    return _("On record: entry %(index)s") % {"index": index}


def entered(words: Words, number: int, index: int, name: str, moment: datetime) -> str:
    """Say what the log holds."""
    return _(
        "This is edition %(number)s, published by %(name)s on %(moment)s. "
        "It is signed and stands in the public log as entry %(index)s."
    ) % {
        "number": words.plain_number(number),
        "name": name,
        "moment": words.moment(moment),
        "index": words.plain_number(index),
    }


def sealed_until(words: Words, moment: datetime) -> str:
    """Say until when nobody may know what an entry holds."""
    return _("to be opened by %(moment)s") % {"moment": words.moment(moment)}


def erased_by(words: Words, index: int) -> str:
    """Say which entry tells why another was erased."""
    return _("entry %(index)s says why") % {"index": words.plain_number(index)}


def timestamped(words: Words, size: int, moment: datetime, authority: str) -> str:
    """Say who confirmed when that the log had so many entries."""
    return _("%(authority)s confirmed the log of %(size)s entries on %(moment)s.") % {
        "authority": urlsplit(authority).hostname or authority,
        "size": words.number(size),
        "moment": words.moment(moment),
    }


def counted(words: Words, removed: int, added: int) -> str:
    """Say how many words changed."""
    if not removed and not added:
        return _("The words are the same.")
    return _("%(removed)s, %(added)s.") % {
        "removed": ngettext("%(count)s word removed", "%(count)s words removed", removed)
        % {"count": words.number(removed)},
        "added": ngettext("%(count)s word added", "%(count)s words added", added)
        % {"count": words.number(added)},
    }


def unchanged(words: Words, count: int) -> str:
    """Say how many passages in a row stayed as they were."""
    return ngettext("%(count)s unchanged passage", "%(count)s unchanged passages", count) % {
        "count": words.number(count)
    }


def statements_of(name: str) -> str:
    """Return the heading of the front page, for those who hear it."""
    return _("Statements of %(name)s") % {"name": name}


def blank(name: str) -> str:
    """Say what a newsroom will hold before anything is in it."""
    return _("Here %(name)s will publish its statements: signed, dated, and for good.") % {"name": name}


def page_number(number: str) -> str:
    """Return the name of a numbered page."""
    return _("Page %(number)s") % {"number": number}


def portrait_of(name: str) -> str:
    """Return the alternative text of a portrait."""
    return _("Portrait of %(name)s") % {"name": name}


def dialled(phone: str) -> str:
    """Return a phone number as a telephone dials it (RFC 3966)."""
    return _NOT_DIALLED.sub("", phone)


_CHANGES: dict[str, Callable[[], str]] = {
    "publish": lambda: _("Published on %(date)s"),
    "translate": lambda: _("Translation published on %(date)s"),
    "minor": lambda: _("Minor change on %(date)s"),
    "update": lambda: _("Updated on %(date)s"),
    "correction": lambda: _("Corrected on %(date)s"),
    "clarification": lambda: _("Clarified on %(date)s"),
    "withdraw": lambda: _("Withdrawn on %(date)s"),
}

_DEEDS: dict[str, Callable[[], str]] = {
    "publish": lambda: _("Published"),
    "translate": lambda: _("Translation"),
    "minor": lambda: _("Minor change"),
    "update": lambda: _("Update"),
    "correction": lambda: _("Correction"),
    "clarification": lambda: _("Clarification"),
    "withdraw": lambda: _("Withdrawal"),
}
