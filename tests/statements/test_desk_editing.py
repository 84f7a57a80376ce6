# SPDX-License-Identifier: Apache-2.0
"""The editing page, used as a browser uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Revision

from onrecord.people.models import User
from onrecord.statements import actions
from onrecord.statements.models import Progress, Remark, State, Statement
from tests.statements.drafts import approved, released, write

SignIn = Callable[[User], Client]


def form(**changes: Any) -> dict[str, Any]:
    """Return what the editing page sends."""
    fields = {
        "title": "Water is safe to drink",
        "kind": "press-release",
        "summary": "The town tested the water.",
        "dated": "2026-11-24",
        "place": "Elmford",
        "slug": "",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "paragraph",
        "body-0-id": "b2c6e1f0-0000-4000-8000-000000000001",
        "body-0-value": json.dumps(
            {
                "blocks": [
                    {
                        "key": "a",
                        "text": "The water is safe.",
                        "type": "unstyled",
                        "depth": 0,
                        "inlineStyleRanges": [],
                        "entityRanges": [],
                    }
                ],
                "entityMap": {},
            }
        ),
    }
    return fields | changes


def test_somebody_writes_a_statement_and_stays_on_its_page(olga: User, sign_in: SignIn) -> None:
    browser = sign_in(olga)
    answer = browser.post(reverse("statements:add"), form(), follow=True)
    statement = Statement.objects.get()
    assert answer.redirect_chain == [(reverse("statements:edit", args=[statement.pk]), 302)]
    assert statement.created_by == olga
    assert statement.language == "en"
    assert statement.progress.state == State.DRAFT
    assert "Submit for approval" in answer.content.decode()


def test_a_statement_begins_in_the_language_that_was_chosen(olga: User, sign_in: SignIn) -> None:
    sign_in(olga).post(reverse("statements:add") + "?locale=fr", form())
    assert Statement.objects.get().language == "fr"


def test_a_draft_may_be_incomplete(olga: User, sign_in: SignIn) -> None:
    incomplete = form(summary="") | {
        "body-0-type": "heading",
        "body-0-value-text": "",
        "body-0-value-level": "2",
    }
    sign_in(olga).post(reverse("statements:add"), incomplete)
    assert Statement.objects.get().summary == ""


def test_a_statement_without_title_is_not_stored(olga: User, sign_in: SignIn) -> None:
    answer = sign_in(olga).post(reverse("statements:add"), form(title=""))
    assert "This field is required" in answer.content.decode()
    assert not Statement.objects.exists()


def test_an_automatic_save_keeps_a_revision_and_answers_with_the_state(olga: User, sign_in: SignIn) -> None:
    statement = write(olga)
    answer = sign_in(olga).post(
        reverse("statements:edit", args=[statement.pk]),
        form(title="New"),
        headers={"accept": "application/json"},
    )
    data = answer.json()
    assert data["success"]
    assert Revision.objects.get(pk=data["revision_id"]).user == olga
    assert "or-next-steps" in data["html"]
    assert "data-or-remarks" not in data["html"], "a remark that somebody is writing would be lost"


def test_submitting_saves_first_and_then_asks(olga: User, sign_in: SignIn) -> None:
    statement = write(olga)
    url = reverse("statements:edit", args=[statement.pk])
    answer = sign_in(olga).post(url, form(title="Changed", step="submit"))
    assert answer["Location"] == reverse("statements:submit", args=[statement.pk])
    statement.refresh_from_db()
    assert statement.title == "Changed"
    assert statement.progress.state == State.DRAFT, "asking is not submitting"


def test_an_incomplete_text_is_not_submitted_and_says_where(olga: User, sign_in: SignIn) -> None:
    statement = write(olga)
    url = reverse("statements:edit", args=[statement.pk])
    broken = form(step="submit") | {
        "body-0-type": "heading",
        "body-0-value-text": "",
        "body-0-value-level": "2",
    }
    answer = sign_in(olga).post(url, broken)
    assert answer.status_code == 200
    assert "could not be saved due to errors" in answer.content.decode()


@pytest.mark.parametrize("step", ["approve", "release", "discard", "nonsense"])
def test_only_steps_that_begin_from_the_form_are_reached_by_saving(
    olga: User, sign_in: SignIn, step: str
) -> None:
    statement = write(olga)
    url = reverse("statements:edit", args=[statement.pk])
    assert sign_in(olga).post(url, form(step=step))["Location"] == url


def test_what_waits_for_approval_cannot_be_changed_by_a_slip(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = approved(olga, ines)
    url = reverse("statements:edit", args=[statement.pk])
    assert "To change it, take it back" in sign_in(olga).get(url).content.decode()
    answer = sign_in(ines).post(url, form(title="Slip"), headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "locked"
    assert Progress.objects.get(statement=statement).state == State.APPROVED


def test_looking_does_not_make_an_editor_a_writer(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = write(olga)
    actions.submit(statement, by=olga)
    browser = sign_in(ines)
    browser.get(reverse("statements:edit", args=[statement.pk]))
    browser.get(reverse("statements:approve", args=[statement.pk]))
    assert list(statement.progress.writers.all()) == [olga]


def test_a_published_address_does_not_change(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = released(olga, ines).statement
    url = reverse("statements:edit", args=[statement.pk])
    sign_in(olga).post(url, form(slug="another"))
    assert Statement.objects.get().slug == statement.slug
    assert (
        "It is /s/2026/water-is-safe-to-drink/ and never changes." in sign_in(olga).get(url).content.decode()
    )


def test_changing_a_published_text_offers_the_next_step_at_once(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    statement = released(olga, ines).statement
    url = reverse("statements:edit", args=[statement.pk])
    browser = sign_in(olga)
    assert "Submit for approval" not in browser.get(url).content.decode()
    answer = browser.post(url, form(), headers={"accept": "application/json"})
    assert "Submit for approval" in answer.json()["html"]


def test_an_earlier_draft_is_brought_back_but_not_its_old_facts(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    original = released(olga, ines).statement
    Locale.objects.get_or_create(language_code="fr")
    translation = actions.translate(original, by=olga, language="fr")
    earlier = translation.revisions.order_by("pk").first()
    Statement.objects.filter(pk=translation.pk).update(original_edition=7)
    browser = sign_in(olga)
    browser.post(reverse("statements:edit", args=[translation.pk]), form(title="Nouveau"))
    url = reverse("statements:revisions_revert", args=[translation.pk, earlier.pk])
    assert browser.get(url).status_code == 200
    browser.post(url, form(title="Water is safe to drink"))
    translation.refresh_from_db()
    assert (translation.title, translation.original_edition) == ("Water is safe to drink", 7)


def test_the_preview_is_the_public_page(olga: User, sign_in: SignIn) -> None:
    statement = write(olga)
    url = reverse("statements:preview_on_edit", args=[statement.pk])
    browser = sign_in(olga)
    assert browser.post(url, form(title="As it will look")).json() == {"is_valid": True, "is_available": True}
    page = browser.get(url + "?mode=&in_preview_panel=true")
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "As it will look" in page.content.decode()
    revision = statement.revisions.get()
    answer = browser.get(reverse("statements:revisions_view", args=[statement.pk, revision.pk]))
    assert "Water is safe to drink" in answer.content.decode()


def test_the_preview_of_an_incomplete_text_does_not_fail(olga: User, sign_in: SignIn) -> None:
    url = reverse("statements:preview_on_add")
    browser = sign_in(olga)
    picture = {"body-0-type": "image", "body-0-value-image": "", "body-0-value-alt": ""}
    browser.post(url, form(summary="") | picture)
    assert browser.get(url + "?mode=").status_code == 200


def test_history_compares_two_drafts(olga: User, sign_in: SignIn) -> None:
    statement = write(olga)
    browser = sign_in(olga)
    browser.post(reverse("statements:edit", args=[statement.pk]), form(title="Water is fine"))
    first, second = statement.revisions.order_by("pk").values_list("pk", flat=True)
    assert browser.get(reverse("statements:history", args=[statement.pk])).status_code == 200
    page = browser.get(reverse("statements:revisions_compare", args=[statement.pk, first, second]))
    assert "fine" in page.content.decode()


def test_somebody_else_s_lock_keeps_others_out_until_an_editor_opens_it(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    statement = write(olga)
    sign_in(olga).post(reverse("statements:lock", args=[statement.pk]))
    url = reverse("statements:edit", args=[statement.pk])
    assert sign_in(ines).post(url, form(), headers={"accept": "application/json"}).status_code == 400
    sign_in(ines).post(reverse("statements:unlock", args=[statement.pk]))
    assert not Statement.objects.get().locked


def test_nobody_deletes_a_statement_with_wagtail_s_own_page(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = write(olga)
    sign_in(ines).post(reverse("statements:delete", args=[statement.pk]))
    sign_in(ines).post(f"/desk/bulk/statements/statement/delete/?id={statement.pk}")
    assert Statement.objects.exists()


def test_a_remark_is_left_and_settled_without_leaving(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = write(olga)
    url, script = reverse("statements:remark", args=[statement.pk]), {"x-requested-with": "fetch"}
    answer = sign_in(ines).post(url, {"text": "Which <b>spring</b>?"}, headers=script)
    assert "Which &lt;b&gt;spring&lt;/b&gt;?" in answer.content.decode()
    remark = Remark.objects.get()
    assert "Which" in sign_in(olga).get(reverse("statements:edit", args=[statement.pk])).content.decode()
    answer = sign_in(olga).post(reverse("statements:resolve_remark", args=[remark.pk]), headers=script)
    assert "Settled by Olga Writer" in answer.content.decode()


def test_the_form_for_remarks_carries_the_token_against_forgery(olga: User) -> None:
    statement = write(olga)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(olga, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browser.get(reverse("statements:edit", args=[statement.pk])).content.decode()
    form = page[page.index("or-remarks__new") :]
    token = form.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]
    url = reverse("statements:remark", args=[statement.pk])
    browser.post(url, {"text": "Here", "csrfmiddlewaretoken": token})
    assert Remark.objects.get().text == "Here"


def test_a_remark_works_without_a_script(olga: User, sign_in: SignIn) -> None:
    statement = write(olga)
    url = reverse("statements:remark", args=[statement.pk])
    assert sign_in(olga).post(url, {"text": "Later"})["Location"] == reverse(
        "statements:edit", args=[statement.pk]
    )
    sign_in(olga).post(url, {"text": "   "})
    assert Remark.objects.count() == 1


def test_who_locked_a_text_cannot_change_it_once_it_was_submitted(olga: User, sign_in: SignIn) -> None:
    statement = write(olga)
    browser = sign_in(olga)
    browser.post(reverse("statements:lock", args=[statement.pk]))
    actions.submit(statement, by=olga)

    shown = browser.get(reverse("statements:edit", args=[statement.pk])).content.decode()
    assert "This text waits for approval. To change it, take it back first." in shown
    browser.post(reverse("statements:edit", args=[statement.pk]), form(title="Another title"))
    assert Statement.objects.get().get_latest_revision_as_object().title == statement.title


def test_a_browser_without_scripts_loses_nothing_and_is_shown_the_steps(olga: User, sign_in: SignIn) -> None:
    statement = write(olga)
    browser = sign_in(olga)
    edit = reverse("statements:edit", args=[statement.pk])
    sent = {name: value for name, value in form(title="").items() if not name.startswith("body-")}

    answer = browser.post(edit, sent | {"step": "submit"}, follow=True)
    assert (
        "Nothing was changed: a text is saved by a browser that runs JavaScript." in answer.content.decode()
    )
    assert Statement.objects.get().title == statement.title
    shown = answer.content.decode().partition("<noscript><div")[2].partition("</noscript>")[0]
    assert reverse("statements:submit", args=[statement.pk]) in shown
    assert "Submit for approval" in shown

    answer = browser.post(reverse("statements:add") + "?locale=fr", sent, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert Statement.objects.count() == 1
