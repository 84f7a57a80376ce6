# SPDX-License-Identifier: Apache-2.0
"""The register of keys: made, logged and kept up to date (docs/keys.md).

Without root keys it follows every change by itself. With them it waits for a person who has them at hand:
an edition that root keys have not signed would take their confirmation away from readers. Changes of keys are
logged at once all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import Organisation
from onrecord.proof import register as registers
from onrecord.proof.canonical import Json
from onrecord.proof.keys import PublicKey
from onrecord.proof.register import ACTIVE, RETIRED, ListedKey, Register
from onrecord.record import actions, documents, guard, keys, pages
from onrecord.record.errors import KeyUnreadable
from onrecord.record.events import RegisterLogged
from onrecord.record.keys import Keys, others
from onrecord.record.models import Document, LogHead, Witness
from onrecord.record.witnessing import following

PATH = "/register"
TITLE = "Register of keys"


@dataclass(frozen=True, slots=True)
class Roots:
    """The root keys, and how many of them must sign a register."""

    threshold: int = 0
    keys: tuple[PublicKey, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the value of the member `root`."""
        return {"keys": [key.vkey for key in self.keys], "threshold": self.threshold}


def bring_up_to_date(*, by: Actor = CLOCK) -> Document | None:
    """Log a register if there is none yet, or if it no longer says what is so; return it if it was logged.

    Does nothing with root keys: see `pending`. Safe to run twice. Raises what actions.append raises.
    """
    if exists() and (has_roots() or not pending()):
        return None
    with transaction.atomic():
        head = actions.lock_head(Organisation.current().origin)
        if not exists():  # asked again, now that nobody else can log one
            guard.refuse_fork()  # before keys are made: the database may have been lost
            return log(first_keys(head), by=by)
        return None if has_roots() else log_pending(by=by)


@transaction.atomic
def log_pending(*, by: Actor = CLOCK) -> Document | None:
    """Log a register that says what is so; None if the newest one does. Root keys have to sign it."""
    actions.lock_head(Organisation.current().origin)
    newest = keys.newest_register()
    if newest is None or not pending():
        return None
    return log(newest.keys, roots=roots_of(newest), by=by)


@transaction.atomic
def log_changed_keys(*, reason: str, by: Actor = CLOCK) -> Document:
    """Log a register with the keys as they are now, root keys or not: a change of keys does not wait.

    Call it in the transaction that changes them. Raises what actions.append raises.
    """
    bring_up_to_date(by=by)
    actions.lock_head(Organisation.current().origin)
    newest = keys.newest_register()
    assert newest is not None  # noqa: S101 - there is one since bring_up_to_date; narrows the type
    return log(newest.keys, roots=roots_of(newest), reason=reason, by=by)


def exists() -> bool:
    """Tell whether there is a register yet."""
    return Document.objects.filter(kind=Document.Kind.REGISTER).exists()


def has_roots() -> bool:
    """Tell whether the newest register names root keys, so that changes wait for them."""
    newest = keys.newest_register()
    return newest is not None and bool(newest.roots)


def pending() -> list[str]:
    """Name what the newest register says otherwise than it is: members of the edition, as `mirrors`."""
    newest = keys.newest_register()
    if newest is None:
        return ["register"]
    said = newest.edition.members["register"]
    is_so = _surroundings(Organisation.current())
    assert isinstance(said, dict)  # noqa: S101 - read() has made sure; narrows the type
    changed = [name for name, value in is_so.items() if said.get(name) != value]
    listed = list(newest.keys)
    return changed if _as_it_is(listed, newest.origin, 0) == listed else [*changed, "keys"]


def first_keys(head: LogHead) -> list[ListedKey]:
    """Return what the first register lists: the keys that have signed so far, or that sign from now on."""
    if head.size == 0:
        keys.make_keys()
    public = keys.public_keys(head.origin)
    return [
        ListedKey(public.release, "release", 0, None, ACTIVE),
        ListedKey(public.log, "log", 0, None, ACTIVE),
    ]


def log(
    listed: Sequence[ListedKey],
    *,
    roots: Roots | None = None,
    signers: Keys | None = None,
    reason: str = "",
    by: Actor = CLOCK,
) -> Document:
    """Log the next register with these keys. Only under the lock of the head: see actions.lock_head."""
    organisation = Organisation.current()
    newest = Document.newest_register()
    number = newest.number + 1 if newest else 1
    members: dict[str, object] = {
        "statement": organisation.address.rstrip("/") + PATH,
        "edition": number,
        "op": registers.OPERATION,
        "lang": "en",
        "title": TITLE,
        "prev": documents.previous(newest),
        "register": {
            "v": registers.VERSION,
            **_surroundings(organisation),
            "root": (roots or Roots()).to_json(),
            "keys": [key.to_json() for key in _as_it_is(listed, organisation.origin, pages.size())],
            "accounts": [],
        },
    }
    if reason:
        members["reason"] = reason
    document = documents.log(
        members,
        path=f"{PATH}/{number}.json",
        kind=Document.Kind.REGISTER,
        origin=organisation.origin,
        signers=signers,
        by=by,
    )
    registers.read(bytes(document.content))  # one that cannot be read would end the log: nothing is committed
    journal.write(
        RegisterLogged(subject=f"document/{document.pk}", number=number, path=document.path, reason=reason),
        by=by,
    )
    return document


def roots_of(register: Register | None) -> Roots:
    """Return the root keys that a register names; none before the ceremony."""
    return Roots(register.threshold, register.roots) if register else Roots()


def _surroundings(organisation: Organisation) -> Mapping[str, Json]:
    """Return what the register says of anything but keys, as it is now."""
    identifiers: list[Json] = [dict(number) for number in organisation.register_numbers()]
    return {
        "organisation": {
            "domain": organisation.known_domain,
            "identifiers": identifiers,
            "name": organisation.name,
        },
        "max_sealed_days": registers.DEFAULT_MAX_SEALED_DAYS,
        "mirrors": _mirrors(),
        "witnesses": _witnesses(),
    }


def _mirrors() -> list[Json]:
    return list(settings.MIRRORS)


def _witnesses() -> list[Json]:
    return list(Witness.objects.filter(active=True).order_by("vkey").values_list("vkey", flat=True))


def _as_it_is(listed: Sequence[ListedKey], origin: str, size: int) -> list[ListedKey]:
    """Return these keys with those that sign outside of this log, as they are now."""
    return others.with_others(_with_witness_key(listed, origin, size), origin, size)


def _with_witness_key(listed: Sequence[ListedKey], origin: str, size: int) -> list[ListedKey]:
    """Return these keys with the one by which this newsroom cosigns other logs, once it has one.

    The places are those in this log, at which the key became known and ceased to be used.
    """
    if not (keys.directory() / following.WITNESS_FILE).exists():
        return list(listed)
    try:
        public = following.witness_key(origin).public
    except KeyUnreadable:
        return list(listed)  # what is said of the keys of this log must not wait for it
    in_use = keys.active(listed, "witness")
    if [one.key for one in in_use] == [public]:
        return list(listed)
    kept = [replace(one, state=RETIRED, to_index=size) if one in in_use else one for one in listed]
    return [*kept, ListedKey(public, "witness", size, None, ACTIVE)]
