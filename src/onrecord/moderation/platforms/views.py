# SPDX-License-Identifier: Apache-2.0
"""The interface for other platforms. A token in the request is the only key: no cookie is looked at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from onrecord.moderation.actions import Notification, Ruling, Wanted
from onrecord.moderation.actions.proposing import ends_for_good
from onrecord.moderation.errors import Changed, ModerationError, NoSuchItem, NotEligible, TooOften, WrongState
from onrecord.moderation.models import ApiToken, IdempotentAnswer
from onrecord.moderation.platforms import actions, answers, openapi
from onrecord.moderation.platforms.actions import Submitted
from onrecord.moderation.platforms.rates import Rate
from onrecord.people.errors import NotAllowed
from onrecord.statements.pages.site import Site

LARGEST = 250_000
ALLOWANCE = Rate("token", most=100)
"""For each token, in all processes together."""
STRANGERS = Rate("stranger", most=20)
"""For each address that comes without a token that opens anything."""
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NoSuchItem, 404),
    (NotAllowed, 403),
    (NotEligible, 403),
    (Changed, 409),
    (WrongState, 409),
    (TooOften, 429),
    (ModerationError, 422),
)
Answer = tuple[int, dict[str, Any]]
Deed = Callable[[ApiToken, dict[str, Any]], Answer]
View = Callable[..., HttpResponse]


class _Refused(Exception):
    """A request that gets a problem as its answer."""

    def __init__(self, status: int, detail: str, errors: list[str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors or []


def _guarded(method: str, view: Callable[..., Answer]) -> View:
    """Let in whoever has a token, answer in JSON, and say every refusal as RFC 9457 does."""

    @csrf_exempt  # there is no cookie that another site could ride on
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
        with translation.override("en"):
            try:
                if request.method != method:
                    raise _Refused(405, f"Use {method}.")
                status, body = view(_token(request), request, **kwargs)
            except _Refused as refused:
                return _problem(refused.status, refused.detail, refused.errors)
            except (ModerationError, NotAllowed) as error:
                status = next(code for kind, code in _STATUS if isinstance(error, kind))
                return _problem(status, str(error), [])
        return _json(status, body)

    return answer


def _posted(shape: str, deed: Deed) -> View:
    """Answer a POST: checked by its shape, done once for each Idempotency-Key."""

    def view(token: ApiToken, request: HttpRequest) -> Answer:
        key = request.headers.get("Idempotency-Key", "")
        if not 0 < len(key) <= 100:
            raise _Refused(
                422, "Send an Idempotency-Key of your own, so that a request again changes nothing."
            )
        raw = request.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise _Refused(400, f"At most {LARGEST} bytes are read.")
        digest = hashlib.sha256(f"{request.path}\n".encode() + raw).hexdigest()
        known = _known(token, key, digest)
        if known is not None:
            return known
        value = _read(shape, raw)
        try:
            with transaction.atomic():
                status, body = deed(token, value)
                IdempotentAnswer.objects.create(
                    token=token, key=key, request_hash=digest, status=status, body=body
                )
        except IntegrityError:  # the same request came at the same time, and was first
            known = _known(token, key, digest)
            if known is None:
                raise
            return known
        return status, body

    return _guarded("POST", view)


def _known(token: ApiToken, key: str, digest: str) -> Answer | None:
    row = IdempotentAnswer.objects.filter(token=token, key=key).first()
    if row is None:
        return None
    if row.request_hash != digest:
        raise _Refused(422, "This Idempotency-Key was used for another request.")
    return row.status, row.body


def _read(shape: str, raw: bytes) -> dict[str, Any]:
    if b"\\u0000" in raw:
        raise _Refused(400, "The body holds the character NUL (\\u0000), which cannot be kept.")
    try:
        value = json.loads(raw.decode("utf-8-sig"))  # else UTF-16, with NUL in it, would be understood
        json.dumps(value, ensure_ascii=False).encode()  # half a character (\ud83d alone) cannot be kept
    except (ValueError, RecursionError) as error:
        raise _Refused(400, "The body is no JSON in UTF-8.") from error
    wrong = openapi.errors(shape, value)
    if wrong:
        raise _Refused(422, f"This is no {shape} as openapi.json describes it.", wrong)
    found: dict[str, Any] = value
    return found


def _token(request: HttpRequest) -> ApiToken:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = actions.token_of(secret.strip()) if kind.lower() == "bearer" else None
    if token is None:
        if not STRANGERS.take(request.META.get("REMOTE_ADDR", "")):
            raise _Refused(429, "Too many requests. Ask again in a minute.")
        raise _Refused(401, "Send a token that an administrator of the newsroom made for you.")
    if not ALLOWANCE.take(str(token.pk)):
        raise _Refused(429, "Too many requests. Ask again in a minute.")
    return token


def _submit(token: ApiToken, value: dict[str, Any]) -> Answer:
    author = value.get("author", {})
    given = Submitted(
        key=value["id"],
        title=value["title"],
        text=value["text"],
        url=value["url"],
        language=value["language"],
        content_type=value.get("content_type", "CONTENT_TYPE_TEXT"),
        written_at=_moment(value["written_at"]),
        author=author.get("id", ""),
        author_name=author.get("name", ""),
        author_address=author.get("address", ""),
    )
    return 200, answers.of_item(actions.submit(token, given))


def _report(token: ApiToken, value: dict[str, Any]) -> Answer:
    said = Notification(
        url=actions.find(token, value["item"]).url,
        explanation=value["explanation"],
        category=value["category"],
        name=value.get("name", ""),
        address=value.get("address", ""),
        good_faith=value["good_faith"],
        anonymous=value.get("anonymous", False),
    )
    language = value.get("language") or Site.current().default_language
    confirmed = value.get("confirmed", False)
    row = actions.report(token, value["item"], said, language=language, confirmed=confirmed)
    return 201, answers.of_report(row)


def _decide(token: ApiToken, value: dict[str, Any]) -> Answer:
    item = actions.find(token, value["item"])
    wanted = [
        Wanted(one["kind"], _moment(one["until"]) if one.get("until") else None)
        for one in value.get("effects", [])
    ]
    ruling = Ruling(
        item_version=value["version"],
        facts=value["facts"],
        explanation=value.get("explanation", ""),
        effects=tuple(wanted),
        rule=actions.rule_for(item, value.get("rule", "")),
        legal_ground=value.get("legal_ground", ""),
        category=value.get("category", ""),
    )
    if ends_for_good(ruling):
        return 202, answers.of_proposal(actions.propose(token, value["item"], ruling))
    return 201, answers.of_decision(actions.decide(token, value["item"], ruling))


def _sign(token: ApiToken, value: dict[str, Any]) -> Answer:
    row = actions.proposal_of(token, str(value["proposal"]))
    return 201, answers.of_proposal(actions.sign(token, row))


def _item(token: ApiToken, _request: HttpRequest, *, key: str) -> Answer:
    actions.require_read(token)
    return 200, answers.of_item(actions.find(token, key))


def _decision(token: ApiToken, _request: HttpRequest, *, number: str) -> Answer:
    return 200, answers.of_decision(actions.decision_of(token, number))


def _proposal(token: ApiToken, _request: HttpRequest, *, number: str) -> Answer:
    actions.require_read(token)
    return 200, answers.of_proposal(actions.proposal_of(token, number))


def _moment(text: str) -> datetime:
    refused = _Refused(422, f"{text[:40]} is no moment. Write it as 2026-03-01T12:00:00Z.")
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else timezone.make_aware(moment)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise refused from error
    if not MINYEAR < moment.year < MAXYEAR:  # in some zone it would be a moment that no calendar has
        raise refused
    return moment


@require_safe
def description(_request: HttpRequest) -> HttpResponse:
    """Show the description to everybody: it holds nothing of anybody."""
    response = _json(200, openapi.description(Site.current().address))
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _json(status: int, body: dict[str, Any], media_type: str = "application/json") -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False)
    response = HttpResponse(text, status=status, content_type=media_type)
    response["Cache-Control"] = "no-store"
    return response


def _problem(status: int, detail: str, errors: list[str]) -> HttpResponse:
    title = openapi.PROBLEMS.get(status, "This address is not used so.")
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": errors}
    response = _json(status, body, "application/problem+json")
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if status == 429:
        response["Retry-After"] = "60"
    return response


items_view = _posted("NewItem", _submit)
reports_view = _posted("NewReport", _report)
decisions_view = _posted("NewDecision", _decide)
item_view = _guarded("GET", _item)
decision_view = _guarded("GET", _decision)
signatures_view = _posted("NewSignature", _sign)
proposal_view = _guarded("GET", _proposal)
