# SPDX-License-Identifier: Apache-2.0
"""Django for machines: what they post to the inbox of the fediverse, and WebFinger, which they ask first.

No session, language or desk is looked at. Who posts is in the signature alone, which covers the host too, and
WebFinger names in its query whom it asks about, so the host is not looked at before. A widely shared
statement brings thousands of such requests in minutes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any  # what the stubs of Django leave open
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.security import SecurityMiddleware

from onrecord.config.middleware import NoNul, content_security_policy
from onrecord.federation.urls import INBOXES
from onrecord.identity import webfinger
from onrecord.identity.urls import urlpatterns as identity

Answer = Callable[[HttpRequest], HttpResponse]
MIDDLEWARE: tuple[Callable[[Any], Any], ...] = (content_security_policy, NoNul, SecurityMiddleware)
ADDRESSES = (*INBOXES, *identity)
_INBOX = re.compile(r"/ap/(?:inbox|actors/[^/]+/inbox)")


class MachineHandler(WSGIHandler):
    """Answers for the inboxes and WebFinger, with a short way to them."""

    _get_response: Answer  # Django's stubs leave it out
    _view_middleware: list[Any]  # Django's stubs give these no type
    _template_response_middleware: list[Any]
    _exception_middleware: list[Any]

    def load_middleware(self, is_async: bool = False) -> None:
        """Put the few around the view that its answers need."""
        self._view_middleware = []
        self._template_response_middleware = []
        self._exception_middleware = []
        answer: Any = convert_exception_to_response(self._get_response)
        for middleware in reversed(MIDDLEWARE):
            answer = convert_exception_to_response(middleware(answer))
        self._middleware_chain = answer

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, knowing no other addresses."""
        request.urlconf = ADDRESSES  # type: ignore[assignment]  # the stubs know names of modules alone
        return super().get_response(request)


def machines_apart(application: WSGIApplication) -> WSGIApplication:
    """Let what is posted to an inbox and WebFinger take the short way, and the rest go to `application`."""
    machines = MachineHandler()

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == webfinger.PATH or (environ["REQUEST_METHOD"] == "POST" and _INBOX.fullmatch(path)):
            return machines(environ, start_response)
        return application(environ, start_response)

    return answer
