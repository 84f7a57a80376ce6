# SPDX-License-Identifier: Apache-2.0
"""Figures as readers get them: tables and charts in the language of the page, called with it active."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from onrecord import charts as drawing
from onrecord.moderation import categories
from onrecord.moderation.models import EffectKind, Outcome, Party, Rule, Source
from onrecord.moderation.models.standing import Conduct
from onrecord.moderation.transparency.counting import NO_ACTION, OUTCOMES, Month, Pace, Period, Ruled
from onrecord.statements.pages.words import Words

DAY_HOURS = 48
"""Up to so many hours a time is told in hours, then in days."""


@dataclass(frozen=True, slots=True)
class Told:
    """One number with its name; `note` stands below it."""

    name: str
    number: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first column names the row."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str


def paces(period: Period, words: Words) -> tuple[Told, ...]:
    """Return what counts most: how many, how quick, how many late."""
    return (
        _pace(_("Reports"), period.reports, words),
        _pace(_("Decisions"), period.decisions, words),
        _pace(_("Appeals"), period.appeals, words),
    )


def tables(period: Period, words: Words) -> tuple[Table, ...]:
    """Return every table of a period, in the order of the page."""
    return (
        _rules(period, words),
        _kinds(period, words),
        _appeals(period, words),
        _categories(period, words),
        _sources(period, words),
        _suspensions(period, words),
        _rechecks(period, words),
        _steps(period, words),
    )


def charts(period: Period, words: Words) -> tuple[Markup, ...]:
    """Return what people compare, drawn: decisions over time, outcomes of appeals, how long it took."""
    drawn = (_decided_over_time(period, words), _outcomes(period, words), _times(period, words))
    return tuple(chart for chart in drawn if chart is not None)


def _decided_over_time(period: Period, words: Words) -> Markup | None:
    if len(period.steps) < 2 or not period.decisions.number:
        return None
    groups = (
        (_("Not shown any more, or for a time"), (EffectKind.SEAL, EffectKind.HOLD)),
        (_("No action"), (NO_ACTION,)),
        (
            _("Author warned, limited, suspended or ended"),
            (EffectKind.WARN, EffectKind.LIMIT, EffectKind.SUSPEND, EffectKind.TERMINATE),
        ),
        (_("Labelled"), (EffectKind.LABEL,)),
    )
    series = [
        drawing.Series(name, [sum(step.kinds[str(kind)] for kind in kinds) for step in period.steps])
        for name, kinds in groups
        if any(period.by_kind[str(kind)] for kind in kinds)
    ]
    title = _("Decisions year by year") if period.year is None else _("Decisions month by month")
    figure = drawing.Figure(
        key="decided",
        title=title,
        description=_("%(number)s decisions in all, by what they did.")
        % {"number": words.number(period.decisions.number)},
        heading=_("Year") if period.year is None else _("Month"),
        labels=[_short(period, step, words) for step in period.steps],
        series=series,
        as_table=_("As a table"),
        number=partial(_written, words),
    )
    return drawing.lines(figure)


def _short(period: Period, step: Month, words: Words) -> str:
    """Return 2026, or Nov: what fits below a chart."""
    return words.plain_number(step.first.year) if period.year is None else date_format(step.first, "M")


def _outcomes(period: Period, words: Words) -> Markup | None:
    found = {outcome: period.by_outcome.get(outcome, 0) for outcome in OUTCOMES}
    if not any(found.values()):
        return None
    figure = drawing.Figure(
        key="outcomes",
        title=_("What came of appeals"),
        description=_("%(changed)s of %(number)s decided appeals changed the decision, as a whole or partly.")
        % {
            "changed": words.number(found["reversed"] + found["partially_reversed"]),
            "number": words.number(sum(found.values())),
        },
        heading=_("Outcome"),
        labels=[outcome_label(outcome) for outcome in found],
        series=(drawing.Series(_("Appeals"), list(found.values())),),
        as_table=_("As a table"),
        number=partial(_written, words),
    )
    return drawing.bars(figure)


def _times(period: Period, words: Words) -> Markup | None:
    paces = {
        _("A report is answered"): period.reports.hours,
        _("A case is decided"): period.decisions.hours,
        _("An appeal is decided"): period.appeals.hours,
    }
    known = {name: hours for name, hours in paces.items() if hours is not None}
    if not known:
        return None
    figure = drawing.Figure(
        key="times",
        title=_("How long it takes: half of them are quicker"),
        description=_("The median from beginning to end, in hours."),
        heading=_("Step"),
        labels=list(known),
        series=(drawing.Series(_("Hours"), list(known.values())),),
        as_table=_("As a table"),
        number=partial(_written, words),
    )
    return drawing.bars(figure)


def _written(words: Words, number: float) -> str:
    return words.number(round(number))


def duration(hours: float | None, words: Words) -> str:
    """Return 6 hours, or 3 days; empty without any."""
    if hours is None:
        return ""
    if hours <= DAY_HOURS:
        number = max(round(hours), 1)
        return ngettext("%(number)s hour", "%(number)s hours", number) % {"number": words.number(number)}
    number = round(hours / 24)
    return ngettext("%(number)s day", "%(number)s days", number) % {"number": words.number(number)}


def kind_label(kind: str) -> str:
    """Return the short name of what a decision did."""
    return {
        EffectKind.LABEL.value: _("Labelled"),
        EffectKind.LIMIT.value: _("Author limited"),
        EffectKind.HOLD.value: _("Held for a time"),
        EffectKind.SEAL.value: _("Taken out of view"),
        EffectKind.WARN.value: _("Author warned"),
        EffectKind.SUSPEND.value: _("Author suspended"),
        EffectKind.TERMINATE.value: _("Author ended for good"),
        NO_ACTION: _("No action"),
    }[kind]


def outcome_label(outcome: str) -> str:
    """Return what became of an appeal."""
    known = {
        "omitted": _("Withdrawn or settled"),
        "inadmissible": _("Not admitted, with reasons"),
    }
    return known.get(outcome) or str(Outcome(outcome).label)


def _pace(name: str, pace: Pace, words: Words) -> Told:
    notes = []
    if pace.hours is not None:
        notes.append(_("half of them within %(time)s") % {"time": duration(pace.hours, words)})
    if pace.late:
        notes.append(_("%(number)s after the deadline") % {"number": words.number(pace.late)})
    elif pace.done:
        notes.append(_("none after the deadline"))
    return Told(name, words.number(pace.number), "; ".join(notes))


def titles_of(versions: Collection[int], language: str) -> dict[tuple[int | None, str], str]:
    """Return what rules are called, by version and number, in the book for what readers write."""
    rules = (
        Rule.objects.filter(book__code="", book__version__in=versions)
        .select_related("book")
        .prefetch_related("texts")
    )
    return {(rule.book.version, rule.number): rule.text_in(language).title for rule in rules}


def _rules(period: Period, words: Words) -> Table:
    kinds = [kind.value for kind in EffectKind if any(one.kinds[kind.value] for one in period.by_rule)]
    titles = titles_of({one.version for one in period.by_rule if one.version}, words.language)
    rows = tuple(
        (
            _ground(one, titles, words),
            *(words.number(one.kinds[kind]) for kind in kinds),
            words.number(one.total),
            words.number(one.reversed),
        )
        for one in period.by_rule
    )
    columns = (_("Ground"), *(kind_label(kind) for kind in kinds), _("Decisions"), _("Reversed on appeal"))
    return Table("rules", _("Restrictions by rule"), columns, rows, _("Nothing was restricted."))


def _ground(one: Ruled, titles: dict[tuple[int | None, str], str], words: Words) -> str:
    if one.version is None:
        return _("The law")
    return _("Rule %(number)s: %(title)s (version %(version)s)") % {
        "number": one.number,
        "title": titles.get((one.version, one.number), "–"),
        "version": words.plain_number(one.version),
    }


def _named(key: str, title: str, name: str, figures: dict[str, str], empty: str) -> Table:
    return Table(key, title, (name, _("Number")), tuple(figures.items()), empty)


def _kinds(period: Period, words: Words) -> Table:
    figures = {kind_label(kind): words.number(number) for kind, number in period.by_kind.items() if number}
    empty = _("Nothing was decided.")
    return _named("kinds", _("Decisions by what they did"), _("What was done"), figures, empty)


def _appeals(period: Period, words: Words) -> Table:
    found = period.by_outcome
    figures = {
        outcome_label(outcome): words.number(found.get(outcome, 0))
        for outcome in OUTCOMES
        if found.get(outcome) or (found and outcome in OUTCOMES[:3])
    }
    waiting = period.appeals.number - period.appeals.done
    if waiting:
        figures[_("Not decided yet")] = words.number(waiting)
    for party in Party:
        if period.by_party.get(party.value):
            name = _("By the author") if party is Party.AUTHOR else _("By whoever reported")
            figures[name] = words.number(period.by_party[party.value])
    title = _("Appeals, each heard by somebody who had not decided")
    return _named("appeals", title, _("Outcome"), figures, _("Nobody appealed."))


def _categories(period: Period, words: Words) -> Table:
    figures = {categories.label(name): words.number(often) for name, often in period.by_category.items()}
    return _named("categories", _("Reports by subject"), _("Subject"), figures, _("Nothing was reported."))


def _sources(period: Period, words: Words) -> Table:
    figures = {
        str(Source(name).label) if name in Source.values else name: words.number(often)
        for name, often in period.by_source.items()
    }
    if period.unfounded:
        figures[_("Manifestly unfounded ones among them")] = words.number(period.unfounded)
    return _named("sources", _("Reports by sender"), _("Sender"), figures, _("Nothing was reported."))


def _suspensions(period: Period, words: Words) -> Table:
    figures = {str(Conduct(name).label): words.number(often) for name, often in period.suspensions.items()}
    if period.disputes:
        figures[_("Disputes before an out-of-court body")] = words.number(period.disputes)
        figures[_("Of these lost")] = words.number(period.disputes_lost)
    title = _("Suspensions and disputes")
    return _named("suspensions", title, _("For what"), figures, _("Nobody was suspended."))


def _rechecks(period: Period, words: Words) -> Table:
    found, figures = period.rechecks, {}
    if found.drawn:
        figures = {
            _("Drawn at random"): words.number(found.drawn),
            _("Judged again, without knowing the decision"): words.number(found.examined),
            _("Wrong: restricted or left without ground"): words.number(found.wrong),
            _("With another rule or another effect"): words.number(found.otherwise),
        }
        if found.error_rate is not None:
            share = f"{round(found.error_rate * 100, 1):g} %"
            figures[_("Wrong ones among those judged again")] = share
        if found.omitted:
            figures[_("Left out: erased, or decided about an appeal")] = words.number(found.omitted)
        if waiting := found.drawn - found.examined - found.omitted:
            figures[_("Not judged again yet")] = words.number(waiting)
    title = _("Decisions judged again by somebody else")
    return _named("rechecks", title, _("What came of it"), figures, _("None was drawn."))


def _steps(period: Period, words: Words) -> Table:
    heading = _("Year") if period.year is None else _("Month")
    rows = tuple(
        (
            step_label(period, step, words),
            words.number(step.reports),
            words.number(step.decisions),
            words.number(step.appeals),
        )
        for step in period.steps
    )
    title = _("Year by year") if period.year is None else _("Month by month")
    columns = (heading, _("Reports"), _("Decisions"), _("Appeals"))
    return Table("steps", title, columns, rows, "")


def step_label(period: Period, step: Month, words: Words) -> str:
    """Return 2026, or November 2026."""
    first: date = step.first
    return words.plain_number(first.year) if period.year is None else words.month(first)
