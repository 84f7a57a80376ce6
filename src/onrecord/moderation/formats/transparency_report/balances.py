# SPDX-License-Identifier: Apache-2.0
"""Checks sheets 7 and 8: outcomes add up to complaints, and other sheets say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from onrecord.moderation.formats.transparency_report import templates as t
from onrecord.moderation.formats.transparency_report.problems import (
    Problem,
    is_count,
    is_hours,
    is_share,
    number,
)

_OPEN = re.compile(r"Not decided yet: (\d+)\. Omitted: (\d+)\.")


@dataclass(frozen=True, slots=True)
class Value:
    """One row of sheets 7 to 8."""

    sheet: str
    row: int
    cell: str
    context: str

    @property
    def count(self) -> int:
        """The figure; blank is 0."""
        return number(self.cell)

    def problem(self, expected: str, words: str) -> Problem:
        """Return what is wrong with it."""
        return Problem(self.sheet, self.row, "Value", self.cell, expected, words)

    @property
    def unfinished(self) -> tuple[int, int]:
        """How many of a total are open, and omitted, as it says beside it."""
        said = _OPEN.search(self.context)
        return (int(said[1]), int(said[2])) if said else (0, 0)


Values = Mapping[tuple[str, str], Value]


def check(sheets: Mapping[str, t.Sheet]) -> Iterator[Problem]:
    """Yield what is wrong in sheets 7 and 8, whose rows stand as in the template."""
    appeals = _read(sheets[t.APPEALS])
    for (_indicator, scope), value in appeals.items():
        yield from _readable(value, scope)
    platform = bool(appeals[t.COMPLAINTS, t.UPHELD].cell)
    yield from _all_or_none(appeals, platform=platform)
    if platform:
        yield from _complaints(appeals)
        yield from _disputes(appeals)
    yield from _automated(sheets)


def _read(sheet: t.Sheet) -> Values:
    """Return the first row of each indicator and scope."""
    found: dict[tuple[str, str], Value] = {}
    for row_number, row in enumerate(sheet.rows, start=2):
        found.setdefault((row[4], row[5]), Value(sheet.name, row_number, row[6], row[7]))
    return found


def _readable(value: Value, scope: str) -> Iterator[Problem]:
    if not value.cell:
        return
    if scope == t.MEDIAN and not is_hours(value.cell):
        yield value.problem("a number of hours", "This cannot be read by a machine.")
    elif scope == t.IMPLEMENTED and not is_share(value.cell):
        yield value.problem("a number from 0 to 1, as 0.75", "A percentage lies between 0 and 1.")
    elif scope not in {t.MEDIAN, t.IMPLEMENTED} and not is_count(value.cell):
        yield value.problem("a whole number, as 37220", "This cannot be read by a machine.")


def _all_or_none(appeals: Values, *, platform: bool) -> Iterator[Problem]:
    for (_indicator, scope), value in appeals.items():
        first = value.row == 2
        if scope in {t.MEDIAN, t.IMPLEMENTED} or first:
            wrong = first and not value.cell
        else:
            wrong = bool(value.cell) is not platform
        if wrong:
            expected = "0 or a number" if platform or first else "blank"
            yield value.problem(expected, "Rows for online platforms are filled, or none of them is.")


def _balance(appeals: Values, indicator: str) -> Iterator[Problem]:
    total = appeals[indicator, t.NUMBER]
    outcomes = [appeals[indicator, scope] for scope in (t.UPHELD, t.PARTLY, t.REVERSED)]
    unfinished, omitted = total.unfinished
    row = appeals.get((indicator, t.OMITTED))
    decided = sum(outcome.count for outcome in outcomes)
    added = decided + unfinished + (row.count if row else omitted)
    if total.count != added:
        words = (
            f"Upheld, partially reversed, reversed, omitted and open ones of “{indicator}” add up to {added}."
        )
        yield total.problem(str(added), words)
    if row and row.count != omitted and total.context:
        yield row.problem(str(omitted), "The total says how many were omitted.")
    middle = appeals[indicator, t.MEDIAN]
    if middle.cell and not decided:
        yield middle.problem("blank", "Nothing was decided, so there is no median.")


def _complaints(appeals: Values) -> Iterator[Problem]:
    total = appeals[t.COMPLAINTS, t.NUMBER]
    for indicator in (t.COMPLAINTS, *t.COMPLAINTS_BY_BASIS, t.COMPLAINTS_OF_TRUSTED):
        yield from _balance(appeals, indicator)
    for scope in (t.NUMBER, t.UPHELD, t.PARTLY, t.REVERSED):
        whole = appeals[t.COMPLAINTS, scope]
        added = sum(appeals[basis, scope].count for basis in t.COMPLAINTS_BY_BASIS)
        if whole.count != added:
            words = f"“{scope}” of the five kinds of complaint add up to {added}."
            yield whole.problem(str(added), words)
        trusted, untrusted = (
            appeals[t.COMPLAINTS_OF_TRUSTED, scope],
            appeals[t.COMPLAINTS_BY_BASIS[-1], scope],
        )
        if trusted.count > untrusted.count:
            words = "Trusted flaggers cannot have more than all."
            yield trusted.problem(f"at most {untrusted.count}", words)
    unfinished = sum(appeals[basis, t.NUMBER].unfinished[0] for basis in t.COMPLAINTS_BY_BASIS)
    if total.unfinished[0] != unfinished:
        words = f"{total.unfinished[0]} are said to be open; the five kinds of complaint have {unfinished}."
        yield Problem(total.sheet, total.row, "Contextual Information", total.context, str(unfinished), words)
    new = appeals[t.NEW_RESTRICTIONS, t.NUMBER]
    changed = appeals[t.COMPLAINTS, t.PARTLY].count + appeals[t.COMPLAINTS, t.REVERSED].count
    if new.count > changed:
        yield new.problem(f"at most {changed}", "Only what changes a decision can bring a new restriction.")


def _disputes(appeals: Values) -> Iterator[Problem]:
    yield from _balance(appeals, t.DISPUTES)
    share = appeals[t.DISPUTES, t.IMPLEMENTED]
    lost = appeals[t.DISPUTES, t.PARTLY].count + appeals[t.DISPUTES, t.REVERSED].count
    if bool(lost) != bool(share.cell):
        words = "It is counted over what was reversed or partially reversed."
        yield share.problem(f"a share of {lost}" if lost else "blank", words)
    elif (
        lost
        and is_share(share.cell)
        and round(round(float(share.cell) * lost) / lost, 4) != float(share.cell)
    ):
        yield share.problem(f"a share of {lost}", f"No number of outcomes out of {lost} gives it.")


def _automated(sheets: Mapping[str, t.Sheet]) -> Iterator[Problem]:
    values = _read(sheets[t.AUTOMATED])
    for (indicator, _scope), value in values.items():
        right, kind = (
            (is_share, "a number from 0 to 1") if indicator in t.ACCURACY else (is_count, "a whole number")
        )
        if value.cell and not right(value.cell):
            yield value.problem(kind, "This cannot be read by a machine.")
    for indicator in (t.SOLELY, t.NOT_SOLELY):
        own, every = values[indicator, t.OWN], values[indicator, t.NUMBER]
        if own.count > every.count:
            yield own.problem(f"at most {every.count}", "Own measures cannot be more than all.")
    own_total = sum(_total(sheets[name], t.MEASURES) for name in (t.ILLEGAL, t.RULES))
    yield from _split(values, t.OWN, (t.SOLELY, t.NOT_SOLELY), own_total, "5 and 6 have")
    for scope, column in ((t.NAM, t.NOTICE_COUNTS[0]), (t.NAM_TRUSTED, t.NOTICE_COUNTS[1])):
        kinds = (t.NOTICES_SOLELY, t.NOTICES_NOT_SOLELY)
        yield from _split(values, scope, kinds, _total(sheets[t.NOTICES], column), "4 has")
    accuracy = values[t.ACCURACY[0], t.NUMBER]
    if values[t.SOLELY, t.NUMBER].count and not (accuracy.cell or accuracy.context):
        yield accuracy.problem("a figure, or why there is none", "Programs decided; how well is not said.")


def _total(sheet: t.Sheet, column: str) -> int:
    return number(sheet.rows[0][sheet.header.index(column)]) if sheet.rows else 0


def _split(values: Values, scope: str, kinds: tuple[str, str], whole: int, where: str) -> Iterator[Problem]:
    solely, other = (values[kind, scope] for kind in kinds)
    if solely.count + other.count != whole:
        added = solely.count + other.count
        words = f"“{scope.strip()}”, with and without programs, is {added}; sheet {where} {whole}."
        yield other.problem(str(whole - solely.count), words)
