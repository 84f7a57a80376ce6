# SPDX-License-Identifier: Apache-2.0
"""What follows in moderation, beside what one transaction does: pages, cases, what the classifier learns."""

from __future__ import annotations

from onrecord.bakery import actions as bakery
from onrecord.conversation.models.comments import State as CommentState
from onrecord.journal.events import CLOCK
from onrecord.journal.models import Entry
from onrecord.moderation import actions as moderation
from onrecord.moderation import pages as rules
from onrecord.moderation.filing import pages as reports
from onrecord.moderation.kinds import comments
from onrecord.moderation.models import Commitment
from onrecord.moderation.platforms import telling
from onrecord.moderation.transparency import entries
from onrecord.moderation.transparency import pages as transparency
from onrecord.people.models import Organisation
from onrecord.statements.pages import documents, log, logbook


def judge_held(entry: Entry) -> None:
    if entry.data["state"] == CommentState.HELD:
        moderation.open_held(comments.NAME, str(entry.data["comment_id"]))


def close_withdrawn(entry: Entry) -> None:
    moderation.close_withdrawn(comments.NAME, str(entry.data["comment_id"]))


def forget_author(entry: Entry) -> None:
    moderation.forget_author(entry.subject)


def learn_from_decision(entry: Entry) -> None:
    key = moderation.comment_of_spam(entry.data["decision_id"])
    if key:
        comments.learn(key, by=CLOCK)


def unlearn_from_appeal(entry: Entry) -> None:
    key = moderation.comment_of_spam(entry.data["decision_id"], superseded=True)
    if key and entry.data["outcome"] == "reversed":
        comments.unlearn(key, by=CLOCK)


def bake_rules(_entry: Entry) -> None:
    bakery.bake(rules.all_keys())


def bake_rules_that_begin() -> None:
    if Organisation.objects.exists():
        bakery.bake(rules.all_keys())


def tell_platform(entry: Entry) -> None:
    """Tell the platform where the thing that was decided about stands, if it stands elsewhere."""
    decision = entry.data.get("decision_id") or entry.subject.rpartition("/")[2]
    telling.tell(int(decision), entry.event, at=entry.at, entry=entry.pk)


def bake_decisions(entry: Entry) -> None:
    """Show the edition that commits to decisions, its proof, and the log that has grown by it."""
    edition = (documents.DOCUMENTS, (entry.data["path"],))
    listed = Commitment.objects.filter(document__path=entry.data["path"]).values_list("year", "place")
    bakery.bake([*log.keys_before_pages(), edition, *logbook.all_keys(), *entries.keys_of(listed)])


def bake_samples(_entry: Entry) -> None:
    """Show what was drawn, and how often it was wrong."""
    bakery.bake(transparency.all_keys())


def put_right(entry: Entry) -> None:
    """Let what was reversed of the newsroom's own accord follow as after an appeal."""
    tell_platform(entry)
    bake_entry(entry)
    bakery.bake(transparency.all_keys())
    key = moderation.comment_of_spam(entry.data["decision_id"], superseded=True)
    if key:
        comments.unlearn(key, by=CLOCK)


def bake_entry(entry: Entry) -> None:
    """Show what an appeal made of a decision where its public entry stands."""
    appealed = Commitment.objects.filter(decision__superseded_by=entry.data["decision_id"])
    bakery.bake(entries.keys_of(appealed.values_list("year", "place")))


def bake_entries(entry: Entry) -> None:
    """Show entries, or show them no more: whoever changed the policy may have chosen so."""
    if "public_entries" in entry.data["fields"]:
        bakery.bake_all()


def bake_report(entry: Entry) -> None:
    made = (reports.NAME, (str(entry.data["year"]), str(entry.data["version"])))
    bakery.bake([made, *transparency.all_keys()])


def bake_transparency() -> None:
    """Show the figures of today: what waits, and what is late, change by the clock alone."""
    if Organisation.objects.exists():
        bakery.bake(transparency.all_keys())
