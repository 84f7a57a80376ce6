# SPDX-License-Identifier: Apache-2.0
"""The list of statements, and what the desk's front page says about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale

from onrecord.journal.models import Reaction, ReactionState
from onrecord.people.models import User
from onrecord.statements import actions
from onrecord.statements.desk import needs
from onrecord.statements.models import Edition, Progress, State, Statement, Topic
from tests.statements.drafts import approved, corrected, released, write

SignIn = Callable[[User], Client]


def listed(browser: Client, **query: Any) -> list[str]:
    """Return the titles in the list, in order."""
    answer = browser.get(reverse("statements:list"), query)
    assert answer.status_code == 200
    return [row.title for row in answer.context["object_list"]]


def plain(text: str) -> str:
    """Return text without the marks that keep scripts of two directions apart."""
    return text.replace("\u2068", "").replace("\u2069", "")


def told(user: User) -> dict[str, int]:
    return {need.title: need.count for need in needs.needs(user)}


def test_the_list_begins_with_what_changed_last(olga: User, sign_in: SignIn) -> None:
    first, _second = write(olga, title="One"), write(olga, title="Two")
    assert listed(sign_in(olga)) == ["Two", "One"]
    actions.save_draft(first, by=olga)
    assert listed(sign_in(olga)) == ["One", "Two"]


def test_the_list_shows_state_kind_language_and_who(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = released(olga, ines).statement
    statement.title = "Changed since"
    actions.save_draft(statement, by=ines)
    Progress.objects.update(state=State.DRAFT)
    page = sign_in(olga).get(reverse("statements:list")).content.decode()
    for words in ("Draft", "public", "Press release", "English", "Ines Editor"):
        assert words in page


def test_the_list_is_filtered_by_state_kind_language_and_topic(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    topic = Topic.objects.create(name="Water", slug="water")
    write(olga, title="Draft")
    approved(olga, ines, title="Approved", kind="denial")
    french = write(olga, title="Français", language="fr")
    french.topics.add(topic)
    actions.save_draft(french, by=olga)
    browser = sign_in(olga)
    assert listed(browser, state="approved") == ["Approved"]
    assert listed(browser, state=["approved", "draft"]) == ["Français", "Approved", "Draft"]
    assert listed(browser, kind="denial") == ["Approved"]
    assert listed(browser, locale="fr") == ["Français"]
    assert listed(browser, topic=topic.pk) == ["Français"]


def test_a_statement_is_found_by_the_beginning_of_a_word(olga: User, sign_in: SignIn) -> None:
    write(olga, title="Flood warning")
    write(olga, title="Fair on Sunday")
    call_command("update_index", verbosity=0)
    assert listed(sign_in(olga), q="floo") == ["Flood warning"]
    assert listed(sign_in(olga), q="floo", state="approved") == []


def test_the_second_page_goes_on_where_the_first_ends(olga: User, sign_in: SignIn) -> None:
    for number in range(27):
        Statement.objects.create(title=f"Number {number}", locale=Locale.get_default())
    browser = sign_in(olga)
    assert listed(browser)[-1] == "Number 2"
    assert listed(browser, p=2) == ["Number 1", "Number 0"]


def test_the_list_takes_as_many_queries_for_ten_as_for_two(olga: User, ines: User, sign_in: SignIn) -> None:
    browser = sign_in(olga)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            listed(browser)
        return len(captured)

    released(olga, ines)
    write(olga)
    queries()
    few = queries()
    for number in range(4):
        write(olga, title=f"Draft {number}")
        released(olga, ines, title=f"Release {number}")
    assert queries() == few


def test_an_editor_is_told_what_waits_for_her_and_not_what_she_wrote(
    olga: User, ines: User, second_editor: User, sign_in: SignIn
) -> None:
    for by in (olga, ines):
        actions.submit(write(by, title=f"By {by}"), by=by)
    assert told(ines) == {"Waiting for your approval": 1}
    assert told(second_editor) == {"Waiting for your approval": 2}
    assert told(olga) == {}
    assert listed(sign_in(ines), needs="approval") == ["By Olga Writer"]
    assert listed(sign_in(ines), needs="any") == ["By Olga Writer"]


def test_the_only_editor_is_told_of_her_own(ines: User) -> None:
    actions.submit(write(ines), by=ines)
    assert told(ines) == {"Waiting for your approval": 1}


def test_a_writer_is_told_what_was_asked_and_what_is_ready(olga: User, ines: User) -> None:
    statement = write(olga)
    actions.submit(statement, by=olga)
    actions.request_changes(statement, by=ines, request="Name the spring.")
    approved(olga, ines, title="Ready")
    assert told(olga) == {"Changes asked for": 1, "Approved": 1}


def test_a_late_release_is_everybody_s_need_now(olga: User, ines: User) -> None:
    statement = approved(olga, ines)
    Progress.objects.update(state=State.OVERDUE)
    (need,) = needs.needs(olga)
    assert need.urgency.name == "NOW"
    assert need.url == reverse("statements:edit", args=[statement.pk])


def test_what_was_published_before_approval_needs_another_editor(ines: User, second_editor: User) -> None:
    actions.publish_now_review_after(write(ines), by=ines)
    assert told(ines) == {}
    assert told(second_editor) == {"Published before approval": 1}


def test_a_translation_behind_its_original_needs_somebody(olga: User, ines: User) -> None:
    Locale.objects.get_or_create(language_code="fr")
    edition = released(olga, ines)
    actions.translate(edition.statement, by=olga, language="fr")
    assert told(olga) == {}
    corrected(edition, olga, ines, "The water is not safe.")
    assert told(olga) == {"Translations to be renewed": 1}


def test_a_need_of_several_leads_to_the_list(olga: User, ines: User) -> None:
    for number in range(5):
        actions.submit(write(olga, title=f"Number {number}"), by=olga)
    (need,) = needs.needs(ines)
    assert need.url == reverse("statements:list") + "?needs=approval"
    assert plain(need.detail).startswith("“Number 0”, “Number 1”, “Number 2” and 2 more. ")


def test_an_administrator_is_told_what_failed_and_nothing_else(olga: User, ada: User) -> None:
    actions.submit(write(olga), by=olga)
    Reaction.objects.create(
        entry_id=1, name="statements.bake", state=ReactionState.FAILED, last_error="OSError: disk full"
    )
    assert told(ada) == {}
    (need,) = needs.trouble(ada)
    assert "disk full" in need.detail
    assert list(needs.trouble(olga)) == []


def test_recent_activity_is_told_in_sentences(olga: User, ines: User, sign_in: SignIn) -> None:
    released(olga, ines)
    page = plain(sign_in(ines).get("/desk/").content.decode())
    assert "released “Water is safe to drink”" in page
    assert "New statement" in page
    assert Edition.objects.count() == Statement.objects.count() == 1


def test_the_search_at_the_side_finds_statements(olga: User, ada: User, sign_in: SignIn) -> None:
    side = '{"_type": "wagtail.sidebar.SearchModule", "_args": ["/desk/statements/"]}'
    assert side in sign_in(olga).get("/desk/").content.decode()
    assert side not in sign_in(ada).get("/desk/").content.decode()
