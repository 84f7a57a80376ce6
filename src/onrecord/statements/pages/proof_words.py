# SPDX-License-Identifier: Apache-2.0
"""What pages say about the log, its witnesses and keys, in sentences that hold something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils.translation import ngettext

from onrecord.proof.register import ACTIVE, COMPROMISED, ListedKey
from onrecord.record.models import Witness
from onrecord.record.openings import Account
from onrecord.record.witnesses.standing import Standing, State
from onrecord.record.witnesses.wording import answer_of, told
from onrecord.statements.pages import wording
from onrecord.statements.pages.bundles import NewestRegister
from onrecord.statements.pages.catalogue import gettext as _
from onrecord.statements.pages.witnessing import SeenBy
from onrecord.statements.pages.words import Words

AT_ONCE = timedelta(minutes=10)
CLOCKS = timedelta(minutes=5)
"""By how much honest clocks may differ."""


def heading(words: Words, number: int) -> str:
    """Return the heading of the page about a proof."""
    return _("What proves edition %(number)s") % {"number": words.plain_number(number)}


def place(words: Words, index: int, size: int) -> str:
    """Say where in the log an entry stands."""
    return _("Entry %(index)s, counted from 0, of %(size)s when this page was made") % {
        "index": words.plain_number(index),
        "size": words.plain_number(size),
    }


def climbs(words: Words, hashes: int) -> str:
    """Say how many steps lead from the leaf to the root."""
    return ngettext(
        "The entry is in the log: %(count)s hash leads from it to the root of the checkpoint.",
        "The entry is in the log: %(count)s hashes lead from it to the root of the checkpoint.",
        hashes,
    ) % {"count": words.number(hashes)}


def witnesses(standing: Standing) -> str:
    """Say how far others have confirmed that everybody is shown the same log."""
    if standing.state is State.WITNESSED:
        explained = _("They confirm that everybody is shown the same log.")
    else:
        explained = _("So far nobody outside confirms that everybody is shown the same log.")
    return f"{told(standing)} {explained}"


def witness(words: Words, found: Witness) -> str:
    """Say how one witness stands: what it answered last, and when it last confirmed how much."""
    if not found.cosigned_size or found.cosigned_at is None:
        return answer_of(found)
    return _("%(answer)s; last confirmed %(size)s entries on %(moment)s") % {
        "answer": answer_of(found),
        "size": words.number(found.cosigned_size),
        "moment": words.moment(found.cosigned_at),
    }


def sealed(words: Words, moment: datetime, first: SeenBy | None) -> str:
    """Say that an edition was committed to before its release, and what the date of that rests on."""
    told = _("It was sealed on %(moment)s and opened with its release: in between not a word was changed.")
    return f"{told % {'moment': words.moment(moment)}} {dated(words, moment, first)}"


def dated(words: Words, issued: datetime, first: SeenBy | None) -> str:
    """Say what the date rests on: the newsroom's word, or that of a witness soon after (or not)."""
    if first is None:
        return _("The date and time rest on the newsroom’s word alone: no witness has seen this entry yet.")
    moment = datetime.fromtimestamp(first.time, UTC)
    told = {"witness": first.name, "moment": words.moment(moment)}
    if moment < issued - CLOCKS:
        return (
            _(
                "The witness %(witness)s saw this entry on %(moment)s, before the time that the statement"
                " gives: that time is too late, or a clock is wrong."
            )
            % told
        )
    if moment <= issued + AT_ONCE:
        return (
            _("The witness %(witness)s saw this entry on %(moment)s, within minutes of the time it gives.")
            % told
        )
    return (
        _(
            "The witness %(witness)s saw this entry first on %(moment)s, well after the time it gives. For"
            " the time in between there is only the newsroom’s word: it could have been dated back."
        )
        % told
    )


def register(words: Words, found: NewestRegister | None) -> str:
    """Say what the register of keys rests on."""
    if found is None:
        return _("There is no register of keys yet: the keys are as this site gives them.")
    number = {"number": words.plain_number(found.read.edition.number)}
    if found.read.self_declared:
        return (
            _(
                "Register %(number)s is self-declared: no root keys kept elsewhere have signed it, so it"
                " rests on the log key alone."
            )
            % number
        )
    if found.note is None:
        return (
            _("Register %(number)s names root keys that are kept elsewhere, but too few have signed it yet.")
            % number
        )
    return _(
        "Register %(number)s is signed by root keys that are kept elsewhere: %(threshold)s of %(count)s must"
        " sign."
    ) % {
        **number,
        "threshold": words.number(found.read.threshold),
        "count": words.number(len(found.read.roots)),
    }


def key_listed(words: Words, entry: ListedKey | None) -> str:
    """Say what the register says of a key."""
    if entry is None:
        return ""
    first = words.plain_number(entry.from_index)
    if entry.to_index is None:
        return _("in use since entry %(first)s") % {"first": first}
    told = {"first": first, "last": words.plain_number(entry.to_index)}
    if entry.state == COMPROMISED:
        return _("stolen; counts from entry %(first)s to %(last)s") % told
    if entry.state == ACTIVE:
        return _("counts from entry %(first)s to %(last)s") % told
    return _("retired; counts from entry %(first)s to %(last)s") % told


def role(entry: ListedKey) -> str:
    """Say what a key is for."""
    if entry.role == "release":
        return _("Release key: signs each edition")
    if entry.role == "log":
        return _("Log key: signs checkpoints")
    return _("Key of a witness")


def entry(words: Words, state: str, op: str, detail: str) -> str:
    """Say what a leaf is: of which kind its edition is, or that nobody may know."""
    if state == "sealed":
        return _("Sealed")
    if state == "erased":
        return _("Erased")
    if op == "register":
        return _("Register of keys %(number)s") % {"number": words.plain_number(int(detail))}
    own = {
        "erase": _("Erasure, with its reason"),
        "policy": _("Policy"),
        "decisions": _("Decisions of moderation, each only as a hash"),
    }
    return own.get(op) or wording.deed(op, detail)


def accounted(words: Words, account: Account) -> str:
    """Say what became of all leaves."""
    return _(
        "Of %(leaves)s entries %(open)s are open, %(sealed)s are sealed until a date, %(erased)s were erased"
        " by a later entry that says why."
    ) % {
        "leaves": words.number(account.leaves),
        "open": words.number(account.open),
        "sealed": words.number(account.sealed),
        "erased": words.number(account.erased),
    }


def late(words: Words, account: Account) -> str:
    """Say that a seal was not lifted in time, if so: somebody may have committed to two things at once."""
    if not account.late:
        return ""
    return ngettext(
        "%(count)s sealed entry is late: its date has passed and nobody has opened it.",
        "%(count)s sealed entries are late: their dates have passed and nobody has opened them.",
        account.late,
    ) % {"count": words.number(account.late)}
