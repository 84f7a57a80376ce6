# SPDX-License-Identifier: Apache-2.0
"""What administrators do with the newsroom's own accounts: open, describe, renew keys, close.

Each of these changes rows alone. What other servers read is baked after it, and then they are told.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.federation import actors, keyring
from onrecord.federation.errors import BadName, NameTaken, NotPossible
from onrecord.federation.events import ActorClosed, ActorDescribed, ActorOpened
from onrecord.federation.models import Actor, ActorKind
from onrecord.federation.models.actors import NAME
from onrecord.journal import actions as journal
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right, require
from onrecord.statements.models import Topic

RESERVED = frozenset({actors.NEWSROOM_NAME, actors.INSTANCE_NAME})


def open_account(
    name: str, *, language: str = "", topic: Topic | None = None, title: str = "", summary: str = "", by: User
) -> Actor:
    """Open an account that announces what is in one language, on one topic, or both.

    Raises NotAllowed; NameTaken for a name that another account has or had; BadName for one that cannot be
    part of an address, and for a choice that an open account shows already; NotPossible without a choice.
    """
    require(by, Right.ADMINISTER)
    wanted = name.strip().lower().removeprefix("@")
    _check(wanted, language, topic)
    same = Actor.objects.filter(language=language, topic=topic, closed_at=None, kind=ActorKind.SELECTION)
    if (other := same.first()) is not None:
        raise BadName(_("@%(name)s shows exactly that already.") % {"name": other.name})
    try:
        with transaction.atomic():
            made = Actor.objects.create(
                name=wanted,
                kind=ActorKind.SELECTION,
                language=language,
                topic=topic,
                title=title.strip()[:100],
                summary=summary.strip()[:500],
            )
            event = ActorOpened(subject=made.subject, account=wanted, kind=made.kind)
            journal.write(event, by=by.as_actor())
    except IntegrityError:
        raise NameTaken(
            _("@%(name)s is or was an account of this newsroom. Names are never used again.")
            % {"name": wanted}
        ) from None
    return made


@transaction.atomic
def describe_account(actor: Actor, *, title: str, summary: str, by: User) -> Actor:
    """Change what an account is called beside its name, and what it says of itself; empty: made up.

    Raises NotAllowed, NotPossible for one that is closed or the program's own.
    """
    require(by, Right.ADMINISTER)
    row = _open_one(actor)
    if row.kind == ActorKind.INSTANCE:
        raise NotPossible(_("The account of the program itself is described by its address alone."))
    wanted = {"title": title.strip()[:100], "summary": summary.strip()[:500]}
    changed = [field for field, value in wanted.items() if getattr(row, field) != value]
    for field in changed:
        setattr(row, field, wanted[field])
    if changed:
        row.save(update_fields=changed)
        event = ActorDescribed(subject=row.subject, account=row.name, fields=changed)
        journal.write(event, by=by.as_actor())
    return row


def renew_keys(actor: Actor, *, reason: str = "", by: User) -> Actor:
    """Give an account new keys. Those before sign no request any more, and prove nothing new.

    With a reason they are revoked: somebody else may have them, so what they proved is certain no more, as
    the register says. Raises NotAllowed, and FederationError for an account that is closed.
    """
    require(by, Right.ADMINISTER)
    _refuse_former(actor)
    if reason.strip():
        keyring.revoke(actor.name, reason=reason, by=by.as_actor())
    else:
        keyring.rotate(actor.name, by=by.as_actor())
    actor.refresh_from_db()
    return actor


@transaction.atomic
def close_account(actor: Actor, *, by: User) -> Actor:
    """Close an account for a language or topic for good: its followers are told that it is gone.

    Raises NotAllowed, NotPossible for the newsroom's own, the program's own, and one that is closed.
    """
    require(by, Right.ADMINISTER)
    row = _open_one(actor)
    if row.kind != ActorKind.SELECTION:
        raise NotPossible(
            _("@%(name)s cannot be closed: statements are attributed to it, or requests are signed by it.")
            % {"name": row.name}
        )
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    journal.write(ActorClosed(subject=row.subject, account=row.name), by=by.as_actor())
    return row


def _open_one(actor: Actor) -> Actor:
    row = Actor.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    if row.closed_at is not None:
        raise NotPossible(_("@%(name)s is closed for good.") % {"name": row.name})
    _refuse_former(row)
    return row


def _refuse_former(row: Actor) -> None:
    if row.former_base or row.kind == ActorKind.FORMER:
        raise NotPossible(
            _("@%(name)s only leads to where the newsroom is now, and stays as it is.") % {"name": row.name}
        )


def _check(name: str, language: str, topic: Topic | None) -> None:
    if not language and topic is None:
        raise NotPossible(
            _("Choose a language, a topic or both: all the rest the newsroom’s own account says.")
        )
    if language and language not in Organisation.current().languages:
        raise NotPossible(_("This newsroom does not publish in “%(code)s”.") % {"code": language[:20]})
    if name in RESERVED:
        raise NameTaken(_("@%(name)s is an account of the newsroom itself.") % {"name": name})
    try:
        NAME(name)
    except ValidationError as error:
        raise BadName(" ".join(error.messages)) from None
