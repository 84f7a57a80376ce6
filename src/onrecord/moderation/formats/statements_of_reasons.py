# SPDX-License-Identifier: Apache-2.0
"""Statements of reasons as the DSA Transparency Database takes them (Regulation (EU) 2022/2065, Art. 24(5)).

`statement_of_reasons.schema.json` states the attributes in force since 1 July 2025. What a schema cannot say
is looked at here: dates, addresses, and whether a sub-category belongs to a category. Source: the field
rules of digital-services-act/transparency-database.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from onrecord.moderation.formats import personal_data, taxonomy

BATCH = 100
"""The database takes 1 to 100 at once, all or none."""
SCHEMA = Path(__file__).with_name("statement_of_reasons.schema.json")
EVERYWHERE = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)
"""The European Economic Area, as the database writes it: Greece is GR."""
_LATEST = date(2038, 1, 1)
_EARLIEST = {"content_date": date(2000, 1, 1), "application_date": date(2020, 1, 1)}
_ENDS = tuple(f"end_date_{what}_restriction" for what in ("visibility", "monetary", "service", "account"))
_DROPPED = {
    "decision_visibility_other": "decision_visibility names DECISION_VISIBILITY_OTHER",
    "decision_monetary_other": "decision_monetary is DECISION_MONETARY_OTHER",
    "content_type_other": "content_type names CONTENT_TYPE_OTHER",
    "category_specification_other": "category_specification names KEYWORD_OTHER",
    "illegal_content_legal_ground": "decision_ground is DECISION_GROUND_ILLEGAL_CONTENT",
    "illegal_content_explanation": "decision_ground is DECISION_GROUND_ILLEGAL_CONTENT",
    "incompatible_content_ground": "decision_ground is DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "incompatible_content_explanation": "decision_ground is DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "incompatible_content_illegal": "decision_ground is DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "source_identity": "source_type is not SOURCE_VOLUNTARY",
}


class Refused(Exception):
    """Statements that the database would refuse, or that hold personal data; nothing is given out."""

    def __init__(self, problems: Mapping[str, list[str]]) -> None:
        self.problems = problems
        lines = [f"{puid}: {words}" for puid, found in problems.items() for words in found]
        super().__init__("\n".join(lines))


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementOfReasons:
    """One restriction and why. Names are those of the database; what does not apply stays empty."""

    puid: str
    decision_ground: str
    category: str
    content_type: tuple[str, ...]
    content_date: date
    application_date: date
    decision_facts: str
    source_type: str
    automated_detection: str
    automated_decision: str
    territorial_scope: tuple[str, ...] = EVERYWHERE
    decision_visibility: tuple[str, ...] = ()
    decision_visibility_other: str = ""
    end_date_visibility_restriction: date | None = None
    decision_monetary: str = ""
    decision_monetary_other: str = ""
    end_date_monetary_restriction: date | None = None
    decision_provision: str = ""
    end_date_service_restriction: date | None = None
    decision_account: str = ""
    end_date_account_restriction: date | None = None
    account_type: str = ""
    decision_ground_reference_url: str = ""
    illegal_content_legal_ground: str = ""
    illegal_content_explanation: str = ""
    incompatible_content_ground: str = ""
    incompatible_content_explanation: str = ""
    incompatible_content_illegal: str = ""
    category_addition: tuple[str, ...] = ()
    category_specification: tuple[str, ...] = ()
    category_specification_other: str = ""
    content_type_other: str = ""
    content_language: str = ""
    source_identity: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the object to send: what is empty is left out, as the database takes no nulls."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: _json(value) for name, value in values.items() if value not in ("", (), None)}


def batches(statements: Iterable[StatementOfReasons]) -> Iterator[bytes]:
    """Return the bodies for `POST /api/v1/statements`, with up to BATCH statements each.

    Raises Refused before the first one if any statement has a problem, or a puid comes twice.
    """
    ready = list(statements)
    refused: dict[str, list[str]] = {}
    seen: set[str] = set()
    for statement in ready:
        found = problems(statement.as_json())
        if statement.puid in seen:
            found.append("puid: it was used for another statement. Each needs one of its own, for ever.")
        seen.add(statement.puid)
        if found:
            refused.setdefault(statement.puid, []).extend(found)
    if refused:
        raise Refused(refused)
    rest = iter(ready)
    while some := list(islice(rest, BATCH)):
        body = {"statements": [statement.as_json() for statement in some]}
        yield json.dumps(body, ensure_ascii=False, indent=1).encode()


def problems(statement: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a statement, in plain words; nothing if it can be sent."""
    found = [_sentence(error) for error in validator().iter_errors(statement)]
    return sorted(set(found)) or [*_dates(statement), *_filing(statement), *_private(statement)]


@cache
def validator() -> Draft202012Validator:
    """Return the check of the schema alone."""
    return Draft202012Validator(
        json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=FormatChecker()
    )


def _json(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _sentence(error: ValidationError) -> str:
    """Return what is wrong, the value seen, and what to do."""
    where = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "not":
        return (
            f"{error.instance}: the database would drop it. It counts only where {_DROPPED[error.instance]}."
        )
    seen = json.dumps(error.instance, ensure_ascii=False, default=str)[:80]
    words = _SENTENCES.get(str(error.validator), "{message}.")
    return words.format(
        where=where,
        seen=seen,
        wanted=error.validator_value,
        message=error.message,
        length=len(error.instance) if isinstance(error.instance, str) else 0,
        missing=_missing(error),
        allowed=_allowed(error.validator_value),
        shape=_shape(where),
    )


_SENTENCES = {
    "required": "{missing}",
    "dependentRequired": "{message}. An end is given for a restriction that is not.",
    "anyOf": "No restriction is named. Give a decision_visibility, _monetary, _provision or _account.",
    "additionalProperties": "{message}. Leave it out.",
    "enum": "{where}: {seen} is not known to the database. Allowed: {allowed}.",
    "maxLength": "{where}: {length} characters; at most {wanted} are taken.",
    "minItems": "{where}: it is empty. Name one at least, or leave it out if it is not required.",
    "uniqueItems": "{where}: {seen} names something twice.",
    "format": "{where}: {seen} is no {wanted}. Write a day as 2026-03-01.",
    "pattern": "{where}: {seen} cannot be taken. {shape}",
    "type": "{where}: {seen} should be of the type {wanted}.",
}


def _missing(error: ValidationError) -> str:
    if error.validator != "required":
        return ""
    name = next(name for name in error.validator_value if name not in error.instance)
    why = f"It is required where {_DROPPED[name]}." if name in _DROPPED else "It is always required."
    return f"{name}: it is missing. {why}"


def _allowed(values: object) -> str:
    known = [str(value) for value in values] if isinstance(values, list) else []
    return ", ".join(known) if len(known) < 9 else f"{', '.join(known[:4])} and {len(known) - 4} more"


def _shape(where: str) -> str:
    if where == "puid":
        return "Use letters, digits, - and _ alone."
    if where in {*_EARLIEST, *_ENDS}:
        return "Write a day as 2026-03-01."
    return "It needs words."


def _dates(statement: Mapping[str, Any]) -> Iterator[str]:
    for name, earliest in _EARLIEST.items():
        if not earliest <= date.fromisoformat(statement[name]) <= _LATEST:
            yield f"{name}: {statement[name]} lies outside {earliest} to {_LATEST}."
    start = date.fromisoformat(statement["application_date"])
    for name in _ENDS:
        if name in statement and not start <= date.fromisoformat(statement[name]) <= _LATEST:
            yield f"{name}: {statement[name]} lies before {start}, where the restriction begins, or too late."


def _filing(statement: Mapping[str, Any]) -> Iterator[str]:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", statement["puid"]):
        yield f"puid: {statement['puid']!r} cannot be taken. Use letters, digits, - and _ alone."
    address = statement.get("decision_ground_reference_url", "https://")
    if not address.startswith(("https://", "http://")):
        yield f"decision_ground_reference_url: {address!r} is no address. Begin with https://."
    categories = [statement["category"], *statement.get("category_addition", ())]
    for keyword in statement.get("category_specification", ()):
        if not any(taxonomy.filed_under(category, keyword) for category in categories):
            yield f"category_specification: {keyword} does not belong to {' or '.join(categories)}."


def _private(statement: Mapping[str, Any]) -> Iterator[str]:
    """No personal data (Art. 24(5)). The identity of a source is that of an organisation, by choice."""
    for name, value in statement.items():
        if not isinstance(value, str) or name in {
            "puid",
            "decision_ground_reference_url",
            *_EARLIEST,
            *_ENDS,
        }:
            continue
        for kind in personal_data.found(value):
            yield f"{name}: it holds what looks like {kind}. Statements must hold no personal data."
