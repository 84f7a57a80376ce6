# SPDX-License-Identifier: Apache-2.0
"""What follows what: the core, described as a plugin. Read this first.

    people.set_up        →  the first register of keys, then every page
    statements.released  →  statements.sequence  (a leaf in the record, a signed checkpoint)
    statements.sequenced →  record.witness       (others are asked to cosign it, for five seconds at most)
                            statements.bake      (pages, feeds, proofs, the log's own files)
    statements.published →  followers.tell       (the audience of the edition is frozen; it is mailed)
                            followers.tell_webhooks  (machines that an administrator lets be told)
                            followers.distribute_feeds  (feed readers that subscribed at the hub)
                            press.follow_up  (later editions, to journalists who were sent an earlier one)
                            press.tell_destinations  (outlets that receive by machine, each in its own order)
                            federation.tell  (servers of the fediverse, an inbox each)
    a form of a stranger → conversation.take_arrivals  (a second later: doubts, the mail that asks its author)
    conversation.approved → conversation.bake    (the thread below the statement; fragments are joined)
    moderation.*         →  everything in one transaction: decision, effects, notices; only pages follow
                            moderation.log_commitments  (a chore: salted hashes of decisions, many in a leaf)

An erasure: statements.erasure_confirmed → statements.erase → statements.erased → statements.bake_erased,
federation.tell_erased (every server that is known is asked to delete its copy).
A sealed text: statements.sealed → statements.log_seal; at its moment it is released like any other.

Nothing is announced before it can be read and verified. All that follows an event stands in `consequences`,
what the clock does in `clock`. What each reaction does stands in the other modules beside this one:
`publishing`, `proving`, `telling`, `outlets`, `answering`, `moderating`, `reaching`, `fediverse`;
`sending`: the ways out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import entry_points
from typing import Any  # additions of one kind are checked where plugins name them

from onrecord.bakery import gates, headers
from onrecord.bakery import pages as baked
from onrecord.conversation import keeping
from onrecord.conversation.pages import fragments, threads
from onrecord.delivery import channels, transports
from onrecord.delivery.inbound import handlers
from onrecord.desk import panels
from onrecord.federation import keyring, resources
from onrecord.federation import links as federated_links
from onrecord.federation import needs as federated_needs
from onrecord.federation import pages as federated
from onrecord.federation.blocking import pages as blocks
from onrecord.federation.moving.keeping import needs_address
from onrecord.followers import needs as following
from onrecord.followers import pages as follow_pages
from onrecord.followers.webhooks import needs as hooked
from onrecord.identity import needs as vouching
from onrecord.identity import pages as well_known
from onrecord.identity import profiles, webfinger
from onrecord.journal import reactions
from onrecord.moderation import items, ways
from onrecord.moderation import needs as judging
from onrecord.moderation import pages as rules
from onrecord.moderation.filing import pages as reports
from onrecord.moderation.kinds import comments
from onrecord.moderation.kinds.statements import StatementKind
from onrecord.moderation.platforms.kind import ExternalKind
from onrecord.moderation.transparency import entries
from onrecord.moderation.transparency import links as transparency_links
from onrecord.moderation.transparency import pages as transparency
from onrecord.people import keeping as address_keepers
from onrecord.plugins import Plugin
from onrecord.press.accreditation import decisions as accredited
from onrecord.press.accreditation import needs as accreditations
from onrecord.press.coverage import needs as covering
from onrecord.press.coverage import pages as coverage_pages
from onrecord.press.coverage import panel as coverage_panel
from onrecord.press.distributions import desk as distributing
from onrecord.press.distributions import needs as sendings
from onrecord.press.embargoes import needs as embargoed
from onrecord.press.inquiries import needs as inquiring
from onrecord.press.inquiries.incoming import take_mail
from onrecord.press.room import pages as room
from onrecord.press.wire import needs as wired
from onrecord.record import guard
from onrecord.record.keys import others
from onrecord.statements import actions as statements
from onrecord.statements import pages
from onrecord.statements.desk import asides, erasures, links, needs, outgoing, standstill, witnesses
from onrecord.statements.pages import anchors, below, beside, documents, hub, log
from onrecord.wiring import (
    accrediting,
    reaching,
    sending,
)
from onrecord.wiring.clock import CHORES
from onrecord.wiring.consequences import FOLLOWERS
from onrecord.wiring.objecting import BlockKind

CORE = Plugin(
    name="onrecord",
    followers=FOLLOWERS,
    chores=CHORES,
    headers=(hub.LINKS, coverage_pages.LINKS),
    gates=(guard.refuse_fork, statements.forget_erased),
    transports=sending.ways_out(),
    inbound=(take_mail,),
    channels=(
        *(sending.MAIL, sending.PRESS, sending.INQUIRIES, sending.WEBHOOKS, sending.FEEDS, *sending.WIRE),
        *(sending.FEDIVERSE, sending.ANNOUNCEMENTS, sending.ACCOUNTS),
    ),
    families=(
        *(*log.FAMILIES, *documents.FAMILIES, *anchors.FAMILIES),
        *(*well_known.FAMILIES, *pages.families()),
        *follow_pages.FAMILIES,
        *room.FAMILIES,
        *threads.FAMILIES,
        *federated.FAMILIES,
        *blocks.FAMILIES,
        *(*transparency.FAMILIES, *entries.FAMILIES, *reports.FAMILIES, *rules.FAMILIES),
    ),
    needs=(
        standstill.needs,
        needs.needs,
        erasures.needs,
        needs.trouble,
        outgoing.needs,
        witnesses.needs,
        vouching.needs,
        vouching.timestamps_fail,
        following.needs,
        judging.needs,
        following.unread_returns,
        hooked.needs,
        wired.needs,
        inquiring.needs,
        covering.needs,
        sendings.needs,
        embargoed.needs,
        federated_needs.needs,
    ),
    quick_actions=(needs.quick_actions, judging.quick_actions),
    ways=(reaching.by_direct_answer,),
    statement_links=(distributing.links,),
    item_kinds=(
        *(comments.CommentKind(), StatementKind(), ExternalKind()),
        *(accrediting.AccreditationKind(), BlockKind()),
    ),
    transparency_links=(blocks.link,),
    comment_links=(comments.REPORT_LINK,),
    comment_keepers=(comments.needed,),
    sentences={
        **judging.sentences(),
        **needs.sentences(),
        **witnesses.SENTENCES,
        **standstill.SENTENCES,
        **vouching.SENTENCES,
        **hooked.SENTENCES,
        **wired.SENTENCES,
        **inquiring.SENTENCES,
        **covering.SENTENCES,
        **sendings.SENTENCES,
        **embargoed.SENTENCES,
        **accreditations.SENTENCES,
        **federated_needs.SENTENCES,
    },
    address_keepers=(needs_address,),
    resources=(
        resources.account,
        webfinger.newsroom,
    ),
    listed_keys=(keyring.listed,),
    beside=(federated.keys_for,),
    below=(federated_links.below, room.archive_link, coverage_pages.below, threads.below),
    statement_panels=(coverage_panel.beside,),
    accreditation_tellers=(accrediting.told,),
)


@cache
def plugins() -> tuple[Plugin, ...]:
    """Return the core and every installed plugin, in order of name."""
    found = [entry_point.load() for entry_point in entry_points(group="onrecord.plugins")]
    for plugin in found:
        if not isinstance(plugin, Plugin):
            raise TypeError(f"An entry point of the group onrecord.plugins is {plugin!r}, not a Plugin.")
    return (CORE, *sorted(found, key=lambda plugin: plugin.name))


def connect() -> None:
    """Fill the registries of the engines below. Called once, when the program starts."""
    for plugin in plugins():
        for event, followers in plugin.followers.items():
            for follower in followers:
                reactions.follow(event, follower)
        for each, take in _registries(plugin):
            take(each)
        for event_type, sentence in plugin.sentences.items():
            panels.describe(event_type.name, sentence)


def _registries(plugin: Plugin) -> Iterator[tuple[Any, Callable[[Any], None]]]:
    """Yield each addition with the registry that takes it."""
    tables: tuple[tuple[tuple[Any, ...], Callable[[Any], None]], ...] = (
        (plugin.families, baked.register),
        (plugin.headers, headers.register),
        (plugin.gates, gates.register),
        (plugin.transports, transports.register),
        (plugin.inbound, handlers.register),
        (plugin.channels, channels.register),
        (plugin.needs, panels.register),
        (plugin.quick_actions, panels.register_quick_actions),
        (plugin.profiles, profiles.register),
        (plugin.item_kinds, items.register),
        (plugin.ways, ways.register),
        (plugin.transparency_links, transparency_links.register),
        (plugin.address_keepers, address_keepers.register),
        (plugin.resources, webfinger.register),
        (plugin.listed_keys, others.register),
        (plugin.below, below.register),
        (plugin.beside, beside.register),
        (plugin.statement_panels, asides.register),
        (plugin.statement_links, links.register),
        (plugin.accreditation_tellers, accredited.register),
        (plugin.comment_links, fragments.register_link),
        (plugin.comment_keepers, keeping.register),
    )
    for additions, take in tables:
        for each in additions:
            yield each, take
