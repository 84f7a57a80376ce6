# SPDX-License-Identifier: Apache-2.0
"""Django for what machines post to the inbox of the fediverse: no session, language or desk is looked at.

Who sends is in the signature alone, which covers the host too, so the host is not looked at before. A widely
shared statement brings thousands of such requests in minutes.
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

from onrecord.config.middleware import content_security_policy
from onrecord.federation.urls import INBOXES

Answer = Callable[[HttpRequest], HttpResponse]
MIDDLEWARE: tuple[Callable[[Any], Any], ...] = (content_security_policy, SecurityMiddleware)
_INBOX = re.compile(r"/ap/(?:inbox|actors/[^/]+/inbox)")


class MachineHandler(WSGIHandler):
    """Answers for the inboxes, with a short way to them."""

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
        request.urlconf = INBOXES  # type: ignore[assignment]  # the stubs know names of modules alone
        return super().get_response(request)


def machines_apart(application: WSGIApplication) -> WSGIApplication:
    """Let what is posted to an inbox take the short way, and everything else go to `application`."""
    inbox = MachineHandler()

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and _INBOX.fullmatch(environ.get("PATH_INFO", "")):
            return inbox(environ, start_response)
        return application(environ, start_response)

    return answer
