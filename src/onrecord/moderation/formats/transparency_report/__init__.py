# SPDX-License-Identifier: Apache-2.0
"""The transparency report of Implementing Regulation (EU) 2024/2835: facts in, eleven checked CSV sheets out.

facts       what is counted
templates   sheets, columns and rows, to the byte
counting    facts into sheets
checks      what a report must hold to, with sums and balances
problems    how it is said
"""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.moderation.formats.transparency_report.checks import check
from onrecord.moderation.formats.transparency_report.counting import count
from onrecord.moderation.formats.transparency_report.facts import Facts
from onrecord.moderation.formats.transparency_report.problems import Inconsistent, Problem
from onrecord.moderation.formats.transparency_report.templates import Sheet

__all__ = ["Facts", "Inconsistent", "Problem", "Sheet", "check", "files", "report"]


def report(facts: Facts) -> tuple[Sheet, ...]:
    """Return the eleven sheets. Raises Inconsistent, with every sum that does not add up."""
    sheets = count(facts)
    problems = check(sheets)
    if problems:
        raise Inconsistent(problems)
    return sheets


def files(sheets: Sequence[Sheet]) -> dict[str, bytes]:
    """Return the CSV files by name, checked again whatever made them. Raises Inconsistent."""
    problems = check(sheets)
    if problems:
        raise Inconsistent(problems)
    return {f"{sheet.name}.csv": sheet.csv().encode() for sheet in sheets}
