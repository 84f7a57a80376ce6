# SPDX-License-Identifier: Apache-2.0
"""What the front page tells administrators about people, and how it tells what was done about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onrecord.desk.panels import Need, QuickAction, Urgency
from onrecord.journal.models import Entry
from onrecord.people import events
from onrecord.people.models import User
from onrecord.people.roles import Right, Role

FEW_CODES = 3


def needs(user: User) -> Iterator[Need]:
    """Name what keeps the newsroom from working with four eyes, and people who cannot come in."""
    if not user.may(Right.ADMINISTER):
        return
    everybody = reverse("people_list")
    if not User.objects.who_may(Right.APPROVE).exists():
        yield Need(
            title=_("Nobody can approve statements"),
            detail=_("Invite an editor, or give somebody that role."),
            url=everybody,
            urgency=Urgency.NOW,
        )
    bare = sum(1 for one in User.objects.filter(is_active=True) if not one.roles)
    if bare:
        yield Need(
            title=ngettext("%d person has no role", "%d people have no role", bare) % bare,
            detail=_("They can sign in and do nothing. Give them a role, or close the account."),
            url=everybody,
            urgency=Urgency.LATER,
        )
    waiting = User.objects.filter(is_active=False, joined_at=None).prefetch_related("invitations")
    stale = sum(1 for one in waiting if _has_run_out(one))
    if stale:
        yield Need(
            title=ngettext("%d invitation has run out", "%d invitations have run out", stale) % stale,
            detail=_("The links were not used in seven days. Make new ones where they are still wanted."),
            url=everybody,
            urgency=Urgency.LATER,
        )


def few_codes(user: User) -> Iterator[Need]:
    """Warn whoever has few recovery codes left: with none, a lost phone takes an administrator to mend."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if row is None:
        return
    left = len(RecoveryCodes(row).get_unused_codes())
    if left <= FEW_CODES:
        told = ngettext("%d recovery code is left", "%d recovery codes are left", left) % left
        yield Need(
            title=told if left else _("No recovery code is left"),
            detail=_("Each lets you in once, when your phone or key is gone. Make new ones and print them."),
            url=reverse("mfa_index"),
            urgency=Urgency.LATER if left else Urgency.TODAY,
        )


def _has_run_out(person: User) -> bool:
    newest = max(person.invitations.all(), key=lambda one: one.pk, default=None)
    return newest is not None and newest.revoked_at is None and not newest.is_open


def quick_actions(user: User) -> Iterator[QuickAction]:
    """Offer what an administrator does most."""
    yield QuickAction(_("Invite somebody"), reverse("people_invite"), Right.ADMINISTER, icon="user")


def _about(sentence: Callable[[], str]) -> Callable[[Entry], str]:
    return lambda entry: sentence() % {"person": entry.data.get("person", "")}


def _roles_changed(entry: Entry) -> str:
    roles = ", ".join(str(Role(name).label) for name in entry.data["after"])
    return _("changed the roles of %(person)s to: %(roles)s") % {
        "person": entry.data["person"],
        "roles": roles,
    }


SENTENCES: dict[str, Callable[[Entry], str]] = {
    events.SetUp.name: lambda entry: _("opened this newsroom"),
    events.OrganisationChanged.name: lambda entry: _("changed the organisation’s details"),
    events.Invited.name: _about(lambda: _("invited %(person)s")),
    events.InvitationRevoked.name: _about(lambda: _("took back the link for %(person)s")),
    events.NewLinkIssued.name: _about(lambda: _("made a new link for %(person)s")),
    events.Joined.name: lambda entry: _("joined"),
    events.AccessRenewed.name: lambda entry: _("chose a new password by link"),
    events.RolesChanged.name: _roles_changed,
    events.Deactivated.name: _about(lambda: _("closed the account of %(person)s")),
    events.Reactivated.name: _about(lambda: _("opened the account of %(person)s again")),
}
