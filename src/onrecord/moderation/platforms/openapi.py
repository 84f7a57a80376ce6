# SPDX-License-Identifier: Apache-2.0
"""The interface described in OpenAPI 3.1. Requests are checked with the very shapes that stand here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from onrecord.moderation.categories import CATEGORIES, REPORTABLE
from onrecord.moderation.models import EffectKind, Proposal, Verdict
from onrecord.moderation.models.platforms import Scope

BASE = "/api/moderation/v1"
_END = r"$(?!\n)"
"""Python's `$` holds before a last line break too; `\\Z` is a letter to whoever reads JSON Schema."""
KEY = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": rf"^[A-Za-z0-9._~-]+{_END}"}
_MOMENT = {"type": "string", "format": "date-time"}
_MAYBE = {"type": ["string", "null"], "format": "date-time"}
_EMPTY_OR_MAIL = {"type": "string", "maxLength": 254, "pattern": rf"^([^\s@]+@[^\s@]+\.[^\s@]+)?{_END}"}


def _text(most: int, least: int = 1) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    """Return a closed object; `required` names those that must be there, or * for all."""
    names = list(properties) if required == "*" else required.split()
    return {
        "type": "object",
        "additionalProperties": False,
        "required": names,
        "properties": properties,
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


_EFFECT = _object(
    "kind",
    kind={"enum": list(EffectKind.values)},
    until={**_MAYBE, "description": "When it ends by itself; required for hold and suspend."},
)
SCHEMAS: dict[str, dict[str, Any]] = {
    "NewItem": _object(
        "id title text url language written_at",
        id=KEY,
        title=_text(200),
        text=_text(50_000),
        url={"type": "string", "maxLength": 500, "pattern": rf"^https://[^\s/]+/\S*{_END}"},
        language={"type": "string", "pattern": rf"^[a-z]{{2,3}}(-[A-Za-z0-9]{{2,8}})*{_END}"},
        content_type={"enum": [f"CONTENT_TYPE_{name}" for name in ("TEXT", "IMAGE", "VIDEO", "AUDIO")]},
        written_at=_MOMENT,
        author=_object(
            "id",
            id={**KEY, "maxLength": 48},
            name=_text(200),
            address={**_EMPTY_OR_MAIL, "description": "Notices go there. It is never shown."},
        ),
    ),
    "Item": _object(
        "*",
        id={"type": "string"},
        version={"type": "string", "description": "Name it when you decide."},
        url={"type": "string"},
        effects={"type": "array", "items": _ref("InForce")},
        visible={"type": "boolean", "description": "False while a hold or a seal is in force."},
        decisions={"type": "array", "items": {"type": "string"}},
    ),
    "InForce": _object("*", kind={"enum": list(EffectKind.values)}, until=_MAYBE, words={"type": "string"}),
    "NewReport": _object(
        "item category explanation good_faith",
        item=KEY,
        category={"enum": list(REPORTABLE)},
        explanation=_text(5000, 10),
        name=_text(200),
        address=_EMPTY_OR_MAIL,
        good_faith={"const": True},
        language={"type": "string", "maxLength": 20},
        anonymous={"type": "boolean", "description": "About the abuse of children alone (Art. 16(2)(c))."},
        confirmed={"type": "boolean", "description": "You know that the address is theirs: no mail asks."},
    ),
    "Report": _object("*", state={"type": "string"}, case=_text(40, 0), link={"type": "string"}),
    "NewDecision": _object(
        "item version facts",
        item=KEY,
        version=_text(120),
        facts=_text(5000),
        explanation=_text(5000, 0),
        effects={"type": "array", "items": _EFFECT, "maxItems": 6},
        rule={"type": "string", "maxLength": 12, "description": "The number of a rule that applied then."},
        legal_ground=_text(500, 0),
        category={"enum": list(CATEGORIES)},
    ),
    "Decision": _object(
        "*",
        number={"type": "string"},
        case={"type": "string"},
        item={"type": "string"},
        verdict={"enum": list(Verdict.values)},
        effects={"type": "array", "items": _object("*", kind={"type": "string"}, state={"type": "string"})},
        appeals={
            "type": "array",
            "items": _object("*", state={"type": "string"}, outcome={"type": "string"}),
        },
        notice={"type": "string", "description": "For the author alone: reasons, and the appeal."},
    ),
    "NewSignature": _object("*", proposal={"type": "integer", "minimum": 1}),
    "Proposal": _object(
        "*",
        proposal={"type": "integer"},
        state={"enum": list(Proposal.State.values)},
        case={"type": "string"},
        item={"type": "string"},
        effects={"type": "array", "items": {"type": "string"}},
        decision={"type": "string", "description": "Its number, once it is signed."},
    ),
    "Problem": _object(
        "type title status",
        type={"type": "string"},
        title={"type": "string"},
        status={"type": "integer"},
        detail={"type": "string"},
        errors={"type": "array", "items": {"type": "string"}},
    ),
    "Outcome": {
        **_object(
            "*",
            v={"const": "onrecord/moderation/1"},
            delivery={"type": "string"},
            event={"type": "string"},
            at=_MOMENT,
            newsroom={"type": "string"},
            case={"type": "string"},
            decision={"type": "string"},
            item=_ref("Item"),
        ),
        "description": "What a webhook gets, signed as docs/webhooks.md says.",
    },
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What may be done at an address: its name for programs, a sentence, the scope a token needs, shapes."""

    name: str
    summary: str
    scope: Scope
    answer: str
    request: str = ""
    status: int = 200


PATHS: dict[str, dict[str, Operation]] = {
    "/items": {
        "post": Operation(
            "submitItem", "Submit a thing, or other words of one", Scope.ITEMS, "Item", "NewItem"
        )
    },
    "/items/{id}": {"get": Operation("seeItem", "See what is in force", Scope.READ, "Item")},
    "/reports": {
        "post": Operation("report", "Report a thing for somebody", Scope.REPORTS, "Report", "NewReport", 201)
    },
    "/decisions": {
        "post": Operation(
            "decide",
            "Decide; everybody concerned is told. To end somebody for good answers 202 and a Proposal",
            Scope.DECISIONS,
            "Decision",
            "NewDecision",
            201,
        )
    },
    "/signatures": {
        "post": Operation(
            "sign",
            "Sign, for another moderator, what ends somebody for good",
            Scope.DECISIONS,
            "Proposal",
            "NewSignature",
            201,
        )
    },
    "/proposals/{id}": {
        "get": Operation("seeProposal", "See what became of a proposal", Scope.READ, "Proposal")
    },
    "/decisions/{id}": {
        "get": Operation("seeDecision", "See what became of a decision", Scope.READ, "Decision")
    },
}
PROBLEMS = {
    400: "What was sent is no JSON, or too large.",
    401: "No token, or none that opens anything.",
    403: "The token lacks the scope, or whom it acts for may not decide this.",
    404: "There is nothing of this platform with this id.",
    409: "It has moved on, or the same key is being answered.",
    422: "A request that cannot be taken as it is; `errors` says why.",
    429: "Too many requests.",
}


def description(address: str) -> dict[str, Any]:
    """Return the whole description for the newsroom at an address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Moderation with due process",
            "version": "1.0.0",
            "description": "Items, reports and decisions in; notices, appeals and outcomes out.",
        },
        "servers": [{"url": f"{address}{BASE}"}],
        "security": [{"token": []}],
        "paths": {path: {name: _operation(one) for name, one in by.items()} for path, by in PATHS.items()},
        "webhooks": {"outcome": {"post": _OUTCOME}},
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made at the desk, for one platform. What stands beside `token` at each"
                    " operation is the scope it needs; with `decisions` it acts for one moderator.",
                }
            },
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "security": [{"token": [one.scope.value]}],
        "responses": {str(one.status): _response(one.answer)},
    }
    if one.request == "NewDecision":
        told["responses"]["202"] = _response("Proposal")
    for code, words in PROBLEMS.items():
        content = {"application/problem+json": {"schema": _ref("Problem")}}
        told["responses"][str(code)] = {"description": words, "content": content}
    if one.request:
        told["requestBody"] = _body(one.request)
        words = (
            "Of your own choice. The same request with it again changes nothing and gets the same answer for"
            " seven days; another request with it is refused."
        )
        told["parameters"] = [_parameter("Idempotency-Key", "header", 100, words)]
    else:
        told["parameters"] = [_parameter("id", "path", 64, "As the answer that made it said.")]
    return told


def _parameter(name: str, place: str, most: int, words: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": True, "description": words, "schema": _text(most)}


def _response(name: str) -> dict[str, Any]:
    return {"description": "Done.", "content": {"application/json": {"schema": _ref(name)}}}


def _body(name: str) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": _ref(name)}}}


_OUTCOME = {
    "operationId": "outcome",
    "summary": "A decision, an appeal that was decided, an effect that ran out",
    "description": "Posted to the platform's address for outcomes; it may come twice, or late.",
    "security": [],
    "parameters": [
        _parameter(
            "OnRecord-Signature",
            "header",
            500,
            "`t=` seconds since 1970, `v1=` HMAC-SHA-256 of `<t>.<body>`.",
        )
    ],
    "requestBody": _body("Outcome"),
    "responses": {"200": {"description": "Received."}},
}


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the check of one shape."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    return Draft202012Validator(schema, format_checker=FormatChecker())


def errors(name: str, value: object) -> list[str]:
    """Return what is wrong with a value, each with its place."""
    found = validator(name).iter_errors(value)
    return sorted(f"{'.'.join(map(str, one.absolute_path)) or 'body'}: {one.message[:200]}" for one in found)
