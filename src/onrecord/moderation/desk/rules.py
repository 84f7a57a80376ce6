# SPDX-License-Identifier: Apache-2.0
"""The draft of the rules: written by moderators and editors, published by an editor who did not write it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.moderation import actions, manners, pages
from onrecord.moderation.actions import rules as drafting
from onrecord.moderation.categories import CATEGORIES
from onrecord.moderation.desk.entering import attempt, me, only
from onrecord.moderation.manners import Book
from onrecord.moderation.models import EffectKind, RuleBook, RuleDraft
from onrecord.people.models import Organisation
from onrecord.people.roles import Right
from onrecord.statements.pages.languages import direction, own_name


@only(Right.MODERATE, Right.APPROVE)
def rules(request: HttpRequest) -> HttpResponse:
    """Show the draft of a book as a form, what is still missing, and the versions that there are."""
    book = manners.book_called(request.GET.get("book", ""))
    if request.method == "POST":
        content = _entered(request)
        keep = partial(actions.save_draft, content, by=me(request), book=book)
        if attempt(request, keep, _("The draft is kept.")):
            return redirect(_address(book))
    content = drafting.draft(book)
    row = RuleDraft.objects.filter(code=book.code).first()
    context = {
        "content": content,
        "rules": list(enumerate(_shown(content))),
        "texts": _texts(content),
        "languages": _languages(),
        "categories": CATEGORIES,
        "effects": [
            (kind.value, manners.label_in(book, kind)) for kind in EffectKind if kind.value in book.effects
        ],
        "mistakes": drafting.mistakes(content, book),
        "draft": row,
        "writers": list(row.writers.all()) if row else [],
        "book": book,
        "all_books": [(one.code, one.title) for one in manners.books()],
        "books": [
            (one, pages.path_of(one))
            for one in RuleBook.objects.filter(code=book.code).select_related("published_by")
        ],
        "earliest": drafting.earliest(book),
        "may_publish": me(request).may(Right.APPROVE),
    }
    return render(request, "moderation/desk/rules.html", context)


@only(Right.APPROVE)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Announce the draft as the next version."""
    book = manners.book_called(request.GET.get("book", ""))
    attempt(
        request,
        lambda: actions.publish(by=me(request), book=book),
        _("Published. It applies from the day that stands beside it."),
    )
    return redirect(_address(book))


def _address(book: Book) -> str:
    here = reverse("moderation_rules")
    return f"{here}?book={book.code}" if book.code else here


def _languages() -> list[tuple[str, str, str]]:
    return [(code, own_name(code), direction(code)) for code in Organisation.current().languages]


def _texts(content: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Return code, name, direction, preamble and changes of each language."""
    return [
        (code, name, side, content["preamble"].get(code, ""), content["changes"].get(code, ""))
        for code, name, side in _languages()
    ]


def _shown(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rules as the form shows them, with an empty one at the end."""
    empty = {"number": "", "category": "", "sanctions": [], "points": 1, "points_days": 180, "texts": {}}
    return [
        {
            **rule,
            "in": [
                (
                    code,
                    name,
                    side,
                    rule["texts"].get(code, {}).get("title", ""),
                    rule["texts"].get(code, {}).get("text", ""),
                    "\n".join(rule["texts"].get(code, {}).get("examples", [])),
                )
                for code, name, side in _languages()
            ],
        }
        for rule in [*content["rules"], empty]
    ]


def _entered(request: HttpRequest) -> dict[str, Any]:
    """Return the draft that the form holds; a rule without a number is left out."""
    data = request.POST
    codes = Organisation.current().languages
    rules = []
    for index in range(min(_number(data.get("rules", "")), 200)):
        if not data.get(f"{index}-number", "").strip():
            continue
        rules.append(
            {
                "number": data[f"{index}-number"].strip(),
                "category": data.get(f"{index}-category", ""),
                "sanctions": data.getlist(f"{index}-sanctions"),
                "points": _number(data.get(f"{index}-points", "")),
                "points_days": _number(data.get(f"{index}-points_days", "")),
                "texts": {
                    code: {
                        "title": data.get(f"{index}-title-{code}", "").strip(),
                        "text": data.get(f"{index}-text-{code}", "").strip(),
                        "examples": _lines(data.get(f"{index}-examples-{code}", "")),
                    }
                    for code in codes
                },
            }
        )
    return {
        "preamble": {code: data.get(f"preamble-{code}", "").strip() for code in codes},
        "changes": {code: data.get(f"changes-{code}", "").strip() for code in codes},
        "rules": rules,
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0
