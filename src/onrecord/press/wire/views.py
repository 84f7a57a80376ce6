# SPDX-License-Identifier: Apache-2.0
"""Where those ask who fetch. A token in the request is the only key: no cookie is looked at.

A cursor is the number of the last item that the asker has. Whoever asks for what comes after it thereby says
that everything up to it has arrived.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from onrecord.people.models import Organisation
from onrecord.press.formats import FORMATS, Format
from onrecord.press.formats.items import Envelope, Item
from onrecord.press.formats.stored import from_json
from onrecord.press.models import DestinationState, Transmission, WireToken
from onrecord.press.wire import actions
from onrecord.press.wire.actions.queue import TOLD_EARLY
from onrecord.record.witnessing.rates import Allowance
from onrecord.statements.pages.site import Site

PER_PAGE, MOST_PER_PAGE = 50, 200
ALLOWANCE = Allowance(per_second=5, burst=60)
"""For each token, in each process."""
STRANGERS = Allowance(per_second=1, burst=20)
"""For each address that comes without a token that opens anything."""

View = Callable[..., HttpResponse]


class _Refused(Exception):
    """A request that gets a sentence as its answer."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


def _guarded(view: Callable[..., HttpResponse]) -> View:
    """Let in whoever has a token, and let nobody keep a copy on the way."""

    @csrf_exempt  # there is no cookie that another site could ride on
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            if request.method not in ("GET", "HEAD"):
                raise _Refused(405, "Use GET.")
            given = view(_token(request), request, **kwargs)
        except _Refused as refused:
            given = HttpResponse(f"{refused.words}\n", "text/plain; charset=utf-8", status=refused.status)
            if refused.status == 401:
                given["WWW-Authenticate"] = 'Bearer realm="wire"'
        given["Cache-Control"] = "private, no-store"
        given["Vary"] = "Authorization"
        return given

    return answer


@_guarded
def feed(token: WireToken, request: HttpRequest) -> HttpResponse:
    """Answer with what comes after a number, in order, and with the number to go on after."""
    after = _number(request, "after", 0, 2**62)
    most = max(1, _number(request, "limit", PER_PAGE, MOST_PER_PAGE))
    row = token.destination
    if after > row.sequence:
        raise _Refused(
            400, f"Nothing was numbered {after} yet; the last is {row.sequence}. Ask after a lower number."
        )
    if request.method == "GET":
        actions.fetched(_opened(token), after)
    rows = _seen(token).filter(number__gt=after).order_by("number")
    actions.offer(row, list(rows.values_list("number", flat=True)[:most]))
    found = list(rows.exclude(offered_at=None)[:most])
    cursor = found[-1].number if found else after
    form = FORMATS[row.format]
    pairs = [(one.number, _item(one)) for one in found]
    content = form.page(pairs, _envelope(token, str(cursor)), str(cursor))
    answer = HttpResponse(content, form.media_type)
    link = f"{Site.current().address}{reverse('wire_feed')}?after={cursor}&limit={most}"
    answer["Link"] = f'<{link}>; rel="next"'
    answer["OnRecord-Next"] = str(cursor)
    return answer


@_guarded
def item(token: WireToken, _request: HttpRequest, *, number: int) -> HttpResponse:
    """Answer with what a destination has as one number."""
    if _seen(token).filter(number=number).exists():
        actions.offer(token.destination, [number])
    one = _seen(token).filter(number=number).first()
    if one is None:
        raise _Refused(404, f"There is no item {number} here.")
    form: Format = FORMATS[token.destination.format]
    answer = HttpResponse(form.write(_item(one)), form.media_type)
    answer["OnRecord-Number"] = str(number)
    return answer


def _seen(token: WireToken) -> QuerySet[Transmission]:
    """Return what a token is shown of what it opens: what was erased is there no more."""
    return _opened(token).exclude(item__body={}).select_related("item")


def _opened(token: WireToken) -> QuerySet[Transmission]:
    """Return what a token opens, and of whose arrival it can tell.

    That is nothing that was told early, unless token and destination may see that.
    Not even once the moment has passed that stands in it: the text may have got another one, or none, or
    have been changed before it was published. What is published has a number of its own.
    """
    rows = token.destination.transmissions.all()
    return rows if token.embargoed and token.destination.embargoed else rows.exclude(TOLD_EARLY)


def _item(one: Transmission) -> Item:
    return from_json(one.item.body)


def _envelope(token: WireToken, transmission: str) -> Envelope:
    return Envelope(Organisation.current().host, token.destination.name, transmission, timezone.now())


def _token(request: HttpRequest) -> WireToken:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = actions.token_of(secret.strip()) if kind.lower() == "bearer" and secret.strip() else None
    if token is None or token.destination.state == DestinationState.CLOSED:
        if not STRANGERS.take(request.META.get("REMOTE_ADDR", "")):
            raise _Refused(429, "Too many requests. Ask again in a minute.")
        raise _Refused(401, "Send a token that an administrator of the newsroom made for you.")
    if not ALLOWANCE.take(str(token.pk)):
        raise _Refused(429, "Too many requests. Ask again in a minute.")
    return token


def _number(request: HttpRequest, name: str, default: int, most: int) -> int:
    text = request.GET.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise _Refused(400, f"{name} is {text[:30]!r}. Give a number.")
    return min(int(text), most)
