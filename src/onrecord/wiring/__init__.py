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

Nothing is announced before it can be read and verified. What each reaction does stands in the modules beside
this one: `publishing`, `proving`, `telling`, `outlets`, `answering`, `moderating`, `reaching`,
`fediverse`; `sending`: the ways out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import entry_points
from typing import Any  # additions of one kind are checked where plugins name them

from onrecord.bakery import gates, headers
from onrecord.bakery import pages as baked
from onrecord.conversation import actions as conversation
from onrecord.conversation import events as commented
from onrecord.conversation import keeping
from onrecord.conversation.pages import fragments, threads
from onrecord.delivery import actions as delivery
from onrecord.delivery import channels, claims, transports
from onrecord.delivery import events as delivered
from onrecord.delivery.inbound import actions as returned
from onrecord.delivery.inbound import handlers
from onrecord.desk import panels
from onrecord.federation import events as federated_events
from onrecord.federation import keyring, resources
from onrecord.federation import links as federated_links
from onrecord.federation import needs as federated_needs
from onrecord.federation import pages as federated
from onrecord.federation.blocking import pages as blocks
from onrecord.federation.moving import events as moved
from onrecord.federation.receiving import events as heard
from onrecord.federation.receiving import handling as received
from onrecord.followers import actions as readers
from onrecord.followers import needs as following
from onrecord.followers import pages as follow_pages
from onrecord.followers.webhooks import actions as webhooks
from onrecord.followers.webhooks import needs as hooked
from onrecord.followers.websub import actions as websub
from onrecord.identity import needs as vouching
from onrecord.identity import pages as well_known
from onrecord.identity import profiles, webfinger
from onrecord.journal import reactions
from onrecord.journal.reactions import Follower, Lane
from onrecord.moderation import actions as moderation
from onrecord.moderation import events as judged
from onrecord.moderation import items, ways
from onrecord.moderation import needs as judging
from onrecord.moderation import pages as rules
from onrecord.moderation.filing import events as filed
from onrecord.moderation.filing import pages as reports
from onrecord.moderation.kinds import comments
from onrecord.moderation.kinds.statements import StatementKind
from onrecord.moderation.platforms import actions as platforms
from onrecord.moderation.platforms.kind import ExternalKind
from onrecord.moderation.transparency import entries
from onrecord.moderation.transparency import links as transparency_links
from onrecord.moderation.transparency import pages as transparency
from onrecord.people import events as people
from onrecord.people.strangers import counting
from onrecord.plugins import Chore, Plugin
from onrecord.press import actions as press
from onrecord.press.accreditation import actions as accreditation
from onrecord.press.accreditation import decisions as accredited
from onrecord.press.accreditation import events as asked
from onrecord.press.accreditation import needs as accreditations
from onrecord.press.coverage import events as taken_up
from onrecord.press.coverage import needs as covering
from onrecord.press.coverage import pages as coverage_pages
from onrecord.press.coverage import panel as coverage_panel
from onrecord.press.coverage import verifying as mentions
from onrecord.press.distributions import actions as distributions
from onrecord.press.distributions import desk as distributing
from onrecord.press.distributions import needs as sendings
from onrecord.press.embargoes import actions as embargoes
from onrecord.press.embargoes import needs as embargoed
from onrecord.press.inquiries import events as inquired
from onrecord.press.inquiries import needs as inquiring
from onrecord.press.inquiries.actions import keeping as inquiries_kept
from onrecord.press.inquiries.actions import reminding
from onrecord.press.inquiries.incoming import take_mail
from onrecord.press.room import events as room_events
from onrecord.press.room import pages as room
from onrecord.press.wire import actions as wire
from onrecord.press.wire import needs as wired
from onrecord.record import events as recorded
from onrecord.record import guard
from onrecord.record.keys import others
from onrecord.statements import actions as statements
from onrecord.statements import events as said
from onrecord.statements import pages
from onrecord.statements.desk import asides, erasures, links, needs, outgoing, standstill, witnesses
from onrecord.statements.pages import anchors, below, beside, documents, hub, log
from onrecord.wiring import (
    accrediting,
    answering,
    covered,
    fediverse,
    hearing,
    moderating,
    outlets,
    pressing,
    proving,
    publishing,
    reaching,
    sending,
    telling,
)
from onrecord.wiring.objecting import BlockKind

CORE = Plugin(
    name="onrecord",
    followers={
        **fediverse.FOLLOWERS,
        said.Released: (Follower("statements.sequence", publishing.sequence, Lane.NOW),),
        said.Sequenced: (
            Follower("record.witness", proving.ask_witnesses, Lane.NOW),
            Follower("statements.bake", publishing.bake_edition, Lane.NOW),
            Follower("press.bake_archive", outlets.bake_archive, Lane.NOW),
        ),
        asked.AccreditationSubmitted: (Follower("moderation.judge_application", accrediting.open_case),),
        asked.AccreditationTakenBack: (Follower("moderation.close_application", accrediting.close_case),),
        asked.AccreditationReduced: (Follower("moderation.forget_applicant", accrediting.forget_applicant),),
        taken_up.CoverageAdded: (Follower("press.bake_coverage", covered.bake_statements),),
        taken_up.CoverageConfirmed: (Follower("press.bake_coverage", covered.bake_statements),),
        taken_up.CoverageChanged: (Follower("press.bake_coverage", covered.bake_statements),),
        taken_up.CoverageRefused: (Follower("press.bake_coverage", covered.bake_statements),),
        taken_up.CoverageGone: (Follower("press.bake_coverage", covered.bake_statements),),
        taken_up.CoveragePolicyChanged: (Follower("press.bake_after_policy", covered.bake_policy),),
        heard.QuoteAuthorised: (Follower("press.suggest_quote", covered.suggest_quote),),
        heard.QuoteRevoked: (Follower("press.drop_quote", covered.drop_quote),),
        room_events.RoomChanged: (Follower("press.bake_room", outlets.bake_room, Lane.NOW),),
        inquired.InquiryPolicyChanged: (Follower("press.bake_room", outlets.bake_room, Lane.NOW),),
        delivered.Suppressed: (
            Follower("followers.end_unreachable", telling.end_unreachable),
            Follower("press.stop_unreachable", pressing.stop_unreachable),
        ),
        said.Published: (
            Follower("followers.tell", telling.tell_followers),
            Follower("followers.tell_webhooks", telling.tell_webhooks),
            Follower("followers.distribute_feeds", telling.distribute_feeds),
            Follower("press.tell_destinations", outlets.tell_destinations),
            Follower("press.follow_up", pressing.follow_up),
            Follower("federation.tell", telling.tell_fediverse),
            Follower("federation.tell_former_hosts", telling.tell_former_hosts),
        ),
        said.Scheduled: (
            Follower("press.tell_embargoed", outlets.tell_embargoed),
            Follower("press.heed_moment", pressing.heed_moment),
        ),
        said.Unscheduled: (
            Follower("press.heed_embargoes", outlets.heed_embargoes),
            Follower("press.heed_moment", pressing.heed_moment),
        ),
        said.Reopened: (
            Follower("press.heed_embargoes", outlets.heed_embargoes),
            Follower("press.heed_moment", pressing.heed_moment),
        ),
        delivered.Finished: (Follower("followers.heed_gone", telling.heed_gone),),
        said.Reviewed: (Follower("statements.bake_review", publishing.bake_edition, Lane.NOW),),
        said.Sealed: (Follower("statements.log_seal", publishing.log_seal, Lane.NOW),),
        said.SealLetGo: (Follower("statements.give_up_seals", publishing.give_up_seals, Lane.NOW),),
        said.SealGivenUp: (Follower("statements.bake_given_up", publishing.bake_given_up, Lane.NOW),),
        said.ErasureConfirmed: (Follower("statements.erase", publishing.erase, Lane.NOW),),
        said.Erased: (
            Follower("statements.bake_erased", publishing.bake_erased, Lane.NOW),
            Follower("federation.bake_erased", hearing.bake_erased, Lane.NOW),
            Follower("followers.forget_letters", telling.forget_letters),
            Follower("press.forget_items", outlets.forget_items),
            Follower("press.forget_words", pressing.forget_words),
            Follower("press.forget_coverage", covered.forget_coverage),
            Follower("federation.tell_erased", telling.tell_fediverse_of_erasure),
            # Nothing that shows it may be missed.
            Follower("statements.bake_everything", publishing.bake_everything),
        ),
        federated_events.KeysChanged: (
            Follower("federation.bake_accounts", hearing.bake_account, Lane.NOW),
            Follower("federation.tell_changed_account", fediverse.tell_changed_account),
            # Every object is proved anew.
            Follower("statements.bake_everything", publishing.bake_everything),
        ),
        moved.OriginsNamed: (Follower("federation.bake_account", hearing.bake_account, Lane.NOW),),
        moved.Moved: (
            Follower("federation.bake_account", hearing.bake_account, Lane.NOW),
            Follower("federation.tell_move", telling.tell_move),
        ),
        moved.MoveTakenBack: (Follower("federation.bake_account", hearing.bake_account, Lane.NOW),),
        heard.Flagged: (Follower("moderation.report_flagged", hearing.report_flagged),),
        judged.RulesPublished: (Follower("moderation.bake_rules", moderating.bake_rules, Lane.NOW),),
        judged.PolicyChanged: (
            Follower("moderation.bake_rules", moderating.bake_rules),
            Follower("moderation.bake_entries", moderating.bake_entries),
        ),
        judged.Decided: (
            Follower("moderation.tell_platform", moderating.tell_platform),
            Follower("conversation.learn", moderating.learn_from_decision),
            Follower("press.bake_accreditation", accrediting.bake_figures),
        ),
        judged.Heard: (
            Follower("moderation.tell_platform", moderating.tell_platform),
            Follower("moderation.bake_entry", moderating.bake_entry),
            Follower("conversation.unlearn", moderating.unlearn_from_appeal),
            Follower("press.bake_accreditation", accrediting.bake_figures),
        ),
        judged.DecisionsLogged: (Follower("moderation.bake_decisions", moderating.bake_decisions),),
        judged.SampleBegun: (Follower("moderation.bake_decisions", moderating.bake_decisions),),
        judged.SampleDrawn: (Follower("moderation.bake_samples", moderating.bake_samples),),
        judged.Examined: (Follower("moderation.bake_samples", moderating.bake_samples),),
        judged.PutRight: (Follower("moderation.put_right", moderating.put_right),),
        judged.EffectExpired: (Follower("moderation.tell_platform", moderating.tell_platform),),
        filed.ReportPublished: (Follower("moderation.bake_report", moderating.bake_report),),
        said.FilingChanged: (Follower("statements.bake_everything", publishing.bake_everything),),
        commented.Submitted: (
            Follower("moderation.open_case", moderating.judge_held),
            Follower("conversation.bake", answering.bake_shown),
            Follower("conversation.tell", answering.tell_of_answer),
        ),
        commented.Confirmed: (
            Follower("moderation.open_case", moderating.judge_held),
            Follower("conversation.bake", answering.bake_shown),
            Follower("conversation.tell", answering.tell_of_answer),
        ),
        commented.Approved: (
            Follower("conversation.bake", answering.bake_thread, Lane.NOW),
            Follower("conversation.tell", answering.tell_of_answer),
        ),
        commented.Withdrawn: (
            Follower("conversation.bake", answering.bake_thread, Lane.NOW),
            Follower("moderation.close_case", moderating.close_withdrawn),
        ),
        commented.Erased: (
            Follower("conversation.bake", answering.bake_threads, Lane.NOW),
            Follower("moderation.forget_author", moderating.forget_author),
        ),
        commented.PolicyChanged: (Follower("conversation.bake_policy", answering.bake_policy),),
        commented.Edited: (
            Follower("conversation.bake", answering.bake_thread),
            Follower("moderation.open_case", moderating.judge_held),
        ),
        commented.Restricted: (Follower("conversation.bake", answering.bake_thread, Lane.NOW),),
        commented.Lifted: (Follower("conversation.bake", answering.bake_thread, Lane.NOW),),
        people.SetUp: (
            Follower("record.log_register", proving.follow_with_register, Lane.NOW),
            Follower("statements.bake_first", publishing.bake_everything, Lane.NOW),
        ),
        people.OrganisationChanged: (
            Follower("record.change_register", proving.change_register),
            Follower("statements.bake_everything", publishing.bake_everything),
        ),
        recorded.RegisterLogged: (Follower("record.bake_register", proving.bake_register, Lane.NOW),),
        recorded.RegisterSigned: (
            Follower("record.bake_register", proving.bake_register, Lane.NOW),
            Follower("record.bake_signed_register", proving.bake_signed_register),
        ),
        recorded.KeyClosed: (Follower("record.bake_after_closing", proving.bake_after_closing),),
        recorded.Timestamped: (Follower("record.bake_timestamp", proving.bake_timestamp),),
        recorded.WitnessesAsked: (Follower("record.bake_cosignatures", proving.bake_cosignatures),),
        recorded.WitnessAdded: (
            Follower("record.witnesses_changed", proving.witnesses_changed),
            Follower("record.change_register", proving.change_register),
        ),
        recorded.WitnessDisagreed: (Follower("record.heed_witness", proving.heed_witness, Lane.NOW),),
        recorded.WitnessRemoved: (
            Follower("record.witnesses_changed", proving.witnesses_changed),
            Follower("record.change_register", proving.change_register),
        ),
    },
    chores=(
        Chore("moderation.log_commitments", 10.0, moderation.log_commitments),
        Chore("moderation.keep_sampling", 3600.0, moderation.keep_sampling),
        Chore("moderation.expire_effects", 30.0, moderation.expire),
        Chore("moderation.follow_notices", 30.0, moderation.follow_notices),
        Chore("moderation.look_for_reviewers", 60.0, moderation.look_for_reviewers),
        Chore("moderation.expire_unconfirmed", 3600.0, moderation.expire_unconfirmed),
        Chore("moderation.finish_cases", 600.0, moderation.finish_cases),
        Chore("moderation.forget_words", 3600.0, moderation.forget_words),
        Chore("moderation.bake_rules", 600.0, moderating.bake_rules_that_begin),
        Chore("statements.release_due", 1.0, statements.release_due),
        Chore("statements.give_up_seals", 5.0, statements.give_up_seals),
        Chore("journal.drain", 1.0, reactions.drain),
        Chore("record.keep_register", 60.0, proving.keep_register),
        Chore("delivery.take_back_expired", 30.0, claims.take_back_expired),
        Chore("delivery.hold_back_late", 60.0, delivery.hold_back_late),
        Chore("delivery.finish", 5.0, delivery.finish),
        Chore("delivery.reduce_old", 3600.0, delivery.reduce_old),
        Chore("conversation.take_arrivals", 1.0, answering.take_arrived),
        Chore("conversation.forget_arrivals", 3600.0, conversation.forget_arrivals),
        Chore("conversation.lift_ended", 30.0, conversation.lift_ended),
        Chore("conversation.forget_unconfirmed", 3600.0, conversation.forget_unconfirmed),
        Chore("conversation.forget_evidence", 3600.0, conversation.forget_evidence),
        Chore("conversation.bake_closed", 3600.0, conversation.bake_closed),
        Chore("conversation.bake_behind", 60.0, conversation.bake_behind),
        Chore("people.forget_forms", 600.0, counting.forget_old),
        Chore("delivery.forget_returns", 3600.0, returned.forget_old),
        Chore("press.bake_room", 3600.0, outlets.bake_room_again),
        Chore("press.remind_of_inquiries", 60.0, reminding.remind_due),
        Chore("press.close_quiet_inquiries", 3600.0, inquiries_kept.close_quiet),
        Chore("press.reduce_inquiries", 3600.0, inquiries_kept.reduce_old),
        Chore("press.tell_of_end", 3600.0, accreditation.tell_of_end),
        Chore("press.end_accreditations", 600.0, accreditation.end_over),
        Chore("press.forget_applications", 3600.0, accreditation.forget_unconfirmed),
        Chore("press.reduce_applications", 3600.0, accrediting.reduce_over),
        Chore("press.verify_mentions", 2.0, covered.verify_mentions),
        Chore("press.fetch_pages", 2.0, covered.fetch_pages),
        Chore("press.forget_mentions", 3600.0, mentions.forget_old),
        Chore("press.advance_queues", 2.0, wire.advance_all),
        Chore("press.settle_unfetched", 3600.0, wire.settle_unfetched),
        Chore("press.heed_embargoes", 30.0, wire.heed_embargoes),
        Chore("followers.send_digests", 60.0, readers.send_digests),
        Chore("followers.count_days", 600.0, readers.count_days),
        Chore("followers.forget_unconfirmed", 3600.0, readers.forget_unconfirmed),
        Chore("followers.reduce_ended", 3600.0, readers.reduce_ended),
        Chore("press.heed_moments", 30.0, embargoes.heed),
        Chore("press.send_due", 10.0, distributions.send_due),
        Chore("press.settle_notices", 30.0, press.settle_notices),
        Chore("press.reduce_stopped", 3600.0, press.reduce_stopped),
        Chore("followers.heed_gone", 30.0, telling.heed_all_gone),
        Chore("followers.verify_feed_readers", 5.0, telling.verify_waiting_feed_readers),
        Chore("followers.end_expired_feeds", 60.0, websub.end_expired),
        Chore("statements.announce_hub", 60.0, telling.announce_hub_again),
        Chore("followers.look_after_webhooks", 300.0, webhooks.look_after),
        Chore("moderation.forget_answers", 3600.0, platforms.forget_answers),
        Chore("moderation.bake_transparency", 3600.0, moderating.bake_transparency),
        Chore("federation.handle_received", 1.0, hearing.handle_received),
        *fediverse.CHORES,
        Chore("federation.bake_counts", 3600.0, hearing.bake_counts),
        Chore("federation.bake_reactions", hearing.REACTIONS_SECONDS, hearing.bake_reactions),
        Chore("federation.forget_received", 3600.0, received.forget_old),
        Chore("followers.bake_follow_pages", 3600.0, telling.bake_follow_pages),
        Chore("record.ask_witnesses", 30.0, proving.ask_witnesses_again),
        Chore("record.watch_others", 30.0, proving.watch_others),
        Chore("statements.bake_aged_news", 3600.0, publishing.bake_aged_news),
        Chore("record.bake_logbook", 3600.0, proving.bake_logbook),
        Chore("identity.bake_well_known", 3600.0, proving.bake_well_known),
        Chore("identity.ask_domains", 3600.0, proving.ask_domains_again),
        Chore("record.stamp_checkpoint", 3600.0, proving.stamp_checkpoint),
    ),
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
