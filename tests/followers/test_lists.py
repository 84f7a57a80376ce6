# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from onrecord.config.commands.followers import command
from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Delivery
from onrecord.followers import actions
from onrecord.followers.actions import export_list, import_list
from onrecord.followers.actions.lists import Outcome
from onrecord.followers.choices import Choices
from onrecord.followers.errors import FollowersError
from onrecord.followers.models import Reason, Subscription
from onrecord.journal.events import CLOCK
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.statements.models import Topic
from tests.followers.readers import JAN, follower

pytestmark = pytest.mark.usefixtures("organisation")

LIST = """email,languages,topics,frequency
Ann@reader.example,en fr,water,weekly
bob@reader.example,,,
bob@reader.example,,,
not an address,,,
cy@reader.example,de,,
jan@reader.example,,,
left@reader.example,,,
silent@reader.example,,,
"""


def _import(text: str = LIST, *, dry_run: bool = False) -> Outcome:
    return import_list(
        io.StringIO(text), source="Old list", legal_basis="consent of 2024", by=CLOCK, dry_run=dry_run
    )


def test_a_list_is_imported_and_bad_lines_are_told() -> None:
    Topic.objects.create(slug="water", name="Water")
    follower()
    actions.end(follower("left@reader.example"), Reason.REQUEST)
    delivery.suppress("silent@reader.example", reason="complaint", by=CLOCK)

    tried = _import(dry_run=True)
    assert Subscription.objects.filter(source="import").count() == 0
    outcome = _import()

    assert tried == outcome
    assert (outcome.added, outcome.known, outcome.silent) == (2, 3, 1)
    assert [line for line, _ in outcome.problems] == [5, 6]
    ann = Subscription.objects.get(contact__address="ann@reader.example")
    assert (ann.state, ann.origin, ann.legal_basis) == ("confirmed", "Old list", "consent of 2024")
    assert Choices.of(ann) == Choices(("en", "fr"), ("water",), "weekly")
    assert Subscription.objects.get(contact__address="left@reader.example").state == "ended"
    assert _import().added == 0, "safe to run twice"
    assert "reader.example" not in str(Entry.objects.get(event="followers.imported", data__added=2).data)


def test_a_list_without_addresses_is_refused() -> None:
    with pytest.raises(FollowersError, match="one of them email"):
        _import("name\nAnn\n")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_list_out_of_any_spreadsheet_is_read(separator: str) -> None:
    lines = ["E-Mail,language,Name", "ann@reader.example,fr,Ann", 'bob@reader.example,,"Bob, the reader"']
    outcome = _import("\n".join(lines).replace(",", separator).replace(f"Bob{separator}", "Bob,"))

    assert (outcome.added, outcome.problems, outcome.ignored) == (2, [], ["name"])
    assert Subscription.objects.get(contact__address="ann@reader.example").language == "fr"


def test_a_line_with_a_value_too_many_is_told() -> None:
    outcome = _import("email,topics\nann@reader.example,,Ann\nbob@reader.example\n")

    assert outcome.added == 1
    assert outcome.problems == [(2, "There are more than 2 values. One that holds a “,” needs quotes.")]


@pytest.mark.parametrize(
    ("source", "legal_basis"), [(" ", "consent"), ("Old list", ""), ("x" * 201, "consent")]
)
def test_a_list_without_source_or_legal_basis_is_refused(source: str, legal_basis: str) -> None:
    with pytest.raises(FollowersError, match=r"characters\. Give it in at most 200"):
        import_list(io.StringIO(LIST), source=source, legal_basis=legal_basis, by=CLOCK)
    assert not Subscription.objects.exists()


def test_a_language_for_mails_that_the_newsroom_has_not_is_told() -> None:
    outcome = _import(
        "email,languages,language\nann@reader.example,en,Cymraeg (Teyrnas Unedig)\nbob@reader.example,en,fr\n"
    )
    assert outcome.added == 1
    assert [line for line, _problem in outcome.problems] == [2]
    assert "nothing in the language “Cymraeg (Teyrnas Unedig)”" in outcome.problems[0][1]


def test_a_quote_that_is_never_closed_is_told_in_a_sentence() -> None:
    text = 'email,topics\nann@reader.example,\n"bob@reader.example,\n' + "x@reader.example,\n" * 10_000
    with pytest.raises(FollowersError, match="Is a quote opened there that is never closed"):
        _import(text)


def test_what_is_exported_can_be_imported() -> None:
    follower(languages=("en", "ar"), frequency="daily")
    actions.follow("unconfirmed@reader.example", Choices(("en",)), language="en")
    written = io.StringIO()

    assert export_list(written, by=CLOCK) == 1
    row = Subscription.objects.get(contact__address=JAN)
    row.contact.delete()
    assert _import(written.getvalue()).added == 1
    assert Choices.of(Subscription.objects.get(contact__address=JAN)) == Choices(("ar", "en"), None, "daily")


def test_the_desk_shows_counts_and_one_follower_by_the_exact_address(
    olga: User, sign_in: Callable[[User], Client]
) -> None:
    row = follower()
    browser = sign_in(olga)

    assert JAN not in browser.get("/desk/followers/").content.decode()
    assert (
        "Nobody follows"
        in browser.post("/desk/followers/", {"address": "ja@reader.example"}).content.decode()
    )
    found = browser.post("/desk/followers/", {"address": JAN}).content.decode()
    assert "Do you want to follow" in found
    browser.post(f"/desk/followers/{row.pk}/end/")
    row.refresh_from_db()
    assert (row.state, row.reason) == ("ended", "staff")


def test_the_desk_tells_why_an_address_gets_nothing_and_lets_it_follow_again(
    olga: User, sign_in: Callable[[User], Client]
) -> None:
    row = follower()
    delivery.suppress(JAN, reason="hard_bounce", evidence="550 5.1.1 no such mailbox", by=CLOCK)
    actions.end_unreachable(row.subject)
    browser = sign_in(olga)

    found = browser.post("/desk/followers/", {"address": JAN}).content.decode()
    assert "There is no such address" in found
    assert "550 5.1.1 no such mailbox" in found
    browser.post("/desk/deliveries/allow/", {"address": JAN, "back": "/desk/followers/"})
    actions.follow(JAN, Choices(("en",)), language="en")

    asked = Delivery.objects.order_by("-pk")[0]
    assert (asked.recipient, asked.state) == (JAN, "queued"), "the mail that asks goes out again"


def test_the_command_names_bad_lines_and_imports_the_others(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\ufeffemail,frequency\nann@reader.example,\nbad,\ncy@reader.example,hourly\n", "utf-8")
    given = ["import", str(path), "--source", "Old list", "--legal-basis", "consent"]

    tried = CliRunner().invoke(command, [*given, "--dry-run"])
    assert not Subscription.objects.exists()
    done = CliRunner().invoke(command, given)

    assert (tried.exit_code, done.exit_code) == (1, 1)
    assert "would be added: 1; known already: 0; want no mail: 0; cannot be read: 2" in tried.output
    assert "line 3: “bad” is no e-mail address." in done.output
    assert "ann@reader.example" in CliRunner().invoke(command, ["export"]).output


def test_the_command_says_how_to_save_a_list_that_is_not_in_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("email,name\nmueller@reader.example,Müller\n".encode("latin-1"))

    done = CliRunner().invoke(
        command, ["import", str(path), "--source", "Old list", "--legal-basis", "consent"]
    )

    assert done.exit_code == 1
    assert "list.csv is not in UTF-8. Save it as “CSV UTF-8”" in done.output
