# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from onrecord.federation import actors
from onrecord.federation.models import Actor, ActorKind
from onrecord.journal.models import Entry
from onrecord.people.errors import NotSetUp
from onrecord.people.models import Organisation

pytestmark = pytest.mark.django_db
HOME = "https://news.elmford.example"


def test_the_newsroom_has_one_account_made_at_first_use(organisation: Organisation) -> None:
    actor = actors.newsroom()
    assert actors.newsroom() == actor
    assert (actor.name, actor.kind) == ("press", ActorKind.NEWSROOM)
    assert Entry.objects.filter(event="federation.actor_opened", subject=actor.subject).count() == 1


def test_the_program_has_an_account_of_its_own(organisation: Organisation) -> None:
    assert actors.instance() == actors.instance() != actors.newsroom()


@pytest.mark.django_db(transaction=True)
def test_processes_that_need_the_account_at_once_get_the_same_one() -> None:
    def first_use(_number: int) -> int:
        try:
            return actors.newsroom().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(first_use, range(4)))) == 1
    assert Actor.objects.count() == Entry.objects.filter(event="federation.actor_opened").count() == 1


def test_addresses_stand_below_the_site(organisation: Organisation) -> None:
    actor = actors.newsroom()
    assert actors.address_of(actor) == f"{HOME}/ap/actors/press"
    assert actors.inbox_of(actor) == f"{HOME}/ap/actors/press/inbox"
    assert actors.shared_inbox() == f"{HOME}/ap/inbox"
    assert actors.key_id(actor) == f"{HOME}/ap/actors/press#main-key"
    assert actors.proof_method(actor) == f"{HOME}/ap/actors/press#ed25519-1"
    assert actors.handle_of(actor) == "@press@news.elmford.example"


def test_an_account_is_found_by_its_address_alone(organisation: Organisation) -> None:
    actor = actors.newsroom()
    assert actors.by_address(f"{HOME}/ap/actors/press") == actor
    for other in (f"{HOME}/ap/actors/press/inbox", "https://elsewhere.example/ap/actors/press", "press", ""):
        assert actors.by_address(other) is None


def test_keys_are_made_once_and_readable_by_nobody_else(organisation: Organisation, own_home: Path) -> None:
    actor = actors.newsroom()
    assert actors.rsa(actor).key_size == 2048
    assert actors.ed25519(actor) == actors.ed25519(actors.newsroom())
    files = sorted((own_home / "keys" / "federation").iterdir())
    assert [file.name for file in files] == ["press-1-ed25519.pem", "press-1-rsa.pem"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_before_the_newsroom_is_set_up_nothing_has_an_address(db: None) -> None:
    with pytest.raises(NotSetUp):
        actors.shared_inbox()
