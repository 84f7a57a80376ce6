# SPDX-License-Identifier: Apache-2.0
"""The ways out: which transports this newsroom has, and what the screens about deliveries call them."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy

from onrecord.bakery import actions as bakery
from onrecord.delivery import mail
from onrecord.delivery.channels import Channel
from onrecord.delivery.mail.signing import signers
from onrecord.delivery.transports import Transport
from onrecord.delivery.transports.anymail.transport import AnymailTransport
from onrecord.delivery.transports.smtp import SmtpTransport
from onrecord.delivery.transports.webhook import WebhookTransport
from onrecord.delivery.transports.websub import WebsubTransport
from onrecord.federation.sending import accounts, hosts, signing, synchronising
from onrecord.federation.sending import actions as fediverse
from onrecord.federation.sending.transport import ActivityPubTransport, Learned
from onrecord.followers.actions import EDITION_PURPOSES
from onrecord.people.roles import Right
from onrecord.press.distributions.audience import PREFIX
from onrecord.press.embargoes.desk import page_of as press_page_of
from onrecord.press.inquiries.sending import PURPOSES as INQUIRY_PURPOSES
from onrecord.press.wire.actions.queue import FETCHED, MAILED, PUSHED
from onrecord.press.wire.actions.telling import PURPOSES
from onrecord.press.wire.sending import WireTransport
from onrecord.statements.desk import outgoing

MAIL = Channel(
    name="mail",
    label=gettext_lazy("E-mail"),
    transport="smtp",
    purposes=frozenset({*EDITION_PURPOSES, "digest", "confirm", "known"}),
    order=10,
    page=outgoing.page_of,
)

PRESS = Channel(
    name="press",
    label=gettext_lazy("Press list"),
    transport="smtp",
    prefix=PREFIX,
    order=15,
    page=press_page_of,
)

INQUIRIES = Channel(
    name="inquiries",
    label=gettext_lazy("Answers to journalists"),
    transport="smtp",
    purposes=INQUIRY_PURPOSES,
    order=16,
)

WEBHOOKS = Channel(
    name="webhooks",
    label=gettext_lazy("Webhooks"),
    transport="webhook",
    order=20,
    page=outgoing.page_of,
)

FEEDS = Channel(
    name="feeds",
    label=gettext_lazy("Feeds (WebSub)"),
    transport="websub",
    order=30,
    page=outgoing.page_of,
)

WIRE = (
    Channel(name="wire", label=gettext_lazy("Wire"), transport=PUSHED, order=40, page=outgoing.page_of),
    Channel(
        name="wire-mail",
        label=gettext_lazy("Wire, by mail"),
        transport=MAILED,
        purposes=frozenset(PURPOSES),
        order=41,
        page=outgoing.page_of,
    ),
    Channel(
        name="wire-pull",
        label=gettext_lazy("Wire, fetched here"),
        transport=FETCHED,
        order=42,
        page=outgoing.page_of,
    ),
)

FEDIVERSE = Channel(
    name="fediverse",
    label=gettext_lazy("Fediverse"),
    transport="activitypub",
    purposes=frozenset(fediverse.PURPOSES),
    order=50,
    page=outgoing.page_of,
)

ANNOUNCEMENTS = Channel(
    name="fediverse-announcements",
    label=gettext_lazy("Fediverse: announcements by topic and language"),
    transport="activitypub",
    purposes=frozenset({fediverse.ANNOUNCEMENT}),
    order=51,
    page=outgoing.page_of,
    only_once=True,
)

ACCOUNTS = Channel(
    name="fediverse-accounts",
    label=gettext_lazy("Fediverse: about the newsroom’s accounts"),
    transport="activitypub",
    purposes=frozenset(accounts.PURPOSES),
    rights=frozenset({Right.ADMINISTER}),
    order=52,
)


def ways_out() -> tuple[Transport, ...]:
    private = settings.ALLOW_PRIVATE_ADDRESSES
    posting = (
        WebhookTransport(private),
        WireTransport(private),
        WebsubTransport(baked, private, settings.STRANGERS_PRIVATE_ADDRESSES),
        ActivityPubTransport(
            Learned(signing.load, hosts.remember_signature, synchronising.header),
            settings.STRANGERS_PRIVATE_ADDRESSES,
        ),
    )
    relay = mail.relay()
    if relay is None:
        return posting
    if isinstance(relay, mail.Service):
        return (AnymailTransport(relay), *posting)
    return (SmtpTransport(relay, mail.own_name(), signers(mail.own_name())), *posting)


def baked(path: str) -> bytes | None:
    """Return what stands on the site at an address."""
    try:
        return (bakery.site_directory() / path.lstrip("/")).read_bytes()
    except OSError:
        return None
