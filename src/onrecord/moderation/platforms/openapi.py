# SPDX-License-Identifier: Apache-2.0
"""The interface described in OpenAPI 3.1. Requests are checked with the very shapes that stand here."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from onrecord.moderation.categories import CATEGORIES, REPORTABLE
from onrecord.moderation.models import EffectKind, Proposal, Verdict

BASE = "/api/moderation/v1"
KEY = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": r"^[A-Za-z0-9._~-]+\Z"}
_MOMENT = {"type": "string", "format": "date-time"}
_MAYBE = {"type": ["string", "null"], "format": "date-time"}
_EMPTY_OR_MAIL = {"type": "string", "maxLength": 254, "pattern": r"^([^\s@]+@[^\s@]+\.[^\s@]+)?\Z"}


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
        url={"type": "string", "maxLength": 500, "pattern": r"^https://[^\s/]+/\S*\Z"},
        language={"type": "string", "pattern": r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z"},
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
PATHS: dict[str, dict[str, tuple[str, str, str, int]]] = {
    "/items": {"post": ("Submit a thing, or other words of one", "NewItem", "Item", 200)},
    "/items/{id}": {"get": ("See what is in force", "", "Item", 200)},
    "/reports": {"post": ("Report a thing for somebody", "NewReport", "Report", 201)},
    "/decisions": {
        "post": (
            "Decide; everybody concerned is told. To end somebody for good answers 202 and a Proposal",
            "NewDecision",
            "Decision",
            201,
        )
    },
    "/signatures": {
        "post": ("Sign, for another moderator, what ends somebody for good", "NewSignature", "Proposal", 201)
    },
    "/proposals/{id}": {"get": ("See what became of a proposal", "", "Proposal", 200)},
    "/decisions/{id}": {"get": ("See what became of a decision", "", "Decision", 200)},
}
"""For each address and method: what it does, the shapes of request and answer, the status."""
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
        "paths": {path: {name: _operation(*one) for name, one in by.items()} for path, by in PATHS.items()},
        "webhooks": {"outcome": {"post": {"requestBody": _body("Outcome"), "responses": _RECEIVED}}},
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


_RECEIVED = {"200": {"description": "Received."}}


def _operation(summary: str, request: str, answer: str, status: int) -> dict[str, Any]:
    told: dict[str, Any] = {"summary": summary, "responses": {str(status): _response(answer)}}
    if request == "NewDecision":
        told["responses"]["202"] = _response("Proposal")
    for code, words in PROBLEMS.items():
        content = {"application/problem+json": {"schema": _ref("Problem")}}
        told["responses"][str(code)] = {"description": words, "content": content}
    if request:
        told["requestBody"] = _body(request)
        told["parameters"] = [_parameter("Idempotency-Key", "header", 100)]
    else:
        told["parameters"] = [_parameter("id", "path", 64)]
    return told


def _parameter(name: str, place: str, most: int) -> dict[str, Any]:
    return {"name": name, "in": place, "required": True, "schema": _text(most)}


def _response(name: str) -> dict[str, Any]:
    return {"description": "Done.", "content": {"application/json": {"schema": _ref(name)}}}


def _body(name: str) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": _ref(name)}}}


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the check of one shape."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    return Draft202012Validator(schema, format_checker=FormatChecker())


def errors(name: str, value: object) -> list[str]:
    """Return what is wrong with a value, each with its place."""
    found = validator(name).iter_errors(value)
    return sorted(f"{'.'.join(map(str, one.absolute_path)) or 'body'}: {one.message[:200]}" for one in found)
