# SPDX-License-Identifier: Apache-2.0
"""What follows what: the core, described as a plugin. Read this first.

    people.set_up        →  the first register of keys, then every page
    statements.released  →  statements.sequence  (a leaf in the record, a signed checkpoint)
    statements.sequenced →  record.witness       (others are asked to cosign it, for five seconds at most)
                            statements.bake      (pages, feeds, proofs, the log's own files)
    statements.published →  followers.tell       (the audience of the edition is frozen; it is mailed)
                            followers.tell_webhooks  (machines that an administrator lets be told)
                            followers.distribute_feeds  (feed readers that subscribed at the hub)
    conversation.approved → conversation.bake    (the thread below the statement; fragments are joined)
    moderation.*         →  everything in one transaction: decision, effects, notices; only pages follow

An erasure: statements.erasure_confirmed → statements.erase → statements.erased → statements.bake_erased.
A sealed text: statements.sealed → statements.log_seal; at its moment it is released like any other.

Nothing is announced before it can be read and verified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import entry_points
from typing import Any  # additions of one kind are checked where plugins name them

from django.conf import settings
from django.utils.translation import gettext_lazy

from onrecord.bakery import actions as bakery
from onrecord.bakery import gates
from onrecord.bakery import pages as baked
from onrecord.conversation import actions as conversation
from onrecord.conversation import events as commented
from onrecord.conversation import keeping
from onrecord.conversation.models.comments import State as CommentState
from onrecord.conversation.pages import fragments, threads
from onrecord.delivery import actions as delivery
from onrecord.delivery import channels, claims, mail, transports
from onrecord.delivery import events as delivered
from onrecord.delivery.channels import Channel
from onrecord.delivery.inbound import actions as returned
from onrecord.delivery.inbound import handlers
from onrecord.delivery.mail.signing import signers
from onrecord.delivery.transports import Transport
from onrecord.delivery.transports.anymail.transport import AnymailTransport
from onrecord.delivery.transports.smtp import SmtpTransport
from onrecord.delivery.transports.webhook import WebhookTransport
from onrecord.delivery.transports.websub import WebsubTransport
from onrecord.desk import panels
from onrecord.followers import actions as readers
from onrecord.followers import needs as following
from onrecord.followers import pages as follow_pages
from onrecord.followers.actions import EDITION_PURPOSES
from onrecord.followers.webhooks import actions as webhooks
from onrecord.followers.webhooks import needs as hooked
from onrecord.followers.websub import actions as websub
from onrecord.followers.websub.tasks import verify as verify_feed_readers
from onrecord.identity import actions as identity
from onrecord.identity import needs as vouching
from onrecord.identity import pages as well_known
from onrecord.identity import profiles, webfinger
from onrecord.identity.tasks import ask_domains
from onrecord.journal import reactions
from onrecord.journal.models import Entry
from onrecord.journal.reactions import Follower, Lane
from onrecord.moderation import actions as moderation
from onrecord.moderation import events as judged
from onrecord.moderation import items
from onrecord.moderation import needs as judging
from onrecord.moderation import pages as rules
from onrecord.moderation.filing import events as filed
from onrecord.moderation.filing import pages as reports
from onrecord.moderation.kinds.statements import StatementKind
from onrecord.moderation.transparency import pages as transparency
from onrecord.people import events as people
from onrecord.people.models import Organisation
from onrecord.people.strangers import counting
from onrecord.plugins import Chore, Plugin
from onrecord.proof.register import COMPROMISED
from onrecord.record import elsewhere, guard, register, rotation, timestamps
from onrecord.record import events as recorded
from onrecord.record.tasks import stamp, watch
from onrecord.record.witnesses import asking
from onrecord.statements import actions as statements
from onrecord.statements import events as said
from onrecord.statements import pages
from onrecord.statements.desk import erasures, needs, outgoing, standstill, witnesses
from onrecord.statements.pages import anchors, below, documents, log, logbook
from onrecord.statements.pages.feeds import keys_without_hub, stale_news_keys
from onrecord.statements.tasks import announce_hub, collect_cosignatures


def _sequence(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        statements.sequence(entry.data["edition_id"])


def _bake_edition(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        statements.bake_edition(entry.data["edition_id"])


def _log_seal(entry: Entry) -> None:
    statements.log_seal(entry.data["seal_id"])


def _give_up_seals(_entry: Entry) -> None:
    statements.give_up_seals()


def _bake_given_up(entry: Entry) -> None:
    statements.bake_given_up(entry.data["leaf_index"], entry.data["document_path"])


def _ask_witnesses(entry: Entry) -> None:
    asking.ask_missing()


def _ask_witnesses_again() -> None:
    if asking.anything_due():
        collect_cosignatures.enqueue()


def _witnesses_changed(entry: Entry) -> None:
    bakery.bake([*log.policy_keys(), *logbook.all_keys()])
    statements.collect_cosignatures()


def _bake_cosignatures(entry: Entry) -> None:
    bakery.bake(log.keys_after_cosigning(new=True))


def _erase(entry: Entry) -> None:
    statements.erase(entry.data["erasure_id"])


def _bake_erased(entry: Entry) -> None:
    statements.bake_erased(entry.data["erasure_id"])


def _watch_others() -> None:
    if elsewhere.is_due():
        watch.enqueue()


def _heed_witness(entry: Entry) -> None:
    """Stop the log if what a witness shows proves that this database is not the newest."""
    if entry.data["checkpoint"]:
        shown = entry.data["checkpoint"].encode()
        elsewhere.note(f"The witness {entry.data['witness']}", shown, origin=Organisation.current().origin)
    elsewhere.watch(Organisation.current().origin)


def _bake_everything(entry: Entry) -> None:
    bakery.bake_all()


def _keep_register() -> None:
    """Log a register of keys if there is none, or if something that it says has changed."""
    if Organisation.objects.exists():
        register.bring_up_to_date()
        rotation.tidy()
        if not register.has_roots():
            rotation.close_log_keys()


def _follow_with_register(entry: Entry) -> None:
    _keep_register()


def _change_register(entry: Entry) -> None:
    if register.exists():
        _keep_register()


def _bake_register(entry: Entry) -> None:
    pages_of_keys = [*documents.keys_for(entry.data["path"]), *well_known.all_keys()]
    bakery.bake([*log.keys_before_pages(), *pages_of_keys, *logbook.all_keys()])


def _bake_signed_register(entry: Entry) -> None:
    if entry.data["complete"]:
        bakery.bake_all()  # it is in every bundle


def _bake_after_closing(entry: Entry) -> None:
    if entry.data["role"] == "log" and entry.data["state"] == COMPROMISED:
        bakery.bake_all()  # every proof leads to a checkpoint of the new key from now on


def _bake_logbook() -> None:
    """Show what changes by the clock alone: a seal that is late, a witness that is silent."""
    if Organisation.objects.exists():
        bakery.bake(logbook.all_keys())


def _bake_aged_news() -> None:
    bakery.bake(stale_news_keys())


def _bake_well_known() -> None:
    bakery.bake(well_known.all_keys())


def _bake_timestamp(entry: Entry) -> None:
    bakery.bake([(anchors.NAME, (str(entry.data["size"]),)), *logbook.all_keys()])


def _stamp_checkpoint() -> None:
    if timestamps.is_due():
        stamp.enqueue()


def _ask_domains() -> None:
    if identity.is_time_to_ask():
        ask_domains.enqueue()


def _tell_followers(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        readers.tell_of(entry.data["edition_id"])


def _tell_webhooks(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        webhooks.tell_of(entry.data["edition_id"])


def _distribute_feeds(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        websub.distribute(entry.data["edition_id"])


def _heed_gone(entry: Entry) -> None:
    distribution = int(entry.subject.partition("/")[2])
    webhooks.heed_gone(distribution)
    websub.heed_gone(distribution)


def _heed_all_gone() -> None:
    webhooks.heed_gone()
    websub.heed_gone()


def _verify_feed_readers() -> None:
    if websub.anything_due():
        verify_feed_readers.enqueue()


def _announce_hub() -> None:
    if Organisation.objects.exists() and keys_without_hub():
        announce_hub.enqueue()


def _baked(path: str) -> bytes | None:
    try:
        return (bakery.site_directory() / path.lstrip("/")).read_bytes()
    except OSError:
        return None


def _bake_shown(entry: Entry) -> None:
    if entry.data["state"] == CommentState.SHOWN:
        conversation.bake_thread_of(entry.data["comment_id"])


def _bake_thread(entry: Entry) -> None:
    conversation.bake_thread_of(entry.data["comment_id"])


def _bake_threads(entry: Entry) -> None:
    conversation.bake_threads(entry.data["statements"])


def _bake_policy(entry: Entry) -> None:
    kind, _slash, pk = entry.subject.partition("/")
    if kind == "statement":
        bakery.bake(threads.keys_of(int(pk)))
    else:
        bakery.bake_all()  # the form is below every statement


def _tell_of_answer(entry: Entry) -> None:
    conversation.tell_of_answer(entry.data["comment_id"])


def _forget_letters(_entry: Entry) -> None:
    readers.forget_erased()


def _end_unreachable(entry: Entry) -> None:
    readers.end_unreachable(entry.data["recipient_key"])


def _bake_rules(_entry: Entry) -> None:
    bakery.bake(rules.all_keys())


def _bake_rules_that_begin() -> None:
    if Organisation.objects.exists():
        bakery.bake(rules.all_keys())


def _bake_follow_pages() -> None:
    if Organisation.objects.exists():
        bakery.bake(follow_pages.all_keys())


def _bake_report(entry: Entry) -> None:
    made = (reports.NAME, (str(entry.data["year"]), str(entry.data["version"])))
    bakery.bake([made, *transparency.all_keys()])


def _bake_transparency() -> None:
    """Show the figures of today: what waits, and what is late, change by the clock alone."""
    if Organisation.objects.exists():
        bakery.bake(transparency.all_keys())


def _transports() -> tuple[Transport, ...]:
    private = settings.ALLOW_PRIVATE_ADDRESSES
    posting = (
        WebhookTransport(private),
        WebsubTransport(_baked, private, settings.STRANGERS_PRIVATE_ADDRESSES),
    )
    relay = mail.relay()
    if relay is None:
        return posting
    if isinstance(relay, mail.Service):
        return (AnymailTransport(relay), *posting)
    return (SmtpTransport(relay, mail.own_name(), signers(mail.own_name())), *posting)


MAIL = Channel(
    name="mail",
    label=gettext_lazy("E-mail"),
    transport="smtp",
    purposes=frozenset({*EDITION_PURPOSES, "digest", "confirm", "known"}),
    order=10,
    page=outgoing.page_of,
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

CORE = Plugin(
    name="onrecord",
    followers={
        said.Released: (Follower("statements.sequence", _sequence, Lane.NOW),),
        said.Sequenced: (
            Follower("record.witness", _ask_witnesses, Lane.NOW),
            Follower("statements.bake", _bake_edition, Lane.NOW),
        ),
        delivered.Suppressed: (Follower("followers.end_unreachable", _end_unreachable),),
        said.Published: (
            Follower("followers.tell", _tell_followers),
            Follower("followers.tell_webhooks", _tell_webhooks),
            Follower("followers.distribute_feeds", _distribute_feeds),
        ),
        delivered.Finished: (Follower("followers.heed_gone", _heed_gone),),
        said.Reviewed: (Follower("statements.bake_review", _bake_edition, Lane.NOW),),
        said.Sealed: (Follower("statements.log_seal", _log_seal, Lane.NOW),),
        said.SealLetGo: (Follower("statements.give_up_seals", _give_up_seals, Lane.NOW),),
        said.SealGivenUp: (Follower("statements.bake_given_up", _bake_given_up, Lane.NOW),),
        said.ErasureConfirmed: (Follower("statements.erase", _erase, Lane.NOW),),
        said.Erased: (
            Follower("statements.bake_erased", _bake_erased, Lane.NOW),
            Follower("followers.forget_letters", _forget_letters),
            Follower("statements.bake_everything", _bake_everything),  # nothing that shows it may be missed
        ),
        judged.RulesPublished: (Follower("moderation.bake_rules", _bake_rules, Lane.NOW),),
        judged.PolicyChanged: (Follower("moderation.bake_rules", _bake_rules),),
        filed.ReportPublished: (Follower("moderation.bake_report", _bake_report),),
        said.FilingChanged: (Follower("statements.bake_everything", _bake_everything),),
        commented.Submitted: (
            Follower("conversation.bake", _bake_shown),
            Follower("conversation.tell", _tell_of_answer),
        ),
        commented.Confirmed: (
            Follower("conversation.bake", _bake_shown),
            Follower("conversation.tell", _tell_of_answer),
        ),
        commented.Approved: (
            Follower("conversation.bake", _bake_thread, Lane.NOW),
            Follower("conversation.tell", _tell_of_answer),
        ),
        commented.Withdrawn: (Follower("conversation.bake", _bake_thread, Lane.NOW),),
        commented.Erased: (Follower("conversation.bake", _bake_threads, Lane.NOW),),
        commented.PolicyChanged: (Follower("conversation.bake_policy", _bake_policy),),
        commented.Edited: (Follower("conversation.bake", _bake_thread),),
        commented.Restricted: (Follower("conversation.bake", _bake_thread, Lane.NOW),),
        commented.Lifted: (Follower("conversation.bake", _bake_thread, Lane.NOW),),
        people.SetUp: (
            Follower("record.log_register", _follow_with_register, Lane.NOW),
            Follower("statements.bake_first", _bake_everything, Lane.NOW),
        ),
        people.OrganisationChanged: (
            Follower("record.change_register", _change_register),
            Follower("statements.bake_everything", _bake_everything),
        ),
        recorded.RegisterLogged: (Follower("record.bake_register", _bake_register, Lane.NOW),),
        recorded.RegisterSigned: (
            Follower("record.bake_register", _bake_register, Lane.NOW),
            Follower("record.bake_signed_register", _bake_signed_register),
        ),
        recorded.KeyClosed: (Follower("record.bake_after_closing", _bake_after_closing),),
        recorded.Timestamped: (Follower("record.bake_timestamp", _bake_timestamp),),
        recorded.WitnessesAsked: (Follower("record.bake_cosignatures", _bake_cosignatures),),
        recorded.WitnessAdded: (
            Follower("record.witnesses_changed", _witnesses_changed),
            Follower("record.change_register", _change_register),
        ),
        recorded.WitnessDisagreed: (Follower("record.heed_witness", _heed_witness, Lane.NOW),),
        recorded.WitnessRemoved: (
            Follower("record.witnesses_changed", _witnesses_changed),
            Follower("record.change_register", _change_register),
        ),
    },
    chores=(
        Chore("moderation.expire_effects", 30.0, moderation.expire),
        Chore("moderation.follow_notices", 30.0, moderation.follow_notices),
        Chore("moderation.look_for_reviewers", 60.0, moderation.look_for_reviewers),
        Chore("moderation.expire_unconfirmed", 3600.0, moderation.expire_unconfirmed),
        Chore("moderation.finish_cases", 600.0, moderation.finish_cases),
        Chore("moderation.bake_rules", 600.0, _bake_rules_that_begin),
        Chore("statements.release_due", 1.0, statements.release_due),
        Chore("statements.give_up_seals", 5.0, statements.give_up_seals),
        Chore("journal.drain", 1.0, reactions.drain),
        Chore("record.keep_register", 60.0, _keep_register),
        Chore("delivery.take_back_expired", 30.0, claims.take_back_expired),
        Chore("delivery.hold_back_late", 60.0, delivery.hold_back_late),
        Chore("delivery.finish", 5.0, delivery.finish),
        Chore("delivery.reduce_old", 3600.0, delivery.reduce_old),
        Chore("conversation.lift_ended", 30.0, conversation.lift_ended),
        Chore("conversation.forget_unconfirmed", 3600.0, conversation.forget_unconfirmed),
        Chore("conversation.forget_evidence", 3600.0, conversation.forget_evidence),
        Chore("conversation.bake_closed", 3600.0, conversation.bake_closed),
        Chore("conversation.bake_behind", 60.0, conversation.bake_behind),
        Chore("people.forget_forms", 600.0, counting.forget_old),
        Chore("delivery.forget_returns", 3600.0, returned.forget_old),
        Chore("followers.send_digests", 60.0, readers.send_digests),
        Chore("followers.count_days", 600.0, readers.count_days),
        Chore("followers.forget_unconfirmed", 3600.0, readers.forget_unconfirmed),
        Chore("followers.reduce_ended", 3600.0, readers.reduce_ended),
        Chore("followers.heed_gone", 30.0, _heed_all_gone),
        Chore("followers.verify_feed_readers", 5.0, _verify_feed_readers),
        Chore("followers.end_expired_feeds", 60.0, websub.end_expired),
        Chore("statements.announce_hub", 60.0, _announce_hub),
        Chore("followers.look_after_webhooks", 300.0, webhooks.look_after),
        Chore("moderation.bake_transparency", 3600.0, _bake_transparency),
        Chore("followers.bake_follow_pages", 3600.0, _bake_follow_pages),
        Chore("record.ask_witnesses", 30.0, _ask_witnesses_again),
        Chore("record.watch_others", 30.0, _watch_others),
        Chore("statements.bake_aged_news", 3600.0, _bake_aged_news),
        Chore("record.bake_logbook", 3600.0, _bake_logbook),
        Chore("identity.bake_well_known", 3600.0, _bake_well_known),
        Chore("identity.ask_domains", 3600.0, _ask_domains),
        Chore("record.stamp_checkpoint", 3600.0, _stamp_checkpoint),
    ),
    gates=(guard.refuse_fork, statements.forget_erased),
    transports=_transports(),
    channels=(MAIL, WEBHOOKS, FEEDS),
    families=(
        *(*log.FAMILIES, *documents.FAMILIES, *anchors.FAMILIES),
        *(*well_known.FAMILIES, *pages.families()),
        *follow_pages.FAMILIES,
        *threads.FAMILIES,
        *(*transparency.FAMILIES, *reports.FAMILIES, *rules.FAMILIES),
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
    ),
    quick_actions=(needs.quick_actions, judging.quick_actions),
    item_kinds=(StatementKind(),),
    sentences={
        **judging.sentences(),
        **needs.sentences(),
        **witnesses.SENTENCES,
        **standstill.SENTENCES,
        **vouching.SENTENCES,
        **hooked.SENTENCES,
    },
    resources=(webfinger.newsroom,),
    below=(threads.below,),
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
        (plugin.gates, gates.register),
        (plugin.transports, transports.register),
        (plugin.inbound, handlers.register),
        (plugin.channels, channels.register),
        (plugin.needs, panels.register),
        (plugin.quick_actions, panels.register_quick_actions),
        (plugin.profiles, profiles.register),
        (plugin.item_kinds, items.register),
        (plugin.resources, webfinger.register),
        (plugin.below, below.register),
        (plugin.comment_links, fragments.register_link),
        (plugin.comment_keepers, keeping.register),
    )
    for additions, take in tables:
        for each in additions:
            yield each, take
