# SPDX-License-Identifier: Apache-2.0
"""Checks a whole report: the shape of the templates first, then what the figures must hold to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from onrecord.moderation.formats import personal_data
from onrecord.moderation.formats.transparency_report import balances, sums
from onrecord.moderation.formats.transparency_report import templates as t
from onrecord.moderation.formats.transparency_report.problems import Problem


def check(sheets: Sequence[t.Sheet]) -> list[Problem]:
    """Return everything that is wrong with a report; nothing if it can be published."""
    misshapen = list(_shape(sheets))
    if misshapen:
        return misshapen
    named = {sheet.name: sheet for sheet in sheets}
    found = [problem for name in t.COUNTED for problem in sums.check(named[name])]
    if not found:
        found += balances.check(named)
    return [*found, *_identity(named[t.SUMMARY]), *_frame(sheets), *_texts(sheets)]


def _shape(sheets: Sequence[t.Sheet]) -> Iterator[Problem]:
    """Every sheet is there, with its header to the byte and its rows in their order."""
    templates = t.blank()
    names = [sheet.name for sheet in sheets]
    if names != [template.name for template in templates]:
        yield Problem("report", 1, "", ", ".join(names), "eleven sheets, 1 to 11", "Sheets are missing.")
        return
    for sheet, template in zip(sheets, templates, strict=True):
        if sheet.header != template.header:
            for column, (found, wanted) in enumerate(
                zip(sheet.header, template.header, strict=False), start=1
            ):
                if found != wanted:
                    words = f"Column {column} has another header; spaces at its end count."
                    yield Problem(sheet.name, 1, wanted, repr(found), repr(wanted), words)
            if len(sheet.header) != len(template.header):
                found, wanted = str(len(sheet.header)), str(len(template.header))
                yield Problem(sheet.name, 1, "", found, wanted, "Another number of columns.")
            continue
        for number, row in enumerate(sheet.rows, start=2):
            if len(row) != len(template.header):
                words = "This row has another number of cells."
                yield Problem(sheet.name, number, "", str(len(row)), str(len(template.header)), words)
        yield from _rows(sheet, template)


def _rows(sheet: t.Sheet, template: t.Sheet) -> Iterator[Problem]:
    """Compare the labels of rows, but for sheets 3 to 6 (`sums`); accuracy has a row for each system."""
    if sheet.name in t.COUNTED:
        return
    width = 3 if sheet.name == t.CATEGORIES else len(sheet.header) - (2 if "Scope" in sheet.header else 1)
    width = 6 if "Scope" in sheet.header else width
    fixed = [i for i in range(width) if sheet.header[i] not in {"Service", "Reporting period"}]

    def labels(row: t.Row) -> t.Row:
        return tuple(row[i] for i in fixed if i < len(row))

    found: list[tuple[int, t.Row]] = []
    for number, row in enumerate(sheet.rows, start=2):
        repeated = bool(found) and found[-1][1] == labels(row) and sheet.name == t.AUTOMATED
        if not repeated:
            found.append((number, labels(row)))
    wanted = [labels(row) for row in template.rows]
    for (number, seen), right in zip(found, wanted, strict=False):
        if seen != right:
            yield Problem(
                sheet.name, number, "", " / ".join(seen), " / ".join(right), "Another row belongs here."
            )
            return
    if len(found) != len(wanted):
        words = "Another number of rows."
        yield Problem(sheet.name, len(sheet.rows) + 1, "", str(len(found)), str(len(wanted)), words)


def _identity(sheet: t.Sheet) -> Iterator[Problem]:
    provider, published, previous, first, last = (row[3] for row in sheet.rows)
    if not provider.strip() or provider == "Text":
        yield Problem(sheet.name, 2, "Value", provider, "a name", "Who publishes the report is not said.")
    days: dict[int, date] = {}
    for row, cell in ((3, published), (4, previous), (5, first), (6, last)):
        try:
            days[row] = date.fromisoformat(cell)
        except ValueError:
            if row != 4 or cell:
                yield Problem(sheet.name, row, "Value", cell, "a day, as 2026-12-31", "This is no day.")
    if 5 in days and 6 in days and days[5] > days[6]:
        yield Problem(
            sheet.name, 6, "Value", last, f"not before {first}", "The period ends before it begins."
        )
    if 3 in days and 6 in days and days[3] <= days[6]:
        words = "A report is published when its period has ended."
        yield Problem(sheet.name, 3, "Value", published, f"after {last}", words)


def _frame(sheets: Sequence[t.Sheet]) -> Iterator[Problem]:
    """The service and the period are the same in every row."""
    summary = sheets[0]
    service, period = summary.rows[0][1], f"{summary.rows[3][3]}/{summary.rows[4][3]}"
    for sheet in sheets:
        for column, wanted in (("Service", service), ("Reporting period", period)):
            if column not in sheet.header:
                continue
            place = sheet.header.index(column)
            for number, row in enumerate(sheet.rows, start=2):
                if row[place] != wanted or not wanted.strip():
                    words = "It differs from sheet 1." if wanted.strip() else "It is not said."
                    yield Problem(sheet.name, number, column, row[place], wanted or "a name", words)
                    break


def _texts(sheets: Sequence[t.Sheet]) -> Iterator[Problem]:
    """Every question to all is answered, and no text holds personal data."""
    for number, row in enumerate(sheets[-1].rows, start=2):
        if row[0] == t.ALL and (not row[-1].strip() or row[-1] == "Free text"):
            words = f"“{row[3]}” has no answer; a report without it counts as incomplete."
            yield Problem(sheets[-1].name, number, "Value", row[-1], "an answer", words)
    for sheet in sheets:
        for number, row in enumerate(sheet.rows, start=2):
            for column, cell in zip(sheet.header, row, strict=True):
                if column in {"Value", 'Description of the sub-category "Other"'} or column.startswith(
                    "Context"
                ):
                    for kind in personal_data.found(cell):
                        words = f"It holds what looks like {kind}."
                        yield Problem(sheet.name, number, column, cell[:60], "no personal data", words)
