# SPDX-License-Identifier: Apache-2.0
"""The register of keys, from the set-up of a newsroom to its files on the site."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from django.db import transaction

from onrecord.bakery import actions as bakery
from onrecord.journal import actions as journal
from onrecord.journal import reactions
from onrecord.journal.events import CLOCK
from onrecord.people import events as people
from onrecord.people.models import Organisation, User
from onrecord.proof import register as registers
from onrecord.proof.bundle import Bundle
from onrecord.proof.case import Pins
from onrecord.proof.verdict import Outcome, judge
from onrecord.record.models import Document
from tests.statements.drafts import released


@pytest.fixture(autouse=True)
def baked_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children of a full bake would see nothing of the test's transaction."""
    monkeypatch.setattr(bakery, "bake_all", partial(bakery.bake_all, workers=0))


def set_up(organisation: Organisation) -> None:
    """Let follow what follows the completion of the set-up wizard."""
    with transaction.atomic():
        journal.write(
            people.SetUp(
                subject="organisation/1",
                organisation=organisation.name,
                address=organisation.address,
                languages=organisation.languages,
            ),
            by=CLOCK,
        )


def test_set_up_bakes_the_first_register(organisation: Organisation, own_home: Path) -> None:
    set_up(organisation)
    site = own_home / "site"
    for ending in (".json", ".tlog-proof"):
        assert (site / f"register{ending}").read_bytes() == (site / f"register/1{ending}").read_bytes()
    assert not (site / "register.note").exists()
    assert registers.read((site / "register.json").read_bytes()).organisation == "Town of Elmford"
    assert (site / "log/checkpoint").read_text().split("\n")[1] == "1"
    assert (site / "index.html").exists()


def test_an_edition_holds_with_the_register_that_the_site_shows(
    organisation: Organisation, own_home: Path, olga: User, ines: User
) -> None:
    set_up(organisation)
    edition = released(olga, ines)
    assert edition.leaf_index == 1
    site, path = own_home / "site", edition.statement.publication.path.strip("/")
    register = (site / "register.json").read_bytes()
    bundle = Bundle(
        instructions=b"",
        edition=(site / path / "1.json").read_bytes(),
        proof=(site / path / "1.tlog-proof").read_bytes(),
        register=register,
        register_proof=(site / "register.tlog-proof").read_bytes(),
        register_note=None,
        policy=None,
        files={},
    )
    verdict = judge(bundle, Pins(site_register=register))
    assert verdict.outcome is Outcome.HOLDS, verdict.to_json()


def test_a_new_name_is_in_the_register_and_on_the_site(organisation: Organisation, own_home: Path) -> None:
    set_up(organisation)
    Organisation.objects.update(name="City of Elmford")
    with transaction.atomic():
        journal.write(people.OrganisationChanged(subject="organisation/1", changed=["name"]), by=CLOCK)
    while reactions.drain():
        pass
    site = own_home / "site"
    assert registers.read((site / "register.json").read_bytes()).organisation == "City of Elmford"
    assert registers.read((site / "register/1.json").read_bytes()).organisation == "Town of Elmford"
    assert (site / "register.json").read_bytes() == (site / "register/2.json").read_bytes()


def test_a_newsroom_that_only_changes_its_name_gets_no_register_by_that(
    organisation: Organisation, own_home: Path
) -> None:
    with transaction.atomic():
        journal.write(people.OrganisationChanged(subject="organisation/1", changed=["name"]), by=CLOCK)
    while reactions.drain():
        pass
    assert not Document.objects.exists()


def test_a_full_bake_keeps_every_register(organisation: Organisation, own_home: Path) -> None:
    set_up(organisation)
    bakery.bake_all()
    assert (own_home / "site/register/1.json").exists()
    assert (own_home / "site/register.json").exists()
