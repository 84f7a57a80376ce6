# SPDX-License-Identifier: Apache-2.0
"""Who may come in: invitations, roles, closing and opening accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal.actions import write
from onrecord.journal.events import Actor
from onrecord.people import events, tokens
from onrecord.people.errors import LinkExpired, Refused
from onrecord.people.models import Invitation, User
from onrecord.people.roles import ALONE, Right, Role, require

INVITATION_LASTS = timedelta(days=7)
OPERATOR = Actor(id=None, name="the operator")


@dataclass(frozen=True)
class Issued:
    """A link that was just made. The token is shown once and kept nowhere."""

    person: User
    token: str
    expires_at: datetime

    @property
    def path(self) -> str:
        return f"/invitation/{self.token}/"


def invite(*, name: str, email: str, roles: Iterable[Role], by: User) -> Issued:
    """Make an account that opens with a link, for seven days.

    Raises ValidationError naming the field to mend.
    """
    require(by, Right.ADMINISTER)
    given = _checked(roles)
    person = User(name=name.strip(), email=email.strip().lower(), is_active=False, joined_at=None)
    person.set_unusable_password()
    taken = _("%(email)s has an account already. Find it in the list and issue a new link.")
    with transaction.atomic():
        if User.objects.filter(email=person.email).exists():
            raise ValidationError({"email": taken % {"email": person.email}})
        person.full_clean()
        try:
            with transaction.atomic():
                person.save()
        except IntegrityError:  # somebody else has invited them in this very moment
            raise ValidationError({"email": taken % {"email": person.email}}) from None
        _set_roles(person, given)
        issued = _issue(person, by)
        write(
            events.Invited(subject=_subject(person), person=str(person), roles=_names(given)),
            by=by.as_actor(),
        )
    return issued


def issue_new_link(person: User, *, by: User) -> Issued:
    """Make a new link for somebody who has lost theirs, or is locked out. Their earlier link stops working.

    Until the link is used, what opened the account before goes on opening it.
    Raises Refused for an account that was closed.
    """
    require(by, Right.ADMINISTER)
    with transaction.atomic():
        person = _locked(person)
        if person.joined_at is not None and not person.is_active:
            raise Refused(_("%(person)s’s account is closed. Open it again first.") % {"person": person})
        issued = _issue(person, by)
        write(events.NewLinkIssued(subject=_subject(person), person=str(person)), by=by.as_actor())
    return issued


def issue_link_for_operator(email: str) -> Issued:
    """Make a new link for the account with this address, on behalf of whoever runs the machine.

    The way back in when no administrator can sign in any more. Raises Refused for an unknown address.
    """
    with transaction.atomic():
        person = User.objects.select_for_update().filter(email=email.strip().lower()).first()
        if person is None:
            raise Refused(_("Nobody here has the address %(email)s.") % {"email": email})
        issued = _issue(person, None)
        write(events.NewLinkIssued(subject=_subject(person), person=str(person)), by=OPERATOR)
    return issued


def revoke_invitation(person: User, *, by: User) -> None:
    """Take back an open link. Raises Refused when there is none."""
    require(by, Right.ADMINISTER)
    with transaction.atomic():
        if not _open_invitations(person).update(revoked_at=timezone.now()):
            raise Refused(_("%(person)s has no open link.") % {"person": person})
        write(events.InvitationRevoked(subject=_subject(person), person=str(person)), by=by.as_actor())


def find_invitation(token: str) -> Invitation:
    """Return the open invitation that `token` belongs to; raises LinkExpired when there is none."""
    found = Invitation.objects.select_related("person").filter(token_hash=tokens.hash_of(token)).first()
    if found is None or not found.is_open:
        raise LinkExpired(
            _(
                "This link is unknown, was used before, or is too old. "
                "Ask an administrator of the newsroom for a new one."
            )
        )
    return found


def accept_invitation(token: str, *, password: str) -> User:
    """Open the account with a password of its owner's choice. The link works once.

    Whoever had joined before starts anew: their second factors go and their sessions end.
    Raises LinkExpired, or ValidationError when the password is too weak.
    """
    with transaction.atomic():
        invitation = find_invitation(token)
        person = _locked(invitation.person)
        validate_password(password, person)
        if _open_invitations(person).filter(pk=invitation.pk).update(used_at=timezone.now()) != 1:
            raise LinkExpired(_("This link was used a moment ago."))
        joins = person.joined_at is None
        person.set_password(password)
        person.is_active = True
        person.joined_at = person.joined_at or timezone.now()
        person.save()
        Authenticator.objects.filter(user=person).delete()
        _end_sessions(person)
        event: events.Joined | events.AccessRenewed
        if joins:
            event = events.Joined(subject=_subject(person), person=str(person))
        else:
            event = events.AccessRenewed(subject=_subject(person), person=str(person))
        write(event, by=person.as_actor())
    return person


def change_roles(person: User, *, roles: Iterable[Role], by: User) -> User:
    """Give somebody exactly these roles. Raises Refused when nobody would be left to administer."""
    require(by, Right.ADMINISTER)
    given = _checked(roles)
    with transaction.atomic():
        _locked_administrators()
        person = _locked(person)
        before = person.roles
        if Role.ADMINISTRATOR in before - given:
            _keep_an_administrator(person)
        if before != given:
            _set_roles(person, given)
            write(
                events.RolesChanged(
                    subject=_subject(person), person=str(person), before=_names(before), after=_names(given)
                ),
                by=by.as_actor(),
            )
    return person


def deactivate(person: User, *, by: User) -> User:
    """Close an account: its sessions end and its links die. What its owner did stays under their name.

    Raises Refused when nobody would be left to administer.
    """
    require(by, Right.ADMINISTER)
    with transaction.atomic():
        _locked_administrators()
        person = _locked(person)
        if not person.is_active:
            raise Refused(_("%(person)s’s account is not open.") % {"person": person})
        if Role.ADMINISTRATOR in person.roles:
            _keep_an_administrator(person)
        person.is_active = False
        person.save(update_fields=["is_active"])
        _open_invitations(person).update(revoked_at=timezone.now())
        _end_sessions(person)
        write(events.Deactivated(subject=_subject(person), person=str(person)), by=by.as_actor())
    return person


def reactivate(person: User, *, by: User) -> User:
    """Open a closed account again, with the password and roles it had. Raises Refused if it is not closed."""
    require(by, Right.ADMINISTER)
    with transaction.atomic():
        person = _locked(person)
        if person.is_active or person.joined_at is None:
            raise Refused(_("%(person)s’s account is not closed.") % {"person": person})
        person.is_active = True
        person.save(update_fields=["is_active"])
        write(events.Reactivated(subject=_subject(person), person=str(person)), by=by.as_actor())
    return person


def _issue(person: User, by: User | None) -> Issued:
    now = timezone.now()
    Invitation.objects.filter(person=person, used_at=None, revoked_at=None).update(revoked_at=now)
    token = tokens.new()
    expires_at = now + INVITATION_LASTS
    Invitation.objects.create(
        person=person, issued_by=by, token_hash=tokens.hash_of(token), issued_at=now, expires_at=expires_at
    )
    return Issued(person=person, token=token, expires_at=expires_at)


def _open_invitations(person: User) -> models.QuerySet[Invitation]:
    return Invitation.objects.filter(
        person=person, used_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )


def _locked(person: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk)


def _locked_administrators() -> list[User]:
    """Return the administrators, held until the transaction ends, so that no two can remove each other."""
    administrators = User.objects.filter(is_active=True, groups__name=Role.ADMINISTRATOR)
    return list(administrators.order_by("pk").select_for_update(of=("self",)))


def _keep_an_administrator(leaving: User) -> None:
    if not any(administrator.pk != leaving.pk for administrator in _locked_administrators()):
        raise Refused(
            _("%(person)s is the only administrator. Make somebody else an administrator first.")
            % {"person": leaving}
        )


def _checked(roles: Iterable[Role]) -> frozenset[Role]:
    given = frozenset(roles)
    if not given:
        raise ValidationError({"roles": _("Choose at least one role.")})
    if given & ALONE and len(given) > 1:
        raise ValidationError(
            {"roles": _("An outside reviewer is not of the staff: choose this role alone, or others.")}
        )
    return given


def _set_roles(person: User, roles: frozenset[Role]) -> None:
    person.groups.set(Group.objects.filter(name__in=roles))
    person.__dict__.pop("roles", None)


def _end_sessions(person: User) -> None:
    for session in UserSession.objects.filter(user=person):
        session.end()


def _names(roles: frozenset[Role]) -> list[str]:
    return sorted(role.value for role in roles)


def _subject(person: User) -> str:
    return f"person/{person.pk}"
