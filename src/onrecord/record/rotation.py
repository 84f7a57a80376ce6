# SPDX-License-Identifier: Apache-2.0
"""Replace, add and revoke keys. Each change is one register in the log (docs/keys.md).

The register in the database says which key signs, and each is found by its public half. So a crash leaves
at worst a key file that nobody names, or one that is no longer needed: never two ideas of who signs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from django.db import DatabaseError, transaction
from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import Organisation
from onrecord.proof import merkle
from onrecord.proof import register as registers
from onrecord.proof.keys import LEAF_KIND, NOTE_KIND, PrivateKey, PublicKey, check_name
from onrecord.proof.register import ACTIVE, COMPROMISED, RETIRED, Closed, ListedKey, Register
from onrecord.proof.tiles import TileNodes
from onrecord.record import actions, keys, pages, register
from onrecord.record.errors import KeyMissing, WrongKey
from onrecord.record.events import KeyClosed
from onrecord.record.keys import Keys
from onrecord.record.models import Cosignature, Document, LogHead

BESIDE = timedelta(days=30)
"""How long a replaced log key goes on signing beside its successor, at least."""
ROLES = ("release", "log")
LOOKED_BACK = 100
"""Cosignatures that are looked at for the last good one."""


@dataclass(slots=True)
class _Change:
    """One change of keys under way: what will be listed, who will sign, and what follows the commit."""

    head: LogHead
    newest: Register
    listed: list[ListedKey]
    made: list[PublicKey] = field(default_factory=list)
    closed: list[ListedKey] = field(default_factory=list)

    @property
    def index(self) -> int:
        """The index of the leaf that the new register will have."""
        return self.head.size

    def add(self, role: str, *, label: str = "", from_index: int) -> PrivateKey:
        """Make a key, and list it as the newest of its role."""
        origin, kind = self.head.origin, NOTE_KIND
        name = origin
        if role == "release":
            name, kind = f"{origin}/release" + (f"/{label}" if label else ""), LEAF_KIND
        check_name(name)
        key = keys.create_for(name, kind, role)
        self.made.append(key.public)
        self.listed.append(ListedKey(key.public, role, from_index, None, ACTIVE))
        return key

    def close(
        self, key: ListedKey, *, state: str, to_index: int, reason: str = "", closed: Closed | None = None
    ) -> None:
        """List a key as closed."""
        done = replace(key, state=state, to_index=to_index, reason=reason, closed=closed)
        self.listed[self.listed.index(key)] = done
        self.closed.append(done)

    def active(self, role: str) -> list[ListedKey]:
        """Return the keys of a role that are in use, as they will be listed; the newest first."""
        return keys.active(self.listed, role)


@dataclass(frozen=True, slots=True)
class _Closing:
    """How a key is closed: up to which leaf or size it counts (None: as far as is known), and why."""

    up_to: int | None
    state: str
    reason: str


def rotate_release_key(*, label: str = "", by: Actor = CLOCK) -> Document:
    """Make a new release key; the one before signs the register that introduces it, and nothing after."""

    def change(work: _Change) -> Keys:
        now = keys.open_keys(work.head.origin)
        old = _listed(work, now.release.public)
        work.close(old, state=RETIRED, to_index=work.index)
        work.add("release", label=label, from_index=work.index + 1)
        return now

    return _change(change, reason="The release key was replaced.", by=by)


def add_release_key(*, label: str, by: Actor = CLOCK) -> Document:
    """Make a further release key, for another desk or editor; it signs here from now on.

    The ones before stay in use wherever their files are.
    """

    def change(work: _Change) -> Keys:
        work.add("release", label=label, from_index=work.index + 1)
        return keys.open_keys(work.head.origin)

    return _change(change, reason="A release key was added.", by=by)


def rotate_log_key(*, by: Actor = CLOCK) -> Document:
    """Make a new log key. The one before signs beside it for at least 30 days: see close_log_keys."""

    def change(work: _Change) -> Keys:
        now = keys.open_keys(work.head.origin)
        # The tree with the new register in it is the first that the new key signs.
        new = work.add("log", from_index=work.index + 1)
        transaction.on_commit(partial(keys.retire, now.log.public))
        return Keys(now.release, new, now.log_keys)

    return _change(change, reason="The log key was replaced.", by=by)


def closable_log_keys(at: datetime | None = None) -> list[ListedKey]:
    """Return the log keys that have signed beside their successor for 30 days."""
    newest = keys.newest_register()
    if newest is None:
        return []
    in_use = keys.active(newest.keys, "log")
    if len(in_use) < 2:
        return []
    current, *older = in_use
    since = _introduced(current.key)
    return older if since and since + BESIDE <= (at or timezone.now()) else []


def close_log_keys(*, by: Actor = CLOCK) -> Document | None:
    """Close the log keys that have signed beside their successor for 30 days, and delete their files.

    Old proofs keep them: they count for every tree up to the size at which they were closed.
    """
    if not closable_log_keys():
        return None

    def change(work: _Change) -> Keys:
        closed = Closed(work.head.size, bytes(work.head.root))
        for old in closable_log_keys():
            work.close(old, state=RETIRED, to_index=work.head.size, closed=closed)
        now = keys.open_keys(work.head.origin)
        staying = {listed.key for listed in work.active("log")}
        return Keys(now.release, now.log, tuple(key for key in now.beside if key.public in staying))

    return _change(change, reason="A replaced log key was closed.", by=by)


def revoke(
    roles: Collection[str],
    *,
    reason: str,
    key_id: str = "",
    up_to: int | None = None,
    state: str = COMPROMISED,
    by: Actor = CLOCK,
) -> Document:
    """Close keys that somebody else may have, make new ones, and sign with them at once.

    Of each role the key with `key_id`; without one, all that are in use on this machine or, with the state
    retired, those in use that are lost. `up_to` is the last leaf (release) or the last tree size (log) that
    is known to be ours; by default all leaves in this log, and for the log the newest tree that witnesses
    have cosigned, or else the newest of all. The same log goes on: see
    docs/decisions/a-stolen-log-key-closes-no-log.md.
    """
    _check_revocation(roles, reason, key_id, up_to)

    def change(work: _Change) -> Keys:
        for role in ROLES:
            if role in roles:
                for key in _to_revoke(work, role, key_id, state):
                    _revoke(work, key, _Closing(up_to, state, reason))
                if not _held(work, role):
                    work.add(role, from_index=work.index + (role == "log"))
        return Keys(_signer(work, "release"), *_log_signers(work))

    return _change(change, reason=reason, by=by)


def tidy() -> list[PublicKey]:
    """Delete files of keys that the register says are closed; a crash may have left some. Return those."""
    newest = keys.newest_register()
    closed = [listed.key for listed in newest.keys if listed.state != ACTIVE] if newest else []
    return [public for public in closed if keys.destroy(public)]


def last_witnessed_size(head: LogHead) -> int | None:
    """Return the size of the newest tree of this log that a witness has cosigned; None if there is none.

    A cosignature of a tree that is not ours does not count: then somebody else has signed a fork.
    """
    cosigned = Cosignature.objects.filter(size__lte=head.size, size__gt=0).order_by("-size")
    for size, root in cosigned.values_list("size", "root")[:LOOKED_BACK]:
        if merkle.root_at(size, TileNodes(head.size, pages.read_tile)) == bytes(root):
            return int(size)
    return None


def _change(make: Callable[[_Change], Keys], *, reason: str, by: Actor) -> Document:
    """Log a register with what `make` changes, signed by whom it returns; undo new files if that fails."""
    register.bring_up_to_date(by=by)
    made: list[PublicKey] = []
    try:
        with transaction.atomic():
            head = actions.lock_head(Organisation.current().origin)
            newest = keys.newest_register()
            assert newest is not None  # noqa: S101 - there is one since bring_up_to_date; narrows the type
            work = _Change(head, newest, list(newest.keys), made)
            signers = make(work)
            document = register.log(
                work.listed, roots=register.roots_of(newest), signers=signers, reason=reason, by=by
            )
            for gone in work.closed:
                journal.write(_closed(gone), by=by)
                transaction.on_commit(partial(keys.destroy, gone.key))
            return document
    except BaseException:
        _forget(made)
        raise


def _forget(made: Sequence[PublicKey]) -> None:
    """Delete the files of keys that did not get into a register: what failed may also follow the commit."""
    try:
        newest = keys.newest_register()
    except DatabaseError:
        return  # a file that no register names signs nothing; W024 says that it is there
    for public in made:
        if newest is None or all(listed.key != public for listed in newest.keys):
            keys.destroy(public)


def _check_revocation(roles: Collection[str], reason: str, key_id: str, up_to: int | None) -> None:
    if not roles or not set(roles) <= set(ROLES):
        raise WrongKey(f"Keys of the roles {sorted(roles)} cannot be revoked. Use release, log, or both.")
    if (key_id or up_to is not None) and len(roles) > 1:
        raise WrongKey("A key id or a last index is that of one role. Revoke one role at a time.")
    if not reason.strip():
        raise WrongKey("Say why the key is revoked: readers will see the reason in the register.")


def _revoke(work: _Change, key: ListedKey, closing: _Closing) -> None:
    state, reason = closing.state, closing.reason
    if key.role == "release":
        last = work.index - 1 if closing.up_to is None else closing.up_to
        work.close(key, state=state, to_index=_last(key, last), reason=reason)
        return
    witnessed = last_witnessed_size(work.head) if state == COMPROMISED else None
    size = _last(key, next(n for n in (closing.up_to, witnessed, work.head.size) if n is not None))
    if not 0 < size <= work.head.size:
        raise WrongKey(f"The log has {work.head.size} leaves, so no key can be closed at size {size}.")
    closed = Closed(size, merkle.root_at(size, TileNodes(work.head.size, pages.read_tile)))
    work.close(key, state=state, to_index=size, reason=reason, closed=closed)


def _to_revoke(work: _Change, role: str, key_id: str, state: str) -> list[ListedKey]:
    """Return the keys meant: that with the id; else all in use that lay where the thief was, or are lost."""
    candidates = [listed for listed in work.listed if listed.role == role]
    if key_id:
        meant = [listed for listed in candidates if listed.key.key_id.hex() == key_id]
        if not meant:
            known = ", ".join(listed.key.key_id.hex() for listed in candidates)
            raise WrongKey(f"The register lists no {role} key {key_id}. It lists: {known}.")
        if meant[0].state == COMPROMISED:
            raise WrongKey(f"The {role} key {key_id} is marked as compromised already.")
        return meant
    in_use = work.active(role)
    here = [listed for listed in in_use if keys.where(listed.key)]
    if state == COMPROMISED:
        return here or in_use
    lost = [listed for listed in in_use if listed not in here]
    if not lost:
        raise WrongKey(
            f"Every {role} key in use lies in {keys.directory()}: none is lost. Name it by its id."
        )
    return lost


def _last(key: ListedKey, last: int) -> int:
    """Return how far a key counts that was perhaps closed before."""
    if last < 0:
        raise WrongKey(f"A key cannot count up to {last}. Give an index from 0, or a size from 1.")
    return last if key.to_index is None else min(last, key.to_index)


def _signer(work: _Change, role: str) -> PrivateKey:
    return _signers(work, role)[0]


def _log_signers(work: _Change) -> tuple[PrivateKey, tuple[PrivateKey, ...]]:
    first, *beside = _signers(work, "log")
    return first, tuple(beside)


def _signers(work: _Change, role: str) -> list[PrivateKey]:
    held = _held(work, role)
    if not held:
        raise KeyMissing(
            f"The {role} key is in no file of {keys.directory()}. Restore it, or revoke both keys at once."
        )
    return held


def _held(work: _Change, role: str) -> list[PrivateKey]:
    """Return the private keys of a role that are in use and here, the newest first."""
    return [found for listed in work.active(role) if (found := keys.find(listed.key))]


def _listed(work: _Change, key: PublicKey) -> ListedKey:
    return next(listed for listed in work.listed if listed.key == key)


def _introduced(key: PublicKey) -> datetime | None:
    """Return when the first register with this key was logged."""
    rows = Document.objects.filter(kind=Document.Kind.REGISTER).order_by("number")
    for row in rows:
        if any(listed.key == key for listed in registers.read(bytes(row.content)).keys):
            return row.created
    return None


def _closed(gone: ListedKey) -> KeyClosed:
    return KeyClosed(
        subject=f"key/{gone.key.key_id.hex()}",
        role=gone.role,
        key_id=gone.key.key_id.hex(),
        state=gone.state,
        to_index=gone.to_index or 0,
    )
