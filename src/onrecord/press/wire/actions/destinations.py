# SPDX-License-Identifier: Apache-2.0
"""Destinations from the day they are added to the day they are closed, and the tokens of those who fetch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import mail
from onrecord.delivery.transports.webhook.signing import new_number
from onrecord.journal import actions as journal
from onrecord.outbound import addresses, sftp
from onrecord.outbound.errors import BadAddress
from onrecord.people import tokens
from onrecord.people.addresses import normalised
from onrecord.people.errors import BadAddress as BadMailAddress
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right, require
from onrecord.press.formats import FORMATS
from onrecord.press.models import Destination, DestinationState, Outlet, Way, WireToken
from onrecord.press.wire import events
from onrecord.press.wire.actions.queue import advance, hold_back, leave_out_early, let_pending_go_to
from onrecord.press.wire.errors import BadDestination

MOST_DESTINATIONS = 500
OVERLAP = timedelta(days=2)
"""How long messages carry a signature with the earlier secret too."""


@dataclass(frozen=True, slots=True)
class Given:
    """A destination as an administrator enters it. `host_key` is an SFTP server's, as OpenSSH writes it."""

    name: str
    format: str
    transport: str
    address: str = ""
    host_key: str = ""
    languages: Collection[str] = ()
    embargoed: bool = False


@transaction.atomic
def add(outlet: Outlet, given: Given, *, by: User) -> Destination:
    """Send an outlet editions there, from the next one on.

    Raises BadDestination, and NotAllowed for staff who are no administrators.
    """
    require(by, Right.ADMINISTER)
    if Destination.objects.exclude(state=DestinationState.CLOSED).count() >= MOST_DESTINATIONS:
        raise BadDestination(
            _("There are %(most)d destinations already. Close one.") % {"most": MOST_DESTINATIONS}
        )
    row = Destination(outlet=outlet, number=new_number())
    _fill(row, given)
    _journal(events.DestinationAdded, row, by)
    return row


@transaction.atomic
def change(destination: Destination, given: Given, *, by: User) -> Destination:
    """Call or reach a destination otherwise, in another format; what waits goes there so too.

    What waits there before its time is left out, if it may see no such thing any more.
    Raises BadDestination, and NotAllowed for staff who are no administrators.
    """
    require(by, Right.ADMINISTER)
    row = Destination.objects.select_for_update().get(pk=destination.pk)
    if row.state == DestinationState.CLOSED or given.transport != row.transport:
        raise BadDestination(_("Add a new destination, and close this one."))
    before = row.address
    _fill(row, given)
    if not row.embargoed:
        leave_out_early(row)
    let_pending_go_to(row, before=before)
    _journal(events.DestinationChanged, row, by)
    return row


@transaction.atomic
def pause(destination: Destination, *, by: User) -> Destination:
    """Let everything wait that comes up for a destination. Raises NotAllowed for who neither writes nor
    administers.
    """
    writes_or_administers(by)
    won = Destination.objects.filter(
        pk=destination.pk, state__in=[DestinationState.ACTIVE, DestinationState.STOPPED]
    ).update(state=DestinationState.PAUSED)
    destination.refresh_from_db()
    if won:
        hold_back(destination)
        _journal(events.DestinationPaused, destination, by)
    return destination


@transaction.atomic
def resume(destination: Destination, *, by: User) -> Destination:
    """Let what waits go, in order; what was not taken is tried again. Raises NotAllowed as `pause` does."""
    writes_or_administers(by)
    won = Destination.objects.filter(
        pk=destination.pk, state__in=[DestinationState.PAUSED, DestinationState.STOPPED]
    ).update(state=DestinationState.ACTIVE, failing_since=None)
    destination.refresh_from_db()
    if won:
        _journal(events.DestinationResumed, destination, by)
        advance(destination, try_again_as=by.as_actor())
    return destination


@transaction.atomic
def close(destination: Destination, *, by: User) -> Destination:
    """Send nothing there any more, and let its tokens open nothing. What it got stays known.

    Raises NotAllowed for staff who are no administrators.
    """
    require(by, Right.ADMINISTER)
    row = Destination.objects.select_for_update().get(pk=destination.pk)
    if row.state != DestinationState.CLOSED:
        hold_back(row, for_good=True)
        row.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
        row.state = DestinationState.CLOSED
        row.save(update_fields=["state"])
        _journal(events.DestinationClosed, row, by)
    return row


@transaction.atomic
def rotate(destination: Destination, *, by: User) -> Destination:
    """Give a destination a new secret; for two days messages are signed with the earlier one too.

    For SFTP it is a new key, which its server has to be told: the earlier one is used no more.
    Raises NotAllowed for staff who are no administrators.
    """
    require(by, Right.ADMINISTER)
    row = Destination.objects.select_for_update().get(pk=destination.pk)
    row.earlier_number, row.earlier_until = row.number, timezone.now() + OVERLAP
    row.number = new_number()
    row.save(update_fields=["number", "earlier_number", "earlier_until"])
    let_pending_go_to(row, before=row.address)
    _journal(events.DestinationSecretRenewed, row, by)
    return row


@transaction.atomic
def make_token(
    destination: Destination, name: str, *, embargoed: bool = False, by: User
) -> tuple[WireToken, str]:
    """Make a token with which a destination fetches; return it, and the secret, which is shown once.

    Raises BadDestination, and NotAllowed for staff who are no administrators.
    """
    require(by, Right.ADMINISTER)
    if not destination.fetches or destination.state == DestinationState.CLOSED:
        raise BadDestination(_("Only a destination that fetches has tokens."))
    if embargoed and not destination.embargoed:
        raise BadDestination(_("This destination may not see what is under embargo. Change that first."))
    if not name.strip():
        raise BadDestination(_("Give the token a name, so that you know whom to ask about it."))
    secret = tokens.new()
    row = WireToken.objects.create(
        destination=destination,
        name=name.strip()[:100],
        token_hash=tokens.hash_of(secret),
        embargoed=embargoed,
    )
    event = events.TokenMade(
        subject=destination.subject, destination=destination.name, token=row.name, embargoed=embargoed
    )
    journal.write(event, by=by.as_actor())
    return row, secret


@transaction.atomic
def revoke(token: WireToken, *, by: User) -> WireToken:
    """Let a token open nothing any more. Raises NotAllowed for staff who are no administrators."""
    require(by, Right.ADMINISTER)
    won = WireToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    token.refresh_from_db()
    if won:
        row = token.destination
        event = events.TokenRevoked(subject=row.subject, destination=row.name, token=token.name)
        journal.write(event, by=by.as_actor())
    return token


def token_of(secret: str) -> WireToken | None:
    """Return the token that a secret is, if it opens anything."""
    row = (
        WireToken.objects.select_related("destination")
        .filter(token_hash=tokens.hash_of(secret), revoked_at=None)
        .first()
    )
    if row is None or not tokens.matches(secret, row.token_hash):
        return None
    today = timezone.localdate()
    if row.used_on != today:
        WireToken.objects.filter(pk=row.pk).update(used_on=today)
    return row


def writes_or_administers(person: User) -> None:
    """Refuse whoever holds neither right. Raises NotAllowed."""
    if not person.may(Right.ADMINISTER):
        require(person, Right.WRITE)


def _fill(row: Destination, given: Given) -> None:
    row.name = given.name.strip()[:100]
    if not row.name or Destination.objects.filter(name__iexact=row.name).exclude(pk=row.pk).exists():
        raise BadDestination(_("Give the destination a name that no other has."))
    if given.format not in FORMATS:
        raise BadDestination(
            _("“%(format)s” is no format. Known: %(known)s.")
            % {"format": given.format, "known": ", ".join(FORMATS)}
        )
    row.format, row.transport, row.embargoed = given.format, given.transport, given.embargoed
    row.address, row.host = _CHECKS[Way(given.transport)](given.address.strip())
    row.host_key = _host_key(given) if given.transport == Way.SFTP else ""
    offered = Organisation.current().languages
    row.languages = [language for language in offered if language in given.languages]
    row.save()


def _nothing(_address: str) -> tuple[str, str]:
    return "", ""


def _https(address: str) -> tuple[str, str]:
    try:
        parts = addresses.checked(address)
    except BadAddress as error:
        raise BadDestination(str(error)) from error
    if parts.scheme != "https" and not settings.ALLOW_PRIVATE_ADDRESSES:
        raise BadDestination(_("The address has to begin with https, so that nobody reads along."))
    host = parts.hostname or ""
    _public(host)
    return address.partition("#")[0], f"{host}:{parts.port}" if parts.port else host


def _sftp(address: str) -> tuple[str, str]:
    if not sftp.is_installed():
        raise BadDestination(
            _("SFTP needs one more package. An administrator of the machine installs it: %(how)s.")
            % {"how": "pip install 'onrecord[sftp]'"}
        )
    try:
        place = sftp.read(address)
    except BadAddress as error:
        raise BadDestination(str(error)) from error
    _public(place.host)
    return address, urlsplit(address).netloc.rpartition("@")[2]


def _mail(address: str) -> tuple[str, str]:
    if mail.relay() is None:
        raise BadDestination(_("Mail cannot be sent yet: no relay is set (ONRECORD_MAIL_URL)."))
    try:
        plain = normalised(address)
    except BadMailAddress as error:
        raise BadDestination(str(error)) from error
    return plain, plain.rpartition("@")[2]


_CHECKS = {Way.PULL: _nothing, Way.HTTPS: _https, Way.SFTP: _sftp, Way.MAIL: _mail}


def _public(host: str) -> None:
    private = settings.ALLOW_PRIVATE_ADDRESSES
    if addresses.is_literal(host) and not addresses.may_be_asked(host, private):
        raise BadDestination(
            _(
                "%(host)s is not on the public internet. Such machines are asked only if the operator"
                " names their network in ONRECORD_PRIVATE_ADDRESSES."
            )
            % {"host": host}
        )


def _host_key(given: Given) -> str:
    try:
        return sftp.checked_host_key(given.host_key)
    except ValueError as error:
        raise BadDestination(
            _("Give the public key of the server, as `ssh-keyscan -t ed25519 host` prints it. %(why)s")
            % {"why": error}
        ) from error


def _journal(event: type[Any], row: Destination, by: User) -> None:
    # Each of these events has the same two fields; the type of all is not worth a class.
    journal.write(event(subject=row.subject, destination=row.name), by=by.as_actor())
