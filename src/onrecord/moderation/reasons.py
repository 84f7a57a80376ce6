# SPDX-License-Identifier: Apache-2.0
"""The statement of reasons: everything that DSA Article 17(3) asks for, in the reader's language.

One list of points feeds the mail, the page and the case bundle, so they cannot say different things.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.moderation import categories, items, manners, pages
from onrecord.moderation.models import (
    Appeal,
    Decision,
    Effect,
    EffectState,
    Notice,
    Party,
    Policy,
    Reasons,
    ReportState,
    Role,
    Source,
    Verdict,
)
from onrecord.statements.directions import titled
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.words import Words


@dataclass(frozen=True, slots=True)
class Point:
    """One point: a heading, lines of text, and perhaps an address and the language of what others wrote."""

    letter: str
    """Of Article 17(3): a to f; empty for what stands around it."""
    heading: str
    lines: tuple[str, ...]
    url: str = ""
    language: str = ""


def title(notice: Notice) -> str:
    """Return what stands above a notice, in the language at hand."""
    decision = notice.decision
    if decision.answers_appeal:
        return {
            Verdict.UPHELD: _("The decision stands"),
            Verdict.PARTIALLY_REVERSED: _("The decision is partly reversed"),
            Verdict.REVERSED: _("The decision is reversed"),
        }[Verdict(decision.verdict)]
    if notice.party == Party.REPORTER:
        if decision.verdict == Verdict.NO_ACTION:
            return _("Your report: no action was taken")
        return _("Your report: action was taken")
    return str(manners.of(decision.case.item_kind).title)


def points(notice: Notice) -> list[Point]:
    """Return the statement of reasons for one party, in the language of their notice."""
    with translation.override(notice.language):
        return list(_points(notice))


def _points(notice: Notice) -> Iterator[Point]:
    decision, words = notice.decision, _words(notice)
    reasons = Reasons.objects.filter(decision=decision).first()
    yield Point("", _("Case"), (decision.public_number,))
    yield Point("", _("What it is about"), (_thing(decision),), _url(reasons))
    yield Point("a", _("What was decided"), tuple(_effects(decision, words)))
    if decision.scope:
        yield Point("a", _("Where it applies"), (", ".join(decision.scope),))
    if reasons is None:
        yield Point("b", _("Facts"), (_("The words of this decision were erased, as the law asks."),))
    else:
        yield Point("b", _("Facts"), (reasons.facts,), language=reasons.language)
        yield from _named_reporter(notice, reasons)
    yield Point("b", _("How it came up"), (_source(decision),))
    yield Point("c", _("Programs"), (_programs(decision),))
    yield from _ground(decision, reasons, notice.language)
    yield Point("", _("Who decided"), (_who(decision),))
    yield Point("f", _("What you can do"), tuple(_redress(notice, words)))


def _thing(decision: Decision) -> str:
    case = decision.case
    return _("%(kind)s: %(title)s") % {
        "kind": items.kind_named(case.item_kind).label(),
        "title": titled(case.title),
    }


def _url(reasons: Reasons | None) -> str:
    if reasons is None:
        return ""
    path, mark, fragment = reasons.item_url.partition("#")
    return reasons.item_url if "://" in path else Site.current().url(path) + mark + fragment


def _effects(decision: Decision, words: Words) -> Iterator[str]:
    effects = list(decision.effects.all())
    if decision.answers_appeal:
        yield _OUTCOMES[Verdict(decision.verdict)]()
        for effect in decision.reverts.order_by("number"):
            yield _("Undone: %(effect)s") % {"effect": manners.effect_label(effect.item_kind, effect.kind)}
            if effect.restored_exactly:
                yield _("It is byte for byte what it was before.")
    elif not effects:
        yield str(manners.of(decision.case.item_kind).nothing_told)
    for effect in effects:
        yield _effect(effect, words)
    if effects and not any(effect.until for effect in effects):
        yield _("It applies until it is reversed.")


_OUTCOMES = {
    Verdict.UPHELD: lambda: _("The decision stands."),
    Verdict.PARTIALLY_REVERSED: lambda: _("The decision is partly reversed."),
    Verdict.REVERSED: lambda: _("The decision is reversed."),
}


def _effect(effect: Effect, words: Words) -> str:
    text = manners.effect_label(effect.item_kind, effect.kind)
    if effect.until:
        text = _("%(effect)s, until %(moment)s") % {"effect": text, "moment": words.moment(effect.until)}
    if effect.state == EffectState.REVERTED:
        text = _("%(effect)s (undone)") % {"effect": text}
    if effect.state == EffectState.EXPIRED:
        text = _("%(effect)s (run out)") % {"effect": text}
    return text


def _named_reporter(notice: Notice, reasons: Reasons) -> Iterator[Point]:
    decision = notice.decision
    if notice.party == Party.AUTHOR and decision.names_reporter:
        stand = decision.case.reports.exclude(name="").exclude(state=ReportState.WITHDRAWN)
        names = stand.order_by("pk").values_list("name", flat=True)
        lines = (", ".join(names), reasons.reporter_reason)
        yield Point("b", _("Who reported it, and why you have to know"), lines, language=reasons.language)


def _source(decision: Decision) -> str:
    return {
        Source.READER: _("Somebody reported it (Article 16)."),
        Source.TRUSTED: _("A trusted flagger reported it (Article 22)."),
        Source.ORDER: _("An authority ordered it."),
        Source.STAFF: _("The newsroom looked at it of its own accord."),
        Source.PROGRAM: _("A program of the newsroom pointed at it; a person looked at it."),
    }[Source(decision.source)]


def _programs(decision: Decision) -> str:
    if decision.is_automatic:
        return _("It was decided by a program: %(program)s.") % {"program": decision.classifier}
    if decision.second_id is not None:
        if decision.automated_detection:
            return _("A program noticed it. Two people decided, one after the other.")
        return _("No program took part: a person noticed it, and two people decided, one after the other.")
    if decision.automated_detection:
        return _("A program noticed it. A person decided.")
    return _("No program took part: a person noticed it and a person decided.")


def _ground(decision: Decision, reasons: Reasons | None, language: str) -> Iterator[Point]:
    explanation = (reasons.explanation,) if reasons and reasons.explanation else ()
    written = reasons.language if reasons else ""
    if decision.rule is not None:
        rule = pages.told(decision.rule, language)
        manner = manners.of(decision.case.item_kind)
        line = str(manner.rule_line) % {
            "number": rule.number,
            "version": decision.rule.book.version,
            "title": rule.title,
        }
        site = Site.current()
        yield Point(
            "e", str(manner.rule_heading), (line, rule.text), pages.rule_url(site, decision.rule, language)
        )
        if explanation:
            yield Point("e", str(manner.why_heading), explanation, language=written)
    elif decision.legal_ground:
        yield Point("d", _("Law"), (decision.legal_ground,))
        if explanation:
            yield Point("d", _("Why it breaks this law"), explanation, language=written)
    elif explanation:
        yield Point("b", _("Why"), explanation, language=written)
    if decision.category:
        yield Point("", _("Category"), (categories.label(decision.category),))


def _who(decision: Decision) -> str:
    if decision.is_automatic:
        return _("A program: %(program)s") % {"program": decision.classifier}
    given = {"number": decision.decider_number}
    if decision.answers_appeal:
        return _("Reviewer %(number)s, who had no part in the decision before") % given
    if decision.second_id is not None:
        return _("Moderator %(number)s, and a second person, without whose signature it does nothing") % given
    return _("Moderator %(number)s") % given


def _redress(notice: Notice, words: Words) -> Iterator[str]:
    policy = Policy.current()
    if is_appealable(notice):
        if notice.appeal_until:
            yield _("You can appeal here until %(day)s, free of charge and without an account.") % {
                "day": words.day_of(notice.appeal_until)
            }
        else:
            yield _("You can appeal here for %(days)s days, free of charge and without an account.") % {
                "days": policy.appeal_days
            }
        yield _("Somebody else than whoever decided looks at it again.")
    elif notice.decision.answers_appeal:
        yield _("With us this is the last word about this appeal.")
    else:
        yield _("Nothing is restricted, so there is nothing to appeal against.")
        return
    if policy.dsa_role == Role.ONLINE_PLATFORM:
        yield _(
            "You can bring it before a certified body for the settlement of disputes in the European Union"
            " (Article 21), whose fee for you is nominal at most. Give the number of the case."
        )
    yield _("You can also go to court.")


def is_appealable(notice: Notice) -> bool:
    """Tell whether this party may appeal against this decision at all, in time or not.

    What was decided about an appeal is appealed no further, except a restriction that is new in it, by the
    author.
    """
    decision = notice.decision
    if not decision.answers_appeal:
        return notice.party == Party.REPORTER or decision.verdict != Verdict.NO_ACTION
    if notice.party == Party.REPORTER and not Appeal.objects.filter(outcome_decision=decision).exists():
        return True  # put right of the newsroom's own accord: nobody has heard the reporter
    return notice.party == Party.AUTHOR and decision.effects.exists()


def _words(notice: Notice) -> Words:
    return Words(notice.language, Site.current().zone)
