# SPDX-License-Identifier: Apache-2.0
"""Say where an account came from; move it to another one, take that back, give it another name.

Only administrators may, or the operator at the command line. Other servers heed one Move of an account in
some weeks, so another one has to wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.federation import actors
from onrecord.federation.errors import NameTaken, NotMovable
from onrecord.federation.events import ActorOpened
from onrecord.federation.models import Actor, ActorKind
from onrecord.federation.models.actors import NAME
from onrecord.federation.moving import finding
from onrecord.federation.moving.events import Moved, MoveTakenBack, OriginsNamed
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor as Doer
from onrecord.record.rights import By, administrator

COOLDOWN = timedelta(days=30)
"""How long an account that moved cannot move again. Mastodon heeds no second Move for seven days."""
MOST_ORIGINS = 50
SPEAK = (ActorKind.NEWSROOM, ActorKind.SELECTION)


def name_origins(actor: Actor, named: Iterable[str], *, by: By) -> Actor:
    """Say which accounts an account was before, all of them: servers then let their followers follow here.

    Each is asked whether it exists, but for those that stand there already. Addresses of other accounts of
    the newsroom's stay. Raises NotAllowed, NotMovable.
    """
    doer = administrator(by)
    wanted = list(dict.fromkeys(filter(None, (name.strip() for name in named))))
    if len(wanted) > MOST_ORIGINS:
        raise NotMovable(_("Name at most %(most)d accounts.") % {"most": MOST_ORIGINS})
    found = [name if name in actor.also_known_as else finding.account(name).uri for name in wanted]
    with transaction.atomic():
        row = _speaking(actor)
        own = [uri for uri in row.also_known_as if actors.by_address(uri) is not None]
        _let_know(row, list(dict.fromkeys([*own, *found])), doer)
    return row


def move(actor: Actor, named: str, *, by: By) -> Actor:
    """Ask all who follow an account to follow another one, of the newsroom's or elsewhere.

    An account elsewhere has to name this one first (alsoKnownAs); one of the newsroom's does so with this.
    Who follows is told once both documents are baked. Raises NotAllowed, NotMovable.
    """
    doer = administrator(by)
    ours = _own(named)
    there = finding.account(named) if ours is None else None
    with transaction.atomic():
        row = _speaking(actor)
        check_time(row)
        old = actors.address_of(row)
        target = actors.address_of(ours) if ours is not None else there.uri if there else ""
        if target == old:
            raise NotMovable(_("An account cannot move to itself."))
        if ours is not None:
            other = _speaking(ours)
            _let_know(other, list(dict.fromkeys([*other.also_known_as, old])), doer)
        elif there is not None and old not in there.also_known_as:
            raise NotMovable(
                _(
                    "%(target)s does not say that it was %(old)s before. Have that entered there first: on "
                    "Mastodon under Preferences, Account, Moving from a different account."
                )
                % {"target": target, "old": old}
            )
        leave(row, target, doer)
    return row


@transaction.atomic
def take_back(actor: Actor, *, by: By) -> Actor:
    """Let an account no longer say that it has moved. Who went stays away; it cannot move again at once.

    Raises NotAllowed, NotMovable for one that has not moved or that got another name.
    """
    doer = administrator(by)
    row = Actor.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    if not row.moved_to or row.kind == ActorKind.FORMER or row.former_base:
        raise NotMovable(
            _("@%(name)s has not moved, or got another name: nothing can be taken back.") % {"name": row.name}
        )
    target, row.moved_to = row.moved_to, ""
    row.save(update_fields=["moved_to"])
    event = MoveTakenBack(subject=row.subject, account=row.name, target=target)
    journal.write(event, by=doer)
    return row


@transaction.atomic
def rename(actor: Actor, name: str, *, by: By) -> Actor:
    """Give an account another name: a new account, to which the followers of the old one are moved.

    Statements keep their ids, and those of before keep their author: corrections come from the old account.
    Return the new one. Raises NotAllowed, NotMovable, NameTaken.
    """
    doer = administrator(by)
    row = _speaking(actor)
    check_time(row)
    try:
        NAME(name)
    except ValidationError as mistake:
        raise NotMovable(" ".join(mistake.messages)) from mistake
    if Actor.objects.filter(name=name).exists():
        raise NameTaken(_("There is an account @%(name)s, or there was one.") % {"name": name})
    kind = row.kind
    if kind == ActorKind.NEWSROOM:
        row.kind = ActorKind.FORMER
        row.save(update_fields=["kind"])
    made = succeed(row, name=name, kind=kind)
    journal.write(ActorOpened(subject=made.subject, account=name, kind=kind), by=doer)
    leave(row, actors.address_of(made), doer)
    return made


def succeed(row: Actor, *, name: str, kind: str, key_number: int = 1) -> Actor:
    """Open the account that follows on another, and says so. In a transaction."""
    made = Actor.objects.get(pk=row.pk)
    made.pk, made._state.adding = None, True
    made.name, made.kind, made.key_number = name, kind, key_number
    made.also_known_as = [*row.also_known_as, actors.address_of(row)]
    made.moved_to, made.moved_at = "", None
    made.former_base = ""
    made.keys_since = made.created_at = timezone.now().replace(microsecond=0)
    made.save(force_insert=True)
    return made


def check_time(row: Actor) -> None:
    """Raise NotMovable for an account that moved so lately that nobody would heed another Move."""
    if row.moved_at is not None and (again := row.moved_at + COOLDOWN) > timezone.now():
        raise NotMovable(
            _("@%(name)s moved on %(day)s. Other servers would not heed another Move before %(again)s.")
            % {"name": row.name, "day": f"{row.moved_at:%Y-%m-%d}", "again": f"{again:%Y-%m-%d}"}
        )


def leave(row: Actor, target: str, doer: Doer) -> None:
    """Let an account say that it has moved. In a transaction."""
    row.moved_to, row.moved_at = target, timezone.now()
    row.save(update_fields=["moved_to", "moved_at"])
    journal.write(Moved(subject=row.subject, account=row.name, target=target), by=doer)


def _own(named: str) -> Actor | None:
    """Return the account of the newsroom's that is meant, by name, handle or address."""
    named = named.strip()
    rows = Actor.objects.filter(former_base="")
    found = next((row for row in rows if named in {row.name, actors.handle_of(row)}), None)
    return found or actors.by_address(named)


def _speaking(actor: Actor) -> Actor:
    """Lock an account that can be followed and has not moved."""
    row = Actor.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    if row.kind not in SPEAK or row.closed_at is not None:
        raise NotMovable(_("@%(name)s is closed, or cannot be followed anyway.") % {"name": row.name})
    if row.moved_to:
        raise NotMovable(_("@%(name)s has moved to %(target)s.") % {"name": row.name, "target": row.moved_to})
    return row


def _let_know(row: Actor, origins: list[str], doer: Doer) -> None:
    if origins == row.also_known_as:
        return
    row.also_known_as = origins
    row.save(update_fields=["also_known_as"])
    event = OriginsNamed(subject=row.subject, account=row.name, origins=origins)
    journal.write(event, by=doer)
