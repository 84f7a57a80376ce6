# SPDX-License-Identifier: Apache-2.0
"""The whole way with servers that others wrote, one for each way of signing: from the follow to its end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from onrecord.conversation import actions as conversation
from onrecord.conversation.models import Comment, State
from onrecord.delivery.models import Delivery
from onrecord.federation import actors, objects
from onrecord.federation.models import Follow, RemoteHost
from onrecord.federation.receiving import handling
from onrecord.journal import reactions
from onrecord.moderation import actions as moderation
from onrecord.moderation import items
from onrecord.moderation.actions import Ruling, Wanted
from onrecord.moderation.models import Notice
from onrecord.people.models import User
from onrecord.statements.models import Edition, Publication, Statement
from tests.federation.receiving.remote import PUBLIC
from tests.moderation.judging import rules
from tests.peers.fediverse import SPECIFICATIONS, Kim, fedify, fetched, heard
from tests.statements import drafts, newsroom
from tests.statements.newsroom import Newsroom

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def everybody(
    live_server: LiveServer,
    settings: Settings,
    tmp_path: Path,
    ines: User,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[list[Kim]]:
    """Start a server of Fedify that knows draft-cavage, and one that knows RFC 9421, in one program."""
    rules(ines)
    with fedify(live_server, settings, tmp_path, monkeypatch, *SPECIFICATIONS) as kims:
        yield kims


def test_from_a_follow_to_its_end_in_both_ways_of_signing(
    everybody: Sequence[Kim], olga: User, ines: User, mo: User
) -> None:
    for kim in everybody:
        _follows(kim)
    assert {host.name: host.signature for host in RemoteHost.objects.all()} == {
        kim.host: kind for kim, kind in zip(everybody, ("", "rfc9421"), strict=True)
    }

    water = _publication(drafts.released(olga, ines))
    for kim in everybody:
        _reads(kim, water, "safe to drink")
    corrected = drafts.corrected(water.edition, olga, ines, "We tested it on Sunday.")
    for kim in everybody:
        [update] = heard(kim, "Update")
        assert update["object"]["id"] == objects.address_of(water)
        assert "on Sunday" in update["object"]["content"]
    newsroom.withdraw(
        Newsroom(olga, ines), Statement.objects.get(pk=corrected.statement_id), "Another river."
    )
    for kim in everybody:
        _corrected, withdrawn = heard(kim, "Update")
        assert withdrawn["object"]["id"] == objects.address_of(water)
        assert "Another river." in withdrawn["object"]["content"]

    bridge = _publication(drafts.released(olga, ines, title="The bridge is open"))
    for kim in everybody:
        _reads(kim, bridge, "")
        _answers(kim, water, 1, "Too late.")
        _answers(kim, bridge, 2, "Thank you.")
    handling.handle_due()
    for kim in everybody:
        _is_judged(kim, bridge, mo)

    for kim in everybody:
        kim.does(type="Undo", id=f"{kim.uri}/undo", object={**_follow(kim), "actor": kim.uri}, to=PUBLIC)
    handling.handle_due()
    assert set(Follow.objects.values_list("ended_reason", flat=True)) == {"undone"}
    before = {kim.uri: len(kim.seen()) for kim in everybody}
    drafts.released(olga, ines, title="The library is open")
    for kim in everybody:
        heard(kim, "Create")
        assert len(kim.seen()) == before[kim.uri]
    assert set(Delivery.objects.filter(distribution__transport="activitypub").values_list("state")) == {
        ("accepted",)
    }


def _follow(kim: Kim) -> dict[str, Any]:
    press = actors.address_of(actors.newsroom())
    return {"type": "Follow", "id": f"{kim.uri}/follows/1", "object": press}


def _follows(kim: Kim) -> None:
    kim.does(**_follow(kim), to=_follow(kim)["object"])
    assert [one["object"]["id"] for one in heard(kim, "Accept")] == [_follow(kim)["id"]]
    assert Follow.objects.filter(follower__uri=kim.uri, ended_at=None).count() == 1


def _reads(kim: Kim, publication: Publication, words: str) -> None:
    """Hear a statement, in full, and what it says when it is fetched."""
    create = heard(kim, "Create")[-1]
    assert create["object"]["id"] == objects.address_of(publication)
    assert words in create["object"]["content"]


def _answers(kim: Kim, publication: Publication, number: int, words: str) -> None:
    note = {
        "type": "Note",
        "id": f"{kim.uri}/notes/{number}",
        "attributedTo": kim.uri,
        "content": f"<p>{words} Your neighbour at {urlsplit(kim.uri).port}.</p>",
        "inReplyTo": objects.address_of(publication),
        "to": PUBLIC,
    }
    kim.does(type="Create", id=f"{note['id']}/create", object=note, to=PUBLIC)


def _is_judged(kim: Kim, publication: Publication, mo: User) -> None:
    """Let the answer be read by everybody, then take it out of view; its author is told why."""
    comment = Comment.objects.get(commenter__origin=kim.uri)
    assert (comment.state, comment.statement_id) == (State.HELD, publication.statement_id)
    words = f"at {urlsplit(kim.uri).port}."
    assert words not in _page(publication)
    conversation.approve(comment, by=mo)
    assert words in _page(publication)

    item = items.find("comment", str(comment.pk))
    case = moderation.open_by_staff(item, category="", by=mo)
    ruling = Ruling(
        item_version=item.version,
        facts="It says where somebody lives.",
        explanation="Nobody has to be found at home.",
        effects=(Wanted("seal"),),
        rule=None,
        legal_ground="Data protection act, section 5",
    )
    decision = moderation.decide(case, ruling, by=mo, revision=case.revision)
    assert words not in _page(publication)
    told = heard(kim, "Create")[-1]
    assert (told["to"], told["object"]["inReplyTo"]) == ([kim.uri], comment.source_id)
    assert decision.public_number in told["object"]["content"]
    found = re.search(rf'{kim.home}/notice/[^"<]+', told["object"]["content"])
    assert found is not None
    reasons = fetched(found[0]).decode()
    assert "Data protection act, section 5" in reasons
    assert "Nobody has to be found at home." in reasons
    assert Notice.objects.get(decision=decision, party="author").informed_at is not None


def _page(publication: Publication) -> str:
    """Return the page of a statement, as it is baked now."""
    reactions.drain()
    return (Path(settings.HOME) / f"site{publication.path}index.html").read_text()


def _publication(edition: Edition) -> Publication:
    return Publication.objects.select_related("edition").get(statement=edition.statement_id)
