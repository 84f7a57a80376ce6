# SPDX-License-Identifier: Apache-2.0
"""The templates of Annex I to Implementing Regulation (EU) 2024/2835: sheets, columns, rows, to the byte.

Headers and some labels end in spaces, and two in no-break spaces. A machine compares them, so they stay.
`Decision omitted` stands in the CSV template, `Decisions omitted` in Annex II; the template counts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from onrecord.moderation.formats import taxonomy
from onrecord.moderation.formats.transparency_report.facts import Restriction

ALL = "All"
HOSTING = "Only for providers of hosting services, including online platforms"
PLATFORMS = "Only for providers of online platforms"
VLOPS = "Only for VLOPs"
PERIOD = "YYYY-MM-DD/YYYY-MM-DD"
DESCRIBE = 'Text to detail the "Other" keyword.'
STATES = "AT, […], SE"
SKIPPED = "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE"
"""The template of sheet 3 leaves this row out where states begin. Without it sums could not add up, so that
a report has it."""
SPACED = "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN"
"""In the template of sheet 2 a space stands beside it."""
TOTAL = "TOTAL"

SUMMARY, CATEGORIES, ORDERS, NOTICES = (
    "1_summary",
    "2_categories_names",
    "3_member_states_orders",
    "4_notices",
)
ILLEGAL, RULES = "5_own_initiative_illegal", "6_own_initiative_TC"
APPEALS, AUTOMATED = "7_appeals_and_recidivism", "8_automated_means"
STAFF, RECIPIENTS, QUALITATIVE = "9_human_resources", "10_AMAR", "11_qualitative"
COUNTED = (ORDERS, NOTICES, ILLEGAL, RULES)
"""Sheets with a row for each category."""

_FRAME = ("Applicability", "Service", "Reporting period")
_CATEGORY = "Category of illegal content"
_BROKEN_RULE = "Category of incompatibility with the provider's terms and conditions"
_OTHER = 'Description of the sub-category "Other"'
_RECEIPT = "Median time to inform the authority of the receipt of the order to"
_EFFECT = "Median time to give effect to the order to"
ORDER_COUNTS = (
    "Number of orders to act against illegal content received",
    (
        "Number of specific items of information included in the total number of orders to act against"
        " illegal content"
    ),
    f"{_RECEIPT} act against illegal content",
    f"{_EFFECT} act against illegal content",
    "Number of orders to provide information",
    f"{_RECEIPT} provide information",
    f"{_EFFECT} provide information",
)
_ITEMS = "Number of specific items of information included in the total number of notices"
_LAW = "Number of actions taken on the basis of the law"
_TERMS = "Number of actions taken on the basis of the terms and conditions of the service"
_TRUSTED = " (Trusted Flagger notices)"
NOTICE_COUNTS = (
    "Number of notices received ",
    "Number of notices received from Trusted flaggers",
    _ITEMS,
    f"{_ITEMS} by Trusted Flaggers{_TRUSTED}",
    "Median time to take action",
    f"Median time to take action{_TRUSTED}",
    _LAW,
    f"{_LAW}{_TRUSTED}",
    _TERMS,
    f"{_TERMS}{_TRUSTED}",
)
MEASURES = "Number of measures taken at the provider's own initiative "
DETECTED = "Number of measures taken after detection with solely automated means "
MEASURE_COUNTS = (MEASURES, DETECTED, *(restriction.value for restriction in Restriction))

MECHANISM, BODIES, REPEATED = (
    "Internal complaints mechanism",
    "Out-of-court dispute settlement bodies",
    "Suspensions imposed on repeated offenders",
)
COMPLAINTS = "Number of complaints submitted to the internal-complaints mechanism"
NEW_RESTRICTIONS = "Number of restrictions newly imposed as a result of an internal complaint"
COMPLAINTS_BY_BASIS = (
    "Complaint regarding a decision to remove or disable access to or restrict visibility of information",
    "Complaint regarding a decision to suspend or terminate the provision of the service",
    "Complaint regarding a decision to suspend or terminate an account ",
    "Complaint regarding a decision to restrict the ability to monetise information",
    "Complaint regarding a decision not to take action on a notice submitted in accordance with Article 16",
)
"""In the order of Basis."""
COMPLAINTS_OF_TRUSTED = (
    "Complaint regarding a decision not to take action on a notice submitted by a Trusted Flagger"
    " in accordance with Article 16"
)
"""A part of the last basis."""
DISPUTES = "Number of disputes submitted to out-of-court dispute settlement bodies"
SUSPENSIONS = (
    "Number of suspensions enacted for the provision of manifestly illegal content ",
    "Number of suspensions enacted for the provision of manifestly unfounded notices",
    "Number of suspensions enacted for the provision of manifestly unfounded complaints",
)
"""In the order of Misuse."""
NUMBER, UPHELD, PARTLY, REVERSED = (
    "Total number",
    "Decisions upheld",
    "Decisions partially reversed",
    "Decisions reversed",
)
MEDIAN, OMITTED, IMPLEMENTED = "Median time", "Decision omitted", "Percentage of outcomes implemented"

USE = "Use of automated means for content moderation"
SOLELY = "Number of measures solely taken by automated means "
NOT_SOLELY = "Number of measures not taken by automated means"
NOTICES_SOLELY = "Number of notices solely processed by automated means "
NOTICES_NOT_SOLELY = "Number of notices not processed by automated means"
ACCURACY = tuple(f"Accuracy of the automated means - {name}" for name in ("Accuracy", "Precision", "Recall"))
OWN, NAM, NAM_TRUSTED = "Own-initiative ", "NAM Total", "NAM Trusted Flagger"
QUESTIONS = (
    "Summary of the content moderation engaged in at the providers’ own initiative",
    (
        "Meaningful and comprehensible information regarding content moderation engaged in at the providers'"
        " own initiative"
    ),
    "Qualitative description of the automated means",
    "Qualitative description of indicators of accuracy and possible rate of error of automated means",
    "Specification of the precise purposes to apply automated means",
    "Safeguards applied to the use of automated means",
)
"""What Texts answers, in its order."""

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One CSV file. `rows` do not include the header; row 2 of the file is rows[0]."""

    name: str
    header: Row
    rows: tuple[Row, ...]

    def csv(self, *, end: str = "\r\n") -> str:
        """Return the file as RFC 4180 says."""
        written = io.StringIO()
        csv.writer(written, lineterminator=end).writerows([self.header, *self.rows])
        return written.getvalue()

    @classmethod
    def read(cls, name: str, text: str) -> Sheet:
        """Read a CSV file; an empty one has no header."""
        rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]
        return cls(name, rows[0] if rows else (), tuple(rows[1:]))


@cache
def blank() -> tuple[Sheet, ...]:
    """Return the eleven templates as the Commission gives them out."""
    header = (*_FRAME, "Section", "Indicator", "Scope", "Value")
    return (
        Sheet(SUMMARY, ("Applicability", "Service", "Indicator", "Value"), _summary()),
        Sheet(CATEGORIES, _category_header(), _category_rows()),
        *(_counts(name) for name in COUNTED),
        Sheet(APPEALS, (*header, "Contextual Information"), tuple(_appeals())),
        Sheet(AUTOMATED, (*header, "Contextual Information"), tuple(_automated())),
        Sheet(STAFF, (*header, "Contextual information"), tuple(_staff())),
        Sheet(RECIPIENTS, header, tuple(_recipients())),
        Sheet(QUALITATIVE, (*_FRAME, "Indicator", "Value"), tuple(_qualitative())),
    )


def categories_in(sheet: str) -> tuple[taxonomy.Category, ...]:
    """Return the categories that a sheet has rows for: 1 to 14, and one of its own for most."""
    more = {
        ORDERS: taxonomy.ORDER_UNSPECIFIED,
        NOTICES: taxonomy.NOTICE_UNSPECIFIED,
        RULES: taxonomy.OTHER_RULE,
    }
    return (*taxonomy.ILLEGAL, *([taxonomy.BY_CODE[more[sheet]]] if sheet in more else []))


def counts_of(sheet: str) -> tuple[str, ...]:
    """Return the columns with figures of sheets 3 to 6."""
    return {ORDERS: ORDER_COUNTS, NOTICES: NOTICE_COUNTS}.get(sheet, MEASURE_COUNTS)


def applies_to(sheet: str) -> str:
    """Return who fills in sheets 3 to 6."""
    return HOSTING if sheet == NOTICES else ALL


def _counts(name: str) -> Sheet:
    counts = counts_of(name)
    scoped = name == ORDERS
    header = (*_FRAME, _BROKEN_RULE if name == RULES else _CATEGORY, _OTHER, *(("Scope",) if scoped else ()))
    about = "Contextual Information on" if counts is MEASURE_COUNTS else "Contextual information on"
    context = [f"{about} {_as_quoted(count)}" for count in counts]
    codes = [code for category in categories_in(name) for code in _codes(category)]
    rows = [
        (
            *(applies_to(name), "", PERIOD, code, DESCRIBE if code == taxonomy.OTHER else ""),
            *((scope,) if scoped else ()),
            *(("",) * 2 * len(counts)),
        )
        for scope in ((TOTAL, STATES) if scoped else ("",))
        for code in (TOTAL, *codes)
        if (scope, code) != (STATES, SKIPPED)
    ]
    return Sheet(name, (*header, *counts, *context), tuple(rows))


def _codes(category: taxonomy.Category) -> Iterable[str]:
    yield category.code
    yield from (keyword.code for keyword in category.keywords)


def _as_quoted(count: str) -> str:
    """Two columns of sheet 3 are quoted in lower case, beside the others."""
    return count[0].lower() + count[1:] if count in ORDER_COUNTS[:2] else count


def _summary() -> tuple[Row, ...]:
    days = (
        "Date of the publication of the report",
        "Date of the publication of the latest previous report",
        "Starting date of reporting period",
        "Ending date of reporting period",
    )
    return (
        (ALL, "", "Name of the service provider", "Text"),
        *((ALL, "", day, "YYYY-MM-DD") for day in days),
    )


def _category_header() -> Row:
    what = "Category of illegal content / incompatible with the terms and conditions"
    return ("Category label", "Category description", what, "Contextual information")


def _category_rows() -> tuple[Row, ...]:
    rows: list[Row] = [(TOTAL, taxonomy.TOTAL[1], TOTAL, "")]
    for category in taxonomy.CATEGORIES:
        rows.append((category.label, category.name, category.code, " " if category.code == SPACED else ""))
        rows += [(keyword.label, keyword.name, keyword.code, "") for keyword in category.keywords]
    return tuple(rows)


def _appeals() -> Iterable[Row]:
    yield (ALL, "", PERIOD, MECHANISM, COMPLAINTS, NUMBER, "", "")
    for scope in (UPHELD, PARTLY, REVERSED, MEDIAN, OMITTED):
        yield (PLATFORMS, "", PERIOD, MECHANISM, COMPLAINTS, scope, "", "")
    yield (PLATFORMS, "", PERIOD, MECHANISM, NEW_RESTRICTIONS, NUMBER, "", "")
    for indicator in (*COMPLAINTS_BY_BASIS, COMPLAINTS_OF_TRUSTED):
        for scope in (NUMBER, UPHELD, PARTLY, REVERSED, MEDIAN):
            yield (PLATFORMS, "", PERIOD, MECHANISM, indicator, scope, "", "")
    for scope in (NUMBER, UPHELD, PARTLY, REVERSED, MEDIAN, OMITTED, IMPLEMENTED):
        yield (PLATFORMS, "", PERIOD, BODIES, DISPUTES, scope, "", "")
    for indicator in SUSPENSIONS:
        yield (PLATFORMS, "", PERIOD, REPEATED, indicator, NUMBER, "", "")


def _automated() -> Iterable[Row]:
    blocks = (
        (ALL, NUMBER, (SOLELY, NOT_SOLELY)),
        (ALL, OWN, (SOLELY, NOT_SOLELY)),
        (HOSTING, NAM, (NOTICES_SOLELY, NOTICES_NOT_SOLELY)),
        (PLATFORMS, NAM_TRUSTED, (NOTICES_SOLELY, NOTICES_NOT_SOLELY)),
    )
    for who, scope, counts in blocks:
        for indicator in (*counts, *ACCURACY):
            yield (who, "", PERIOD, USE, indicator, scope, "", "")
    for indicator in (SOLELY, NOT_SOLELY):
        for scope in ("bg", "[...]", "sv"):
            yield (VLOPS, "", PERIOD, USE, indicator, scope, "", "")
    for _again in range(3):
        for indicator, scope in zip(ACCURACY, ("bg", "[...]", "sv"), strict=True):
            yield (VLOPS, "", PERIOD, USE, indicator, scope, "", "")


def _staff() -> Iterable[Row]:
    section = "Human resources dedicated to content moderation "
    fluent = "Number of total moderators with sufficient linguistic expertise "
    for indicator, scope in (
        ("Number of internal moderators employed by the provider", NUMBER),
        ("Number of external moderators contracted by the provider", NUMBER),
        *((fluent, scope) for scope in (NUMBER, "bg", "[...]", "sv")),
    ):
        yield (VLOPS, "", PERIOD, section, indicator, scope, "", "")


def _recipients() -> Iterable[Row]:
    indicator = "Number of average monthly active recipients during the reporting period\u00a0"
    for scope in (TOTAL, "AT", "[...]", "SE"):
        yield ("Only for VLOPs and VLOSEs", "", PERIOD, "AMAR", indicator, scope, "")


def _qualitative() -> Iterable[Row]:
    staff = "human resources dedicated to content moderation"
    yield from ((ALL, "", PERIOD, question, "Free text") for question in QUESTIONS)
    for question in (
        "High-level description of the content moderation governance structure",
        f"Qualifications of the {staff}",
        f"Training given to {staff}",
        f"Support given to {staff} ",
        f"Methodology used to compute the number of {staff}\u00a0\u00a0",
    ):
        yield (VLOPS, "", PERIOD, question, "Free text")
