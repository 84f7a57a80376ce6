# SPDX-License-Identifier: Apache-2.0
"""Checks sheets 3 to 6: rows below a category add up to it, categories to TOTAL, Member States to both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from onrecord.moderation.formats import taxonomy
from onrecord.moderation.formats.transparency_report import templates as t
from onrecord.moderation.formats.transparency_report.problems import Problem, is_count, is_hours, number

_PARTS = (*zip(t.NOTICE_COUNTS[::2], t.NOTICE_COUNTS[1::2], strict=True),)
"""What all notices gave, and what those of trusted flaggers did."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row with figures."""

    row: int
    code: str
    description: str
    scope: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """TOTAL or a category, and the lines that it is the sum of."""

    whole: Line
    parts: tuple[Line, ...]


def check(sheet: t.Sheet) -> Iterator[Problem]:
    """Yield what is wrong in one of sheets 3 to 6, whose header is right."""
    lines = _lines(sheet)
    scopes = list(dict.fromkeys(line.scope for line in lines))
    if scopes[:1] != [t.TOTAL if sheet.name == t.ORDERS else ""]:
        yield Problem(sheet.name, 2, "Scope", "".join(scopes[:1]), t.TOTAL, "The first block is the total.")
        return
    misplaced = [p for scope in scopes for p in _order(sheet.name, scope, _in(lines, scope))]
    yield from misplaced
    if misplaced:
        return
    for line in lines:
        yield from _cells(sheet.name, line)
        yield from _within(sheet.name, line)
    yield from _blanks(sheet.name, lines)
    yield from _descriptions(sheet.name, lines)
    for group in _groups(lines):
        yield from _sums(sheet.name, group, "the rows below it")
        yield from _medians(sheet.name, group)
    if len(scopes) > 1:
        yield from _states(sheet.name, lines)


def is_median(column: str) -> bool:
    """Tell whether a column holds hours."""
    return column.startswith("Median time")


def _lines(sheet: t.Sheet) -> list[Line]:
    scope = sheet.header.index("Scope") if "Scope" in sheet.header else None
    first = len(sheet.header) - 2 * len(t.counts_of(sheet.name))
    return [
        Line(
            number,
            row[3],
            row[4],
            row[scope] if scope is not None else "",
            dict(zip(t.counts_of(sheet.name), row[first:], strict=False)),
        )
        for number, row in enumerate(sheet.rows, start=2)
    ]


def _in(lines: Sequence[Line], scope: str) -> list[Line]:
    return [line for line in lines if line.scope == scope]


def _order(sheet: str, scope: str, lines: Sequence[Line]) -> Iterator[Problem]:
    """Rows stand as in the template; KEYWORD_OTHER may come more than once, nothing else may."""
    wanted = [t.TOTAL]
    for category in t.categories_in(sheet):
        wanted += [category.code, *(keyword.code for keyword in category.keywords)]
    position = -1
    for line in lines:
        if line.code == taxonomy.OTHER and position >= 0 and wanted[position] == taxonomy.OTHER:
            continue
        position += 1
        expected = wanted[position] if position < len(wanted) else "no more rows"
        if line.code != expected:
            yield Problem(sheet, line.row, "", line.code, expected, f"Another row belongs here{_for(scope)}.")
            return
    if position + 1 < len(wanted):
        last = lines[-1].row if lines else 1
        yield Problem(sheet, last, "", "the end", wanted[position + 1], f"Rows are missing{_for(scope)}.")


def _for(scope: str) -> str:
    return f" ({scope})" if scope else ""


def _cells(sheet: str, line: Line) -> Iterator[Problem]:
    for column, cell in line.cells.items():
        right, kind = (
            (is_hours, "a number of hours") if is_median(column) else (is_count, "a whole number, as 37220")
        )
        if cell and not right(cell):
            yield Problem(sheet, line.row, column, cell, kind, "This cannot be read by a machine.")


def _within(sheet: str, line: Line) -> Iterator[Problem]:
    """What one row must hold to, whatever the others say."""
    cells = line.cells

    def at_most(part: str, whole: str, words: str) -> Iterator[Problem]:
        if number(cells[part]) > number(cells[whole]):
            yield Problem(sheet, line.row, part, cells[part], f"at most {cells[whole] or 0}", words)

    if sheet == t.ORDERS:
        yield from at_most(t.ORDER_COUNTS[0], t.ORDER_COUNTS[1], "Each order is about one item at least.")
    elif sheet == t.NOTICES:
        yield from at_most(t.NOTICE_COUNTS[0], t.NOTICE_COUNTS[2], "Each notice is about one item at least.")
        yield from at_most(t.NOTICE_COUNTS[1], t.NOTICE_COUNTS[3], "Each notice is about one item at least.")
        for whole, part in _PARTS:
            if not is_median(part):
                yield from at_most(part, whole, "Trusted flaggers cannot have more than all.")
    else:
        kinds = t.MEASURE_COUNTS[1:]
        for kind in kinds:
            yield from at_most(kind, t.MEASURES, "A kind of measure cannot be more than all of them.")
        sum_of_kinds = sum(number(cells[kind]) for kind in kinds[1:])
        if sum_of_kinds < number(cells[t.MEASURES]):
            words = f"Each measure has one kind of restriction at least; {sum_of_kinds} are named."
            yield Problem(sheet, line.row, t.MEASURES, cells[t.MEASURES], f"at most {sum_of_kinds}", words)


def _blanks(sheet: str, lines: Sequence[Line]) -> Iterator[Problem]:
    """Blank says that something cannot happen here, 0 that it did not: a column is one or the other."""
    for column in t.counts_of(sheet):
        if is_median(column):
            continue
        filled = [bool(line.cells[column]) for line in lines]
        if any(filled) and not all(filled):
            line = lines[filled.index(False)]
            yield Problem(
                sheet, line.row, column, "", "0 or a number", "Other rows of this column are filled."
            )


def _descriptions(sheet: str, lines: Sequence[Line]) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    column = 'Description of the sub-category "Other"'
    for line in lines:
        if line.code != taxonomy.OTHER:
            continue
        key = (line.scope, line.description)
        if not line.description.strip() or line.description == t.DESCRIBE:
            words = "A sub-category of one's own has to be described."
            yield Problem(sheet, line.row, column, line.description, "a description", words)
        elif key in seen:
            words = "Two sub-categories have the same description."
            yield Problem(sheet, line.row, column, line.description, "another description", words)
        seen.add(key)


def _groups(lines: Sequence[Line]) -> Iterator[Group]:
    for scope in dict.fromkeys(line.scope for line in lines):
        total, *rest = _in(lines, scope)
        categories = [line for line in rest if line.code in taxonomy.BY_CODE]
        yield Group(total, tuple(categories))
        for category, following in zip(categories, [*categories[1:], None], strict=True):
            end = following.row if following else rest[-1].row + 1
            below = tuple(line for line in rest if category.row < line.row < end)
            if below:
                yield Group(category, below)


def _sums(sheet: str, group: Group, what: str) -> Iterator[Problem]:
    for column, cell in group.whole.cells.items():
        if is_median(column):
            continue
        added = sum(number(part.cells[column]) for part in group.parts)
        if number(cell) != added:
            words = f"{group.whole.code} is {cell or 'blank'}, {what} add up to {added}."
            yield Problem(sheet, group.whole.row, column, cell, str(added), words)


def _medians(sheet: str, group: Group) -> Iterator[Problem]:
    """The median of all lies between those of its parts, and is there if one of them is."""
    for column, cell in group.whole.cells.items():
        if not is_median(column):
            continue
        parts = [float(part.cells[column]) for part in group.parts if is_hours(part.cells[column])]
        if bool(parts) != bool(cell):
            expected = "hours" if parts else "blank"
            yield Problem(
                sheet, group.whole.row, column, cell, expected, "The rows below it say something else."
            )
        elif parts and is_hours(cell) and not min(parts) <= float(cell) <= max(parts):
            between = f"{min(parts):g} to {max(parts):g}"
            words = "A median of all lies between those of its parts."
            yield Problem(sheet, group.whole.row, column, cell, between, words)


def _states(sheet: str, lines: Sequence[Line]) -> Iterator[Problem]:
    """For each row, what Member States ordered adds up to the total."""

    def key(line: Line, category: str) -> tuple[str, str, str]:
        return (category, line.code, line.description if line.code == taxonomy.OTHER else "")

    totals: dict[tuple[str, str, str], Line] = {}
    parts: dict[tuple[str, str, str], list[Line]] = {}
    none: Callable[[Line], bool] = lambda line: not any(map(number, line.cells.values()))  # noqa: E731
    category = ""
    for line in lines:
        category = line.code if line.code in {t.TOTAL, *taxonomy.BY_CODE} else category
        if line.scope == t.TOTAL:
            totals[key(line, category)] = line
        else:
            parts.setdefault(key(line, category), []).append(line)
    for name, whole in totals.items():
        yield from _sums(sheet, Group(whole, tuple(parts.get(name, ()))), "the Member States")
    for name, lone in parts.items():
        for line in lone:
            if name not in totals and not none(line):
                words = f"{line.scope} has it, TOTAL has no such row."
                yield Problem(sheet, line.row, "", line.description, "a row in TOTAL", words)
