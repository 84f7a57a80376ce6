# SPDX-License-Identifier: Apache-2.0
"""Counts facts into the eleven sheets. What does not apply is blank; what could happen and did not is 0."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import TypeVar

from onrecord.moderation.formats import taxonomy
from onrecord.moderation.formats.transparency_report import templates as t
from onrecord.moderation.formats.transparency_report.facts import (
    Basis,
    Cause,
    Complaint,
    Dispute,
    Facts,
    Ground,
    Measure,
    Misuse,
    Notice,
    Order,
    Outcome,
    Restriction,
    Role,
)

UNNAMED = "no narrower sub-category was recorded"
FALLBACK = {
    t.ORDERS: taxonomy.ORDER_UNSPECIFIED,
    t.NOTICES: taxonomy.NOTICE_UNSPECIFIED,
    t.ILLEGAL: "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    t.RULES: taxonomy.OTHER_RULE,
}
"""Where a fact is counted whose category a sheet does not have, as a report that names a rule alone."""
OPEN = "Not decided yet: {open}. Omitted: {omitted}."
"""Stands beside a total, so that what is missing in its parts can be seen."""
UNMEASURED = "No such figure was measured; 11_qualitative says what is known."

Filed = TypeVar("Filed", Notice, Measure, Order)
Place = tuple[str, str, str]
"""Category, keyword, description of KEYWORD_OTHER."""


def count(facts: Facts) -> tuple[t.Sheet, ...]:
    """Return the eleven sheets, not checked yet."""
    filled: Mapping[str, Iterable[t.Row]] = {
        t.SUMMARY: _summary(facts),
        t.CATEGORIES: _categories(facts),
        t.ORDERS: _orders(facts),
        t.NOTICES: _notices(facts),
        t.ILLEGAL: _measures(facts, t.ILLEGAL, Ground.LAW),
        t.RULES: _measures(facts, t.RULES, Ground.RULES),
        t.APPEALS: _values(facts, t.APPEALS, _appeals(facts)),
        t.AUTOMATED: _automated(facts),
        t.STAFF: _values(facts, t.STAFF, {}),
        t.RECIPIENTS: _values(facts, t.RECIPIENTS, {}),
        t.QUALITATIVE: _qualitative(facts),
    }
    return tuple(t.Sheet(sheet.name, sheet.header, tuple(filled[sheet.name])) for sheet in t.blank())


def hours(values: Iterable[float | None]) -> str:
    """Return the median of hours; blank if there is none."""
    known = [value for value in values if value is not None]
    return f"{median(known):.2f}".rstrip("0").rstrip(".") if known else ""


def _template(name: str) -> t.Sheet:
    return next(sheet for sheet in t.blank() if sheet.name == name)


def _summary(facts: Facts) -> Iterator[t.Row]:
    previous = str(facts.previous) if facts.previous else ""
    values = (facts.provider, str(facts.published), previous, str(facts.first_day), str(facts.last_day))
    for (who, _service, indicator, _value), value in zip(_template(t.SUMMARY).rows, values, strict=True):
        yield (who, facts.service, indicator, value)


def _categories(facts: Facts) -> Iterator[t.Row]:
    category = ""
    for label, name, code, _space in _template(t.CATEGORIES).rows:
        category = code if code in taxonomy.BY_CODE else category
        remark = facts.texts.categories.get(code, "") if code in {category, t.TOTAL} else ""
        yield (label, name, code, remark)


def _place(sheet: str, fact: Notice | Measure | Order) -> Place:
    """Return where a fact is counted; every one has a place."""
    known = {category.code: category for category in t.categories_in(sheet)}
    misfiled = fact.category not in known
    category = known[FALLBACK[sheet] if misfiled else fact.category]
    if not misfiled and fact.keyword != taxonomy.OTHER and taxonomy.filed_under(category.code, fact.keyword):
        return category.code, fact.keyword, ""
    if not category.keywords:
        return category.code, "", ""
    return category.code, taxonomy.OTHER, f"{category.name.strip()}: {fact.description or UNNAMED}"


def _counted(
    facts: Facts,
    sheet: str,
    found: Sequence[Filed],
    figures: Callable[[Sequence[Filed]], Sequence[str]],
    *,
    scope: tuple[str, ...] = (),
) -> Iterator[t.Row]:
    """Yield the rows of one block: TOTAL, each category, what is below it."""
    placed: dict[Place, list[Filed]] = {}
    for fact in found:
        placed.setdefault(_place(sheet, fact), []).append(fact)

    def row(code: str, description: str, those: Sequence[Filed]) -> t.Row:
        numbers: t.Row = tuple(figures(those))
        named: t.Row = (t.applies_to(sheet), facts.service, facts.period, code, description)
        return (*named, *scope, *numbers, *("" for _ in numbers))

    yield row(t.TOTAL, "", found)
    for category in t.categories_in(sheet):
        inside = {place: those for place, those in placed.items() if place[0] == category.code}
        yield row(category.code, "", [fact for those in inside.values() for fact in those])
        for keyword in category.keywords:
            if keyword.code != taxonomy.OTHER:
                yield row(keyword.code, "", inside.get((category.code, keyword.code, ""), []))
        own = sorted(place for place in inside if place[1] == taxonomy.OTHER)
        for place in own or ([(category.code, taxonomy.OTHER, "")] if category.keywords else []):
            yield row(taxonomy.OTHER, place[2] or f"{category.name.strip()}: none", inside.get(place, []))


def _orders(facts: Facts) -> Iterator[t.Row]:
    def figures(those: Sequence[Order]) -> Sequence[str]:
        act = [order for order in those if not order.information]
        tell = [order for order in those if order.information]
        return (
            str(len(act)),
            str(sum(order.items for order in act)),
            hours(order.hours_to_receipt for order in act),
            hours(order.hours_to_effect for order in act),
            str(len(tell)),
            hours(order.hours_to_receipt for order in tell),
            hours(order.hours_to_effect for order in tell),
        )

    yield from _counted(facts, t.ORDERS, facts.orders, figures, scope=(t.TOTAL,))
    for state in sorted({order.member_state for order in facts.orders}):
        those = [order for order in facts.orders if order.member_state == state]
        yield from _counted(facts, t.ORDERS, those, figures, scope=(state,))


def _notices(facts: Facts) -> Iterator[t.Row]:
    platform = facts.role is Role.ONLINE_PLATFORM

    def figures(those: Sequence[Notice]) -> Sequence[str]:
        if facts.role is Role.INTERMEDIARY:
            return ("",) * len(t.NOTICE_COUNTS)
        trusted = [notice for notice in those if notice.trusted]
        pairs = [
            (str(len(some)), str(sum(notice.items for notice in some)), *_actions(some))
            for some in (those, trusted)
        ]
        blank = ("",) * len(pairs[0])
        return [cell for pair in zip(pairs[0], pairs[1] if platform else blank, strict=True) for cell in pair]

    return _counted(facts, t.NOTICES, facts.notices, figures)


def _actions(those: Sequence[Notice]) -> tuple[str, str, str]:
    acted = [notice for notice in those if notice.action is not Ground.NONE]
    law = [notice for notice in acted if notice.action is Ground.LAW]
    return hours(notice.hours for notice in acted), str(len(law)), str(len(acted) - len(law))


def _restrictive(facts: Facts) -> list[Measure]:
    return [measure for measure in facts.measures if measure.restrictions]


def _measures(facts: Facts, sheet: str, ground: Ground) -> Iterator[t.Row]:
    ever = facts.possible.union(*(measure.restrictions for measure in facts.measures))

    def figures(those: Sequence[Measure]) -> Sequence[str]:
        by_kind = (
            str(sum(kind in measure.restrictions for measure in those)) if kind in ever else ""
            for kind in Restriction
        )
        return (str(len(those)), str(sum(measure.automated_detection for measure in those)), *by_kind)

    own = [measure for measure in _restrictive(facts) if measure.cause is Cause.OWN]
    return _counted(
        facts, sheet, [m for m in own if (m.ground is Ground.LAW) == (ground is Ground.LAW)], figures
    )


Values = Mapping[tuple[str, str], tuple[str, str]]
"""For an indicator and a scope: the value and what is said about it."""


def _values(facts: Facts, sheet: str, values: Values) -> Iterator[t.Row]:
    for who, _service, _period, section, indicator, scope, *rest in _template(sheet).rows:
        found = values.get((indicator, scope), ("", "")) if _applies(who, facts.role) else ("", "")
        yield (who, facts.service, facts.period, section, indicator, scope, *found[: len(rest)])


def _applies(who: str, role: Role) -> bool:
    if who == t.ALL:
        return True
    return role is Role.ONLINE_PLATFORM or (who == t.HOSTING and role is Role.HOSTING)


def _appeals(facts: Facts) -> Values:
    by_basis = {basis: [c for c in facts.complaints if c.basis is basis] for basis in Basis}
    values = dict(_outcomes(t.COMPLAINTS, facts.complaints))
    for indicator, basis in zip(t.COMPLAINTS_BY_BASIS, Basis, strict=True):
        values |= _outcomes(indicator, by_basis[basis])
    trusted = [complaint for complaint in by_basis[Basis.NO_ACTION] if complaint.trusted]
    values |= _outcomes(t.COMPLAINTS_OF_TRUSTED, trusted)
    new = sum(c.new_restriction and _changed(c) for c in facts.complaints)
    values[(t.NEW_RESTRICTIONS, t.NUMBER)] = (str(new), "")
    values |= _outcomes(t.DISPUTES, facts.disputes)
    lost = [dispute for dispute in facts.disputes if _changed(dispute)]
    share = round(sum(dispute.implemented for dispute in lost) / len(lost), 4) if lost else None
    values[(t.DISPUTES, t.IMPLEMENTED)] = ("" if share is None else f"{share:g}", "")
    for indicator, misuse in zip(t.SUSPENSIONS, Misuse, strict=True):
        values[(indicator, t.NUMBER)] = (str(sum(one is misuse for one in facts.suspensions)), "")
    return values


def _changed(fact: Complaint | Dispute) -> bool:
    return fact.outcome in {Outcome.PARTIALLY_REVERSED, Outcome.REVERSED}


def _outcomes(indicator: str, those: Sequence[Complaint] | Sequence[Dispute]) -> Values:
    number = {outcome: sum(one.outcome is outcome for one in those) for outcome in Outcome}
    missing = number[Outcome.OPEN] or number[Outcome.OMITTED]
    note = OPEN.format(open=number[Outcome.OPEN], omitted=number[Outcome.OMITTED]) if missing else ""
    decided = [one for one in those if one.outcome not in {Outcome.OPEN, Outcome.OMITTED}]
    return {
        (indicator, t.NUMBER): (str(len(those)), note),
        (indicator, t.UPHELD): (str(number[Outcome.UPHELD]), ""),
        (indicator, t.PARTLY): (str(number[Outcome.PARTIALLY_REVERSED]), ""),
        (indicator, t.REVERSED): (str(number[Outcome.REVERSED]), ""),
        (indicator, t.MEDIAN): (hours(one.hours for one in decided), ""),
        (indicator, t.OMITTED): (str(number[Outcome.OMITTED]), ""),
    }


def _automated(facts: Facts) -> Iterator[t.Row]:
    """Yield the rows; below the first block, accuracy has one row for each system."""
    taken = _restrictive(facts)
    own = [measure for measure in taken if measure.cause is Cause.OWN]
    trusted = [notice for notice in facts.notices if notice.trusted]
    values: dict[tuple[str, str], tuple[str, str]] = {}
    for scope, some in ((t.NUMBER, taken), (t.OWN, own)):
        solely = sum(measure.automated_decision for measure in some)
        values[(t.SOLELY, scope)] = (str(solely), "")
        values[(t.NOT_SOLELY, scope)] = (str(len(some) - solely), "")
        values |= {(name, scope): ("", UNMEASURED if solely else "") for name in t.ACCURACY}
    for scope, notices in ((t.NAM, facts.notices), (t.NAM_TRUSTED, trusted)):
        solely = sum(notice.automated for notice in notices)
        values[(t.NOTICES_SOLELY, scope)] = (str(solely), "")
        values[(t.NOTICES_NOT_SOLELY, scope)] = (str(len(notices) - solely), "")
    for row in _values(facts, t.AUTOMATED, values):
        if row[4] in t.ACCURACY and row[5] == t.NUMBER and facts.accuracies:
            measured = ("accuracy", "precision", "recall")[t.ACCURACY.index(row[4])]
            for system in facts.accuracies:
                yield (*row[:6], f"{getattr(system, measured):.4g}", f"System: {system.system}")
        else:
            yield row


def _qualitative(facts: Facts) -> Iterator[t.Row]:
    texts = facts.texts
    said = (texts.summary, texts.meaning, texts.automated_means)
    answers = dict(zip(t.QUESTIONS, (*said, texts.accuracy, texts.purposes, texts.safeguards), strict=True))
    for who, _service, _period, question, _text in _template(t.QUALITATIVE).rows:
        yield (who, facts.service, facts.period, question, answers.get(question, ""))
