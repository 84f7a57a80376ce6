# SPDX-License-Identifier: Apache-2.0
"""Rules: a draft that is changed, versions that are announced and then stand for ever.

A draft is JSON: `preamble` and `changes` by language; `rules`, each with `number`, `category`, `sanctions`,
`points`, `points_days`, and `texts` by language with `title`, `text`, `examples`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.moderation import events
from onrecord.moderation.categories import CATEGORIES
from onrecord.moderation.errors import BadRules
from onrecord.moderation.manners import RULES, Book
from onrecord.moderation.models import Policy, Rule, RuleBook, RuleDraft, RuleText
from onrecord.people.errors import NotAllowed
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right, require

LONGEST_NUMBER, LONGEST_TITLE, LONGEST_TEXT = 12, 200, 4000


def may_draft(person: User) -> bool:
    """Tell whether somebody may write rules: moderators and editors."""
    return person.may(Right.MODERATE) or person.may(Right.APPROVE)


def draft(book: Book = RULES) -> dict[str, Any]:
    """Return the draft as it stands; without one, the newest version, or what a newsroom may begin with."""
    row = RuleDraft.objects.filter(code=book.code).first()
    if row is not None and row.content:
        return dict(row.content)
    newest = RuleBook.objects.filter(code=book.code).order_by("-version").first()
    if newest is None:
        return book.first_draft(Organisation.current().languages)
    return as_draft(newest)


def as_draft(book: RuleBook) -> dict[str, Any]:
    """Return a version as the draft of the next one: without the note of what changed."""
    rules = book.rules.prefetch_related("texts").order_by("position")
    return {
        "preamble": dict(book.preamble),
        "changes": {},
        "rules": [
            {
                "number": rule.number,
                "category": rule.category,
                "sanctions": list(rule.sanctions),
                "points": rule.points,
                "points_days": rule.points_days,
                "texts": {
                    text.language: {"title": text.title, "text": text.text, "examples": list(text.examples)}
                    for text in rule.texts.all()
                },
            }
            for rule in rules
        ],
    }


@transaction.atomic
def save_draft(content: Mapping[str, Any], *, by: User, book: Book = RULES) -> RuleDraft:
    """Keep a draft, complete or not. Its writers may not publish it while somebody else could."""
    if not may_draft(by):
        require(by, Right.MODERATE)
    row, _new = RuleDraft.objects.get_or_create(code=book.code)
    row.content, row.changed_at = dict(content), timezone.now()
    row.save()
    row.writers.add(by)
    journal.write(events.RulesDrafted(subject=subject_of(book)), by=by.as_actor())
    return row


def subject_of(book: Book) -> str:
    """Return how the journal names a book, as `rules` or `accreditation/rules`."""
    return f"{book.code}/rules" if book.code else "rules"


def mistakes(content: Mapping[str, Any], book: Book = RULES) -> list[str]:
    """Return what keeps a draft from being published, in sentences."""
    return list(_mistakes(content, Organisation.current().languages, book))


@transaction.atomic
def publish(*, by: User, effective_from: datetime | None = None, book: Book = RULES) -> RuleBook:
    """Announce the draft as the next version. The first applies at once, later ones when announced for.

    Needs an editor who did not write it, where there is another. Raises BadRules, NotAllowed.
    """
    require(by, Right.APPROVE)
    now = timezone.now()
    content, wrote = draft(book), RuleDraft.objects.filter(code=book.code, writers=by).exists()
    if wrote and User.objects.who_may(Right.APPROVE).exclude(pk=by.pk).exists():
        raise NotAllowed(_("You wrote this draft. Another editor publishes it."))
    found = mistakes(content, book)
    if found:
        raise BadRules(found[0])
    versions = RuleBook.objects.filter(code=book.code)
    version = (versions.aggregate(newest=Max("version"))["newest"] or 0) + 1
    row = RuleBook.objects.create(
        code=book.code,
        version=version,
        published_at=now,
        effective_from=_begins(version, now, effective_from),
        published_by=by,
        four_eyes=not wrote,
        preamble=content["preamble"],
        changes=content["changes"],
    )
    for position, entered in enumerate(content["rules"], 1):
        _store(row, position, entered)
    RuleDraft.objects.filter(code=book.code).delete()
    event = events.RulesPublished(
        subject=f"{subject_of(book)}/{version}",
        version=version,
        effective_from=row.effective_from.isoformat(),
    )
    journal.write(event, by=by.as_actor())
    return row


def earliest(book: Book = RULES) -> datetime:
    """Return from when a version that is announced now can apply."""
    now, is_first = timezone.now(), not RuleBook.objects.filter(code=book.code).exists()
    return now if is_first else now + timedelta(days=Policy.current().announce_days)


def _begins(version: int, now: datetime, asked: datetime | None) -> datetime:
    first = now if version == 1 else now + timedelta(days=Policy.current().announce_days)
    if asked is not None and asked < first:
        raise BadRules(
            _("The rules can apply from %(moment)s at the earliest: a change is announced before it applies.")
            % {"moment": f"{first:%Y-%m-%d %H:%M} UTC"}
        )
    return asked or first


def _store(book: RuleBook, position: int, entered: Mapping[str, Any]) -> None:
    rule = Rule.objects.create(
        book=book,
        number=entered["number"],
        position=position,
        category=entered["category"],
        sanctions=entered["sanctions"],
        points=entered["points"],
        points_days=entered["points_days"],
    )
    for language, text in entered["texts"].items():
        RuleText.objects.create(
            rule=rule,
            language=language,
            title=text["title"],
            text=text["text"],
            examples=[example for example in text["examples"] if example],
        )


def _mistakes(content: Mapping[str, Any], languages: list[str], book: Book) -> Iterator[str]:
    rules = content.get("rules") or []
    if not rules:
        yield _("There is no rule yet. Add one.")
    numbers = [str(rule.get("number", "")).strip() for rule in rules]
    for number in numbers:
        if not number or len(number) > LONGEST_NUMBER or not number.replace(".", "").isalnum():
            yield _("“%(number)s” is no number of a rule. Write it as 3 or 3.2.") % {"number": number[:40]}
        elif numbers.count(number) > 1:
            yield _("There are two rules with the number %(number)s.") % {"number": number}
    for language in languages:
        for what in ("preamble", "changes"):
            if not str(content.get(what, {}).get(language, "")).strip():
                yield _NEEDED[what]() % {"language": language}
    for rule in rules:
        yield from _mistakes_in(rule, languages, book)


_NEEDED = {
    "preamble": lambda: _("What stands before the rules is missing in the language “%(language)s”."),
    "changes": lambda: _("What is new in this version is missing in the language “%(language)s”."),
}


def _mistakes_in(rule: Mapping[str, Any], languages: list[str], book: Book) -> Iterator[str]:
    number = rule.get("number", "")
    if rule.get("category") not in CATEGORIES:
        yield _("Rule %(number)s has no category. Choose one.") % {"number": number}
    if not rule.get("sanctions") or set(rule["sanctions"]) - book.effects:
        yield _("Rule %(number)s does not say what may follow. Choose at least one.") % {"number": number}
    if not 0 <= int(rule.get("points", -1)) <= 100 or not 1 <= int(rule.get("points_days", 0)) <= 3650:
        yield _("Rule %(number)s: give 0 to 100 points, for 1 to 3650 days.") % {"number": number}
    for language in languages:
        text = rule.get("texts", {}).get(language, {})
        given = {"number": number, "language": language}
        if not text.get("title", "").strip() or not text.get("text", "").strip():
            yield _("Rule %(number)s needs a title and a text in the language “%(language)s”.") % given
        if len(text.get("title", "")) > LONGEST_TITLE or len(text.get("text", "")) > LONGEST_TEXT:
            yield _("Rule %(number)s is too long in the language “%(language)s”.") % given
        if not any(example.strip() for example in text.get("examples", [])):
            yield _("Rule %(number)s needs an example in the language “%(language)s”.") % given
