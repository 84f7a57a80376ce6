# SPDX-License-Identifier: Apache-2.0
"""What activities change: who follows, what is a comment, who liked; and what they must not change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from onrecord.conversation import actions as conversation
from onrecord.conversation.models import Comment, Commenter, Mode, Policy, Source, State
from onrecord.conversation.questions import content_of
from onrecord.delivery.models import Distribution
from onrecord.federation import actors, objects
from onrecord.federation.models import (
    Flag,
    Follow,
    Interaction,
    InteractionKind,
    ReceivedActivity,
    RemoteActor,
)
from onrecord.federation.receiving import handling
from onrecord.federation.receiving.handlers import HANDLERS, quoting
from onrecord.journal import reactions
from onrecord.journal.events import CLOCK
from onrecord.journal.models import Entry
from onrecord.moderation.models import Report
from onrecord.people.errors import NotAllowed
from onrecord.people.models import Organisation, User
from onrecord.statements.models import Publication
from tests.federation.receiving.remote import Remote, Somebody
from tests.statements import drafts

pytestmark = pytest.mark.django_db


def tell(by: Somebody, activity: dict[str, Any]) -> None:
    """Send an activity, and let it be handled."""
    assert by.send(activity).status == 202
    handling.handle_due()
    assert not ReceivedActivity.objects.exclude(due_at=None).exists()
    assert set(ReceivedActivity.objects.values_list("last_error", flat=True)) <= {""}


def follow(by: Somebody) -> dict[str, Any]:
    return by.activity("Follow", actors.address_of(actors.newsroom()))


def sent(kind: str) -> list[dict[str, Any]]:
    """Return the activities of a kind that the ledger holds."""
    found = [row.body["letters"]["activity"]["activity"] for row in Distribution.objects.order_by("pk")]
    return [one for one in found if one["type"] == kind]


def answer(
    by: Somebody, publication: Publication, words: str = "<p>Thank you for testing.</p>", **more: Any
) -> Comment:
    """Return what becomes of an answer from elsewhere."""
    note = by.note(words, objects.address_of(publication), **more)
    tell(by, by.create(note))
    return Comment.objects.get(source_id=note["id"])


# --- Follow -------------------------------------------------------------------------------------------------


# --- Answers ------------------------------------------------------------------------------------------------


def test_an_answer_becomes_a_comment_that_waits_for_a_moderator(water: Publication, jan: Somebody) -> None:
    comment = answer(jan, water)
    assert (comment.state, comment.source, comment.statement_id) == (
        State.HELD,
        Source.FEDIVERSE,
        water.statement_id,
    )
    host = jan.home.url.removeprefix("http://")
    assert comment.name == f"Jan (@jan@{host})"
    assert comment.commenter.origin == jan.uri
    assert content_of(comment).text == "Thank you for testing."
    assert Interaction.objects.get().kind == InteractionKind.REPLY


def test_the_page_of_the_statement_may_be_answered_as_well(water: Publication, jan: Somebody) -> None:
    note = jan.note("Thank you.", f"https://news.elmford.example{water.path}")
    tell(jan, jan.create(note))
    assert Comment.objects.count() == 1


def test_an_answer_to_an_answer_stands_below_it(water: Publication, jan: Somebody, mo: User) -> None:
    first = conversation.approve(answer(jan, water), by=mo)
    note = jan.note("One more thing.", first.source_id)
    tell(jan, jan.create(note))
    second = Comment.objects.get(source_id=note["id"])
    assert second.parent == first


def test_somebody_known_is_shown_at_once_if_the_policy_says_so(
    water: Publication, jan: Somebody, mo: User
) -> None:
    Policy.objects.create(pk=Policy.ONLY, mode=Mode.AFTER)
    first = answer(jan, water)
    assert first.state == State.HELD
    conversation.approve(first, by=mo)
    assert answer(jan, water, "When is the next test?").state == State.SHOWN


def test_where_comments_are_closed_none_is_taken(water: Publication, jan: Somebody) -> None:
    Policy.objects.create(pk=Policy.ONLY, mode=Mode.CLOSED)
    tell(jan, jan.create(jan.note("Hello?", objects.address_of(water))))
    assert not Comment.objects.exists()
    assert not Interaction.objects.exists()


@pytest.mark.parametrize(
    "to", [["https://news.elmford.example/ap/actors/press"], ["https://r.example/users/jan/followers"], []]
)
def test_what_is_not_for_everybody_is_not_kept(water: Publication, jan: Somebody, to: list[str]) -> None:
    tell(jan, jan.create(jan.note("Between us.", objects.address_of(water), to=to)))
    assert not Comment.objects.exists()


def test_an_answer_to_a_statement_under_embargo_is_not_kept(
    olga: User, ines: User, jan: Somebody, water: Publication
) -> None:
    hidden = drafts.approved(olga, ines, title="Not yet")
    tell(jan, jan.create(jan.note("I know.", "https://news.elmford.example/ap/statements/2026/not-yet/en")))
    tell(jan, jan.create(jan.note("I know.", "https://news.elmford.example/s/2026/not-yet/")))
    assert not Comment.objects.exists()
    assert hidden.pk


def test_an_answer_to_a_withdrawn_statement_is_not_kept(
    water: Publication, jan: Somebody, olga: User, ines: User
) -> None:
    Publication.objects.filter(pk=water.pk).update(withdrawn=True)
    tell(jan, jan.create(jan.note("Why?", objects.address_of(water))))
    assert not Comment.objects.exists()


def test_words_of_somebody_else_are_not_kept(water: Publication, elsewhere: Remote, jan: Somebody) -> None:
    max_ = elsewhere.somebody("max")
    note = jan.note("I hate water.", objects.address_of(water))
    tell(max_, max_.create(note))
    note["id"] = "https://other.example/notes/1"
    note["attributedTo"] = max_.uri
    tell(max_, max_.create(note))
    assert not Comment.objects.exists()


def test_an_answer_of_which_only_the_id_comes_is_asked_for(water: Publication, jan: Somebody) -> None:
    note = jan.note("Thank you.", objects.address_of(water))
    jan.home.documents[note["id"].removeprefix(jan.home.url)] = note
    tell(jan, jan.activity("Create", note["id"], to=note["to"]))
    assert Comment.objects.get().source_id == note["id"]


def test_an_edit_makes_a_version_and_waits_again(water: Publication, jan: Somebody, mo: User) -> None:
    comment = answer(jan, water)
    conversation.approve(comment, by=mo)
    note = jan.note("<p>Thank you for <b>testing</b>!</p>", objects.address_of(water), id=comment.source_id)
    tell(jan, jan.activity("Update", note, to=note["to"]))
    comment.refresh_from_db()
    assert [one.text for one in comment.versions.all()] == [
        "Thank you for testing.",
        "Thank you for **testing**!",
    ]
    assert comment.state == State.HELD


def test_what_was_reported_is_not_changed_any_more(water: Publication, jan: Somebody, mo: User) -> None:
    comment = conversation.approve(answer(jan, water), by=mo)
    conversation.freeze_editing(comment, reference="reported/1", by=CLOCK)
    note = jan.note("Innocent words.", objects.address_of(water), id=comment.source_id)
    tell(jan, jan.activity("Update", note, to=note["to"]))
    assert content_of(comment).text == "Thank you for testing."


def test_nobody_changes_or_deletes_what_somebody_else_said(
    water: Publication, elsewhere: Remote, jan: Somebody
) -> None:
    comment = answer(jan, water)
    max_ = elsewhere.somebody("max")
    forged = max_.note("Nonsense.", objects.address_of(water), id=comment.source_id)
    tell(max_, max_.activity("Update", forged, to=forged["to"]))
    tell(max_, max_.activity("Update", {**forged, "attributedTo": jan.uri}, to=forged["to"]))
    tell(max_, max_.activity("Delete", comment.source_id))
    tell(max_, max_.activity("Delete", {"type": "Tombstone", "id": comment.source_id}))
    tell(max_, max_.activity("Delete", jan.uri))
    comment.refresh_from_db()
    assert comment.state == State.HELD
    assert content_of(comment).text == "Thank you for testing."
    assert RemoteActor.objects.get(uri=jan.uri).gone_at is None


def test_what_its_author_deletes_is_withdrawn(water: Publication, jan: Somebody, mo: User) -> None:
    comment = conversation.approve(answer(jan, water), by=mo)
    tell(jan, jan.activity("Delete", {"type": "Tombstone", "id": comment.source_id}))
    comment.refresh_from_db()
    assert comment.state == State.WITHDRAWN
    assert not comment.versions.exists()
    assert Interaction.objects.get().ended_at is not None


def test_what_was_deleted_before_it_came_is_not_kept(water: Publication, jan: Somebody) -> None:
    tell(jan, follow(jan))
    note = jan.note("Too quick.", objects.address_of(water))
    tell(jan, jan.activity("Delete", note["id"]))
    tell(jan, jan.create(note))
    assert not Comment.objects.exists()


def test_the_same_answer_twice_is_one_comment(water: Publication, jan: Somebody) -> None:
    note = jan.note("Thank you.", objects.address_of(water))
    tell(jan, jan.create(note))
    tell(jan, jan.create(note))
    tell(jan, jan.create(jan.note("Thank you.", objects.address_of(water))))
    assert Comment.objects.count() == 1


def test_an_account_that_ends_is_forgotten(water: Publication, jan: Somebody, mo: User) -> None:
    comment = conversation.approve(answer(jan, water), by=mo)
    tell(jan, follow(jan))
    tell(jan, jan.activity("Like", objects.address_of(water)))
    jan.send(jan.activity("Delete", jan.uri))
    handling.handle_due()
    comment.refresh_from_db()
    assert (comment.state, comment.name) == (State.ERASED, "")
    assert Commenter.objects.get().origin == ""
    assert Follow.objects.get().ended_reason == "gone"
    row = RemoteActor.objects.get()
    assert (row.uri, row.inbox, row.name, row.keys) == (jan.uri, "", "", [])
    assert not Interaction.objects.filter(ended_at=None).exists()


# --- Likes, shares, quotes ----------------------------------------------------------------------------------


def test_likes_and_shares_count_once_for_each_account_and_can_be_undone(
    water: Publication, elsewhere: Remote, jan: Somebody
) -> None:
    kim = elsewhere.somebody("kim")
    like = jan.activity("Like", objects.address_of(water))
    share = kim.activity("Announce", objects.address_of(water), to=["as:Public"])
    for by, activity in ((jan, like), (kim, share), (jan, jan.activity("Like", objects.address_of(water)))):
        tell(by, activity)
    now = Interaction.objects.filter(ended_at=None)
    assert sorted(now.values_list("kind", "by__uri")) == [("like", jan.uri), ("share", kim.uri)]
    tell(kim, kim.activity("Undo", like))
    assert now.count() == 2
    tell(jan, jan.activity("Undo", like))
    tell(kim, kim.activity("Undo", share["id"]))
    assert not now.exists()


def test_a_like_that_was_undone_before_it_came_does_not_count(water: Publication, jan: Somebody) -> None:
    tell(jan, follow(jan))
    like = jan.activity("Like", objects.address_of(water))
    tell(jan, jan.activity("Undo", like))
    tell(jan, like)
    assert not Interaction.objects.exists()


def test_whoever_quotes_gets_a_stamp_that_a_moderator_can_take_back(
    water: Publication, jan: Somebody, mo: User, olga: User
) -> None:
    quote = f"{jan.uri}/notes/quote"
    request = jan.activity("QuoteRequest", objects.address_of(water), instrument=quote)
    tell(jan, request)
    row = Interaction.objects.get()
    accept = sent("Accept")[0]
    assert accept["result"] == f"https://news.elmford.example/ap/quotes/{row.number}"
    assert accept["object"]["id"] == request["id"]
    assert Entry.objects.filter(event="federation.quote_authorised").count() == 1
    with pytest.raises(NotAllowed):
        quoting.revoke(row, by=olga)
    quoting.revoke(row, by=mo)
    assert sent("Delete")[0]["object"]["id"] == accept["result"]


def test_nobody_gets_a_stamp_for_what_is_on_another_host(water: Publication, jan: Somebody) -> None:
    quote = "https://other.example/notes/1"
    tell(jan, jan.activity("QuoteRequest", objects.address_of(water), instrument=quote))
    assert not Interaction.objects.exists()


# --- Flag, Move ---------------------------------------------------------------------------------------------


def test_a_flag_is_kept_once_with_what_it_is_about(water: Publication, jan: Somebody) -> None:
    about = [actors.address_of(actors.newsroom()), objects.address_of(water)]
    activity = jan.activity("Flag", about, content="<p>This is <b>wrong</b>.</p>")
    tell(jan, activity)
    row = Flag.objects.get()
    assert (row.objects_named, row.text) == (about, "This is wrong.")
    assert Entry.objects.get(event="federation.flagged").data == {"flag_id": row.pk}


def test_what_is_flagged_is_a_report_for_moderators_once(
    water: Publication, elsewhere: Remote, jan: Somebody, mo: User
) -> None:
    comment = conversation.approve(answer(jan, water), by=mo)
    server = elsewhere.somebody("instance")
    for _ in range(2):
        tell(
            server,
            server.activity("Flag", [objects.address_of(water), comment.source_id, "https://x.example/"]),
        )
        while reactions.drain():
            pass
    reports = Report.objects.order_by("pk").values_list("item_kind", "state", "name")
    host = elsewhere.url.removeprefix("http://")
    assert list(reports) == [("statement", "in_case", host), ("comment", "in_case", host)]


# --- All kinds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["Accept", "Reject", "Add", "Remove", "Offer", "EmojiReact", "View", "Nonsense"]
)
def test_what_is_not_understood_is_taken_and_changes_nothing(
    organisation: Organisation, jan: Somebody, kind: str
) -> None:
    tell(jan, jan.activity(kind, actors.address_of(actors.newsroom())))
    assert not Follow.objects.exists()


@pytest.mark.parametrize("kind", list(HANDLERS))
def test_what_is_malformed_inside_changes_nothing(water: Publication, jan: Somebody, kind: str) -> None:
    odd: list[Any] = [
        None,
        "",
        [],
        {},
        [[]],
        7,
        {"id": 7},
        {"id": {"id": "x"}},
        {"type": ["Note", 3]},
        [None],
    ]
    jan.send(follow(jan))  # from now on the account is known
    for what in odd:
        jan.send(jan.activity(kind, what, target=what, instrument=what, to=what, content=what))
        handling.handle_due()
    assert set(ReceivedActivity.objects.values_list("last_error", flat=True)) == {""}
    assert not Comment.objects.exists()


def test_activities_of_one_account_are_handled_in_their_order(
    organisation: Organisation, jan: Somebody
) -> None:
    activity = follow(jan)
    jan.send(activity)
    jan.send(jan.activity("Undo", activity))
    jan.send(follow(jan))
    ReceivedActivity.objects.filter(pk=ReceivedActivity.objects.order_by("pk")[0].pk).update(
        due_at=timezone.now() + timedelta(hours=1)
    )
    assert handling.handle_due() == 0
    ReceivedActivity.objects.update(due_at=timezone.now())
    assert handling.handle_due() == 3
    assert Follow.objects.get().ended_at is None
