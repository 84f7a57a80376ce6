# SPDX-License-Identifier: Apache-2.0
"""What the clock does, and how often, in seconds."""

from __future__ import annotations

from onrecord.conversation import actions as conversation
from onrecord.delivery import actions as delivery
from onrecord.delivery import claims
from onrecord.delivery.inbound import actions as returned
from onrecord.federation.receiving import handling as received
from onrecord.followers import actions as readers
from onrecord.followers.webhooks import actions as webhooks
from onrecord.followers.websub import actions as websub
from onrecord.journal import reactions
from onrecord.moderation import actions as moderation
from onrecord.moderation.platforms import actions as platforms
from onrecord.people.strangers import counting
from onrecord.plugins import Chore
from onrecord.press import actions as press
from onrecord.press.accreditation import actions as accreditation
from onrecord.press.coverage import verifying as mentions
from onrecord.press.distributions import actions as distributions
from onrecord.press.embargoes import actions as embargoes
from onrecord.press.inquiries.actions import keeping as inquiries_kept
from onrecord.press.inquiries.actions import reminding
from onrecord.press.wire import actions as wire
from onrecord.statements import actions as statements
from onrecord.wiring import (
    accrediting,
    answering,
    covered,
    fediverse,
    hearing,
    moderating,
    outlets,
    proving,
    publishing,
    telling,
)

CHORES = (
    Chore("moderation.log_commitments", 10.0, moderation.log_commitments, at_rest=30.0),
    Chore("moderation.keep_sampling", 3600.0, moderation.keep_sampling),
    Chore("moderation.expire_effects", 30.0, moderation.expire),
    Chore("moderation.follow_notices", 30.0, moderation.follow_notices),
    Chore("moderation.look_for_reviewers", 60.0, moderation.look_for_reviewers),
    Chore("moderation.expire_unconfirmed", 3600.0, moderation.expire_unconfirmed),
    Chore("moderation.finish_cases", 600.0, moderation.finish_cases),
    Chore("moderation.forget_words", 3600.0, moderation.forget_words),
    Chore("moderation.bake_rules", 600.0, moderating.bake_rules_that_begin),
    Chore("statements.release_due", 1.0, statements.release_due),
    Chore("statements.give_up_seals", 5.0, statements.give_up_seals, at_rest=15.0),
    Chore("journal.drain", 1.0, reactions.drain, at_rest=5.0),
    Chore("record.keep_register", 60.0, proving.keep_register),
    Chore("delivery.take_back_expired", 30.0, claims.take_back_expired),
    Chore("delivery.hold_back_late", 60.0, delivery.hold_back_late),
    Chore("delivery.finish", 5.0, delivery.finish, at_rest=15.0),
    Chore("delivery.reduce_old", 3600.0, delivery.reduce_old),
    Chore("conversation.take_arrivals", 1.0, answering.take_arrived, at_rest=5.0),
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
    Chore("press.verify_mentions", 2.0, covered.verify_mentions, at_rest=10.0),
    Chore("press.fetch_pages", 2.0, covered.fetch_pages, at_rest=10.0),
    Chore("press.forget_mentions", 3600.0, mentions.forget_old),
    Chore("press.advance_queues", 2.0, wire.advance_all, at_rest=10.0),
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
    Chore("followers.verify_feed_readers", 5.0, telling.verify_waiting_feed_readers, at_rest=15.0),
    Chore("followers.end_expired_feeds", 60.0, websub.end_expired),
    Chore("statements.announce_hub", 60.0, telling.announce_hub_again),
    Chore("followers.look_after_webhooks", 300.0, webhooks.look_after),
    Chore("moderation.forget_answers", 3600.0, platforms.forget_answers),
    Chore("moderation.bake_transparency", 3600.0, moderating.bake_transparency),
    Chore("federation.handle_received", 1.0, hearing.handle_received, at_rest=5.0),
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
)
