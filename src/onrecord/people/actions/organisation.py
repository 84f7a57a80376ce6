# SPDX-License-Identifier: Apache-2.0
"""Set the newsroom up, once; change the organisation's details, whenever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale, Site

from onrecord.journal.actions import write
from onrecord.journal.events import Actor
from onrecord.people import events, keeping, tokens
from onrecord.people.errors import AlreadySetUp, LinkExpired
from onrecord.people.models import Organisation, SetupLink, User
from onrecord.people.roles import Right, Role, require

SETUP_LINK_LASTS = timedelta(hours=24)
DETAILS = frozenset({"name", "address", "languages", "time_zone", "accent", "logo", "about"}) | {
    *("domains", "identifiers", "relations", "security_contact", "data_training"),
}


@dataclass(frozen=True)
class Administrator:
    """The first person of a newsroom, as entered in the wizard."""

    name: str
    email: str
    password: str
    also_writes: bool
    """Take the roles press officer and editor too, as the only person there is."""


def issue_setup_link() -> str | None:
    """Return the path of a fresh link to the wizard, valid for a day; None once there is an organisation.

    Every earlier link stops working. What was entered through it is kept.
    """
    if Organisation.objects.exists():
        SetupLink.objects.all().delete()
        return None
    token = tokens.new()
    SetupLink.objects.update_or_create(
        pk=SetupLink.ONLY,
        defaults={
            "token_hash": tokens.hash_of(token),
            "expires_at": timezone.now() + SETUP_LINK_LASTS,
        },
    )
    return f"/setup/{token}/"


def check_setup_link(token: str) -> SetupLink:
    """Return the link that `token` opens; raises AlreadySetUp or LinkExpired."""
    if Organisation.objects.exists():
        raise AlreadySetUp(_("This newsroom is set up already. Sign in at the desk."))
    link = SetupLink.objects.filter(pk=SetupLink.ONLY).first()
    if link is None or not tokens.matches(token, link.token_hash) or link.expires_at <= timezone.now():
        raise LinkExpired(
            _(
                "This set-up link is unknown or no longer valid. Start the program again: `onrecord start` "
                "prints a new link."
            )
        )
    return link


def keep_setup_draft(
    token: str, entered: Mapping[str, object], *, logo: File[bytes] | None = None
) -> SetupLink:
    """Keep what one step of the wizard collected, until the wizard is completed."""
    with transaction.atomic():
        link = check_setup_link(token)
        link.draft = {**link.draft, **entered}
        if logo is not None:
            link.logo = logo
        link.save()
    return link


def set_up(token: str, administrator: Administrator) -> User:
    """Found the newsroom from what the wizard collected, with its first administrator. The link then dies.

    Raises AlreadySetUp, LinkExpired, or ValidationError naming the fields to mend. One transaction.
    """
    with transaction.atomic():
        link = check_setup_link(token)
        organisation = Organisation(pk=Organisation.ONLY, **link.draft)
        organisation.logo.name = link.logo.name
        organisation.full_clean()
        user = _first_person(administrator)
        organisation.save(force_insert=True)
        _prepare_wagtail(organisation)
        SetupLink.objects.all().delete()
        write(
            events.SetUp(
                subject="organisation",
                organisation=organisation.name,
                address=organisation.address,
                languages=organisation.languages,
            ),
            by=user.as_actor(),
        )
    return user


def change_organisation(changes: Mapping[str, object], *, by: User | Actor) -> Organisation:
    """Change some of DETAILS; an empty logo removes it. Raises ValidationError naming the fields to mend.

    A member of staff needs the right; the operator at the command line has the machine. The address stays
    while somebody needs it: `people.keeping`.
    """
    if isinstance(by, User):
        require(by, Right.ADMINISTER)
    unknown = set(changes) - DETAILS
    if unknown:
        raise TypeError(
            f"An organisation has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(DETAILS))}."
        )
    with transaction.atomic():
        organisation = Organisation.locked()
        changed = sorted(name for name, value in changes.items() if getattr(organisation, name) != value)
        if not changed:
            return organisation
        if "address" in changed:
            if found := list(keeping.reasons()):
                raise ValidationError({"address": found})
            organisation.log_name = organisation.origin
        for name in changed:
            setattr(organisation, name, changes[name])
        organisation.full_clean()
        organisation.save()
        _prepare_wagtail(organisation)
        doer = by.as_actor() if isinstance(by, User) else by
        write(events.OrganisationChanged(subject="organisation", changed=changed), by=doer)
    return organisation


def _first_person(administrator: Administrator) -> User:
    user = User(email=administrator.email.strip().lower(), name=administrator.name.strip())
    user.full_clean(exclude=["password"])
    validate_password(administrator.password, user)
    user.set_password(administrator.password)
    user.save()
    roles = [Role.ADMINISTRATOR]
    if administrator.also_writes:
        roles += [Role.PRESS_OFFICER, Role.EDITOR]
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def _prepare_wagtail(organisation: Organisation) -> None:
    """Let Wagtail know the languages and the address, which its editing screens ask it for."""
    for code in organisation.languages:
        Locale.all_objects.get_or_create(language_code=code)
    parts = urlsplit(organisation.address)
    Site.objects.filter(is_default_site=True).update(
        site_name=organisation.name,
        hostname=parts.hostname or "localhost",
        port=parts.port or {"https": 443}.get(parts.scheme, 80),
    )
    Site.clear_site_root_paths_cache()
