# SPDX-License-Identifier: Apache-2.0
"""What follows what: for each event those who act on it, in their order."""

from __future__ import annotations

from collections.abc import Mapping

from onrecord.conversation import events as commented
from onrecord.delivery import events as delivered
from onrecord.federation import events as federated_events
from onrecord.federation.moving import events as moved
from onrecord.federation.receiving import events as heard
from onrecord.journal.events import Event
from onrecord.journal.reactions import Follower, Lane
from onrecord.moderation import events as judged
from onrecord.moderation.filing import events as filed
from onrecord.people import events as people
from onrecord.press.accreditation import events as asked
from onrecord.press.coverage import events as taken_up
from onrecord.press.inquiries import events as inquired
from onrecord.press.room import events as room_events
from onrecord.record import events as recorded
from onrecord.statements import events as said
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
    telling,
)

FOLLOWERS: Mapping[type[Event], tuple[Follower, ...]] = {
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
    delivered.Finished: (
        Follower("followers.heed_gone", telling.heed_gone),
        Follower("delivery.heed_refusals", telling.heed_refusals),
    ),
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
        Follower("moderation.open_case", moderating.judge_held, concerns=answering.is_confirmed),
        Follower("conversation.bake", answering.bake_shown, concerns=answering.is_confirmed),
        Follower("conversation.tell", answering.tell_of_answer, concerns=answering.is_confirmed),
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
}
