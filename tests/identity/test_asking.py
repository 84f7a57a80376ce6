# SPDX-License-Identifier: Apache-2.0
"""Asking known domains: from the desk, by the clock, from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.utils import timezone

from onrecord.config.cli import main
from onrecord.identity import actions, checks, links, needs
from onrecord.identity.models import Finding
from onrecord.journal.models import Entry
from onrecord.outbound import Response
from onrecord.people.actions import change_organisation
from onrecord.people.errors import NotAllowed
from onrecord.people.models import Organisation, User
from onrecord.proof import register as registers
from onrecord.proof.dns_record import DnsRecord
from onrecord.proof.keys import PrivateKey
from onrecord.record import ceremony
from tests.identity.name_server import name_server

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

NAME = "_onrecord.elmford.example"
RIGHT = DnsRecord("news.elmford.example/log").to_text()


@pytest.fixture
def elmford(organisation: Organisation, ada: User, monkeypatch: pytest.MonkeyPatch) -> Organisation:
    """The town names its domain, which has a trust.txt without this site."""
    monkeypatch.setattr(links, "fetch", lambda url, **_limits: Response(200, {}, b"member=x\n", url))
    change_organisation({"domains": ["elmford.example"]}, by=ada)
    return Organisation.current()


@pytest.fixture
def records(settings: Settings) -> Iterator[dict[str, list[str] | None]]:
    """What DNS says; a test fills it in."""
    told: dict[str, list[str] | None] = {}
    with name_server(told) as server:
        settings.DNS_SERVERS = server
        yield told


def outcomes() -> dict[str, str]:
    """Return what was found, by way."""
    return {finding.way: finding.outcome for finding in Finding.objects.all()}


def changes() -> list[tuple[str, str, str]]:
    """Return what the journal tells of links."""
    told = Entry.objects.filter(event="identity.link_changed").order_by("pk")
    return [(entry.data["way"], entry.data["before"], entry.data["after"]) for entry in told]


def test_an_administrator_asks_and_the_journal_tells_changes_only(
    elmford: Organisation, ada: User, records: dict[str, list[str] | None]
) -> None:
    actions.check_domains(by=ada)
    assert outcomes() == {"dns": "missing", "trust.txt": "not named"}
    records[NAME] = [RIGHT]
    actions.check_domains(by=ada)
    actions.check_domains(by=ada)

    assert outcomes() == {"dns": "right", "trust.txt": "not named"}
    assert changes() == [("dns", "", "missing"), ("trust.txt", "", "not named"), ("dns", "missing", "right")]


def test_others_may_not_ask(elmford: Organisation, ines: User) -> None:
    with pytest.raises(NotAllowed):
        actions.check_domains(by=ines)
    assert not Finding.objects.exists()


def test_a_domain_that_does_not_answer_keeps_what_it_said(
    elmford: Organisation, records: dict[str, list[str] | None]
) -> None:
    records[NAME] = [RIGHT]
    actions.ask_domains()
    records[NAME] = None
    actions.ask_domains()

    finding = Finding.objects.get(way="dns")
    assert finding.outcome == "right"
    assert "could not say anything about _onrecord.elmford.example" in finding.trouble
    assert [change for change in changes() if change[0] == "dns"] == [("dns", "", "right")]


def test_a_domain_that_is_no_longer_ours_is_forgotten(
    elmford: Organisation, ada: User, records: dict[str, list[str] | None]
) -> None:
    actions.ask_domains()
    change_organisation({"domains": []}, by=ada)
    assert actions.is_time_to_ask()
    actions.ask_domains()

    assert not Finding.objects.exists()
    assert not actions.is_time_to_ask()


def test_a_domain_that_was_taken_away_while_it_was_asked_is_not_kept(
    elmford: Organisation, records: dict[str, list[str] | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(domains: list[str], *_asked: object) -> list[links.Seen]:
        return [links.Seen(name, links.Way.DNS, links.Outcome.RIGHT) for name in (*domains, "gone.example")]

    monkeypatch.setattr(links, "look", look)

    assert [finding.domain for finding in actions.ask_domains()] == ["elmford.example"]


def test_the_clock_asks_once_a_day(elmford: Organisation, records: dict[str, list[str] | None]) -> None:
    assert actions.is_time_to_ask()
    actions.ask_domains()
    assert not actions.is_time_to_ask()
    Finding.objects.filter(way="dns").update(at=timezone.now() - timedelta(hours=25))
    assert actions.is_time_to_ask()


def test_the_front_page_and_check_tell_of_a_domain_that_vouches_for_others(
    elmford: Organisation, ada: User, ines: User, records: dict[str, list[str] | None]
) -> None:
    records[NAME] = [DnsRecord("other.example/log").to_text()]
    actions.ask_domains()

    (need,) = needs.needs(ada)
    assert need.title == "elmford.example does not vouch for this newsroom"
    assert "vouches for another log: other.example/log" in need.detail
    assert not list(needs.needs(ines))
    assert [message.id for message in checks.check()] == ["identity.W001", "identity.W002"]
    assert "other.example/log" in checks.check()[0].msg


def test_a_right_record_and_a_contact_leave_nothing_to_say(
    elmford: Organisation, ada: User, records: dict[str, list[str] | None]
) -> None:
    records[NAME] = [RIGHT]
    actions.ask_domains()
    change_organisation({"security_contact": "mailto:security@elmford.example"}, by=ada)

    assert checks.check() == []
    assert not list(needs.needs(ada))


def test_the_command_shows_what_to_enter(elmford: Organisation) -> None:
    shown = CliRunner().invoke(main, ["identity", "show"])
    as_json = CliRunner().invoke(main, ["identity", "show", "--json"])

    assert shown.exit_code == 0
    assert f'{NAME}. IN TXT "{RIGHT}"' in shown.output
    assert "control=https://news.elmford.example/" in shown.output
    assert json.loads(as_json.output)["domains"][0]["text"] == RIGHT


def test_once_there_are_root_keys_the_record_has_to_name_them(
    elmford: Organisation, records: dict[str, list[str] | None]
) -> None:
    def named() -> str:
        root = PrivateKey("news.elmford.example/log/root/1", Ed25519PrivateKey.generate())
        return registers.read(bytes(ceremony.name_roots(1, [root.public]).content)).fingerprint()

    before, now = named(), named()
    found = []
    for text in (RIGHT, f"{RIGHT}; root={before}", f"{RIGHT}; root={now}"):
        records[NAME] = [text]
        actions.ask_domains()
        found.append(outcomes()["dns"])

    assert found == ["no root", "other root", "right"]
    assert f"root={now}" in CliRunner().invoke(main, ["identity", "show"]).output


def test_the_command_tells_right_from_wrong_and_unknown(
    elmford: Organisation, ada: User, records: dict[str, list[str] | None]
) -> None:
    wrong = CliRunner().invoke(main, ["identity", "check"])
    records[NAME] = [RIGHT]
    right = CliRunner().invoke(main, ["identity", "check", "--json"])
    change_organisation({"domains": []}, by=ada)
    nobody = CliRunner().invoke(main, ["identity", "check"])

    assert (wrong.exit_code, right.exit_code, nobody.exit_code) == (1, 0, 2)
    assert "elmford.example: The DNS record is missing." in wrong.output
    assert {one["way"]: one["outcome"] for one in json.loads(right.output)}["dns"] == "right"
    assert Entry.objects.filter(event="identity.link_changed").first().actor_name == "the operator"  # type: ignore[union-attr]


def form_of(**changed: str) -> dict[str, str]:
    """Return what a browser sends from the identity screen, with two empty rows of each kind."""
    sent = {"domains": "", "security_contact": "", "data_training": ""}
    for prefix, fields in (
        ("identifiers", ("scheme", "value", "register", "url")),
        ("relations", ("kind", "url")),
    ):
        sent |= {f"{prefix}-TOTAL_FORMS": "2", f"{prefix}-INITIAL_FORMS": "0"}
        sent |= {f"{prefix}-{row}-{name}": "" for row in (0, 1) for name in fields}
    return {**sent, **changed}


def test_the_screen_shows_what_to_enter_and_what_was_found(
    elmford: Organisation, ada: User, records: dict[str, list[str] | None], sign_in: Callable[[User], Client]
) -> None:
    browser = sign_in(ada)
    answer = browser.post("/desk/organisation/identity/check/", follow=True)

    page = answer.content.decode()
    assert NAME in page
    assert RIGHT in page
    assert "The DNS record is missing." in page
    assert "Its trust.txt does not name this site." in page


def test_an_administrator_fills_the_screen_in(
    organisation: Organisation, ada: User, sign_in: Callable[[User], Client]
) -> None:
    sent = form_of(
        **{
            "domains": " Elmford.example \r\n\r\nhttps://town.example/",
            "security_contact": "security@elmford.example",
            "identifiers-1-scheme": "company-number",
            "identifiers-1-value": "01234567",
            "identifiers-1-register": "Companies House",
            "relations-0-kind": "belongto",
            "relations-0-url": "https://towns.example/",
        }
    )
    answer = sign_in(ada).post("/desk/organisation/identity/", sent)

    assert answer.status_code == 302
    current = Organisation.current()
    assert current.domains == ["elmford.example", "town.example"]
    assert current.security_contact == "mailto:security@elmford.example"
    assert current.register_numbers() == [
        {"scheme": "company-number", "value": "01234567", "register": "Companies House"}
    ]
    assert current.relations == [{"kind": "belongto", "url": "https://towns.example/"}]


def test_the_screen_says_what_is_wrong_and_keeps_what_was_typed(
    organisation: Organisation, ada: User, sign_in: Callable[[User], Client]
) -> None:
    sent = form_of(**{"domains": "elmford", "identifiers-0-scheme": "lei", "identifiers-0-value": "5299"})
    page = sign_in(ada).post("/desk/organisation/identity/", sent).content.decode()

    assert "“elmford” is not a domain" in page
    assert "“5299” is not a LEI" in page
    assert 'value="5299"' in page
    assert Organisation.current().domains == []
