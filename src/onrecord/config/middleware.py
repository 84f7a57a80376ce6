# SPDX-License-Identifier: Apache-2.0
"""What every answer of the program obeys: which host it answers for, what a page may load, safe cookies."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.request import split_domain_port, validate_host
from django.utils.translation import gettext as _

from onrecord.bakery.headers import CONTENT_SECURITY_POLICY
from onrecord.federation.models import Actor
from onrecord.people.errors import NotSetUp
from onrecord.people.models import Organisation

Answer = Callable[[HttpRequest], HttpResponse]

LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
DESK_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; form-action 'self'; "
    "base-uri 'self'; frame-ancestors 'self'"
)
"""For the desk: Wagtail writes scripts into its pages."""


def host_is_ours(answer: Answer) -> Answer:
    """Refuse requests for hosts that are not ours; any host may ask until the newsroom is set up."""

    def answer_if_ours(request: HttpRequest) -> HttpResponse:
        try:
            host = request.get_host()
        except DisallowedHost:
            return HttpResponseBadRequest(
                _("The Host header cannot be understood."), content_type="text/plain"
            )
        if not _is_ours(host):
            message = _("This newsroom does not answer for %(host)s.") % {"host": host}
            return HttpResponseBadRequest(message, content_type="text/plain; charset=utf-8")
        return answer(request)

    return answer_if_ours


def content_security_policy(answer: Answer) -> Answer:
    """Send a Content-Security-Policy with every answer that has none yet."""

    def answer_with_policy(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        desk = request.path.startswith("/desk/")
        response.headers.setdefault(
            "Content-Security-Policy", DESK_POLICY if desk else CONTENT_SECURITY_POLICY
        )
        return response

    return answer_with_policy


def secure_cookies(answer: Answer) -> Answer:
    """Mark every cookie Secure when the request came by https."""

    def answer_with_secure_cookies(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response

    return answer_with_secure_cookies


class NoNul:
    """Refuses forms and addresses that hold the character NUL: nobody types it, PostgreSQL cannot keep it.

    Files that are sent with a form may hold it. Such a form is looked at when its view reads it, after
    whatever limits the view has for what it reads.
    """

    def __init__(self, answer: Answer) -> None:
        """Put this before everything that `answer` does."""
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the address and at what is sent, or have the latter looked at when it is read."""
        sent = b""
        if request.method == "POST" and request.content_type == "application/x-www-form-urlencoded":
            sent = request.body
        address = f"{request.path_info}?{request.META.get('QUERY_STRING', '')}"
        if b"%00" in sent or b"\0" in sent or "%00" in address or "\0" in address:
            return _nul_refused()
        if request.content_type == "multipart/form-data":
            read = request._load_post_and_files  # Django has no public place between reading and using

            def read_and_look() -> None:
                read()
                if any("\0" in value for _name, values in request.POST.lists() for value in values):
                    raise _HoldsNul

            request._load_post_and_files = read_and_look  # type: ignore[method-assign]
        return self.answer(request)

    def process_exception(self, _request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say what was wrong with a form that a view read."""
        return _nul_refused() if isinstance(error, _HoldsNul) else None


class _HoldsNul(SuspiciousOperation):
    """Answered with 400 wherever it is raised."""


def _nul_refused() -> HttpResponse:
    message = _("This holds a character that cannot be kept (NUL). Remove it and send it again.")
    return HttpResponseBadRequest(message, content_type="text/plain; charset=utf-8")


def _is_ours(host: str) -> bool:
    domain, _port = split_domain_port(host)
    # Django's test client adds its own name to the setting.
    local = LOCAL_HOSTS + [name for name in settings.ALLOWED_HOSTS if name != "*"]
    if validate_host(domain, local):
        return True
    try:
        organisation = Organisation.current()
    except NotSetUp:
        return True
    if validate_host(domain, [split_domain_port(organisation.host)[0]]):
        return True
    # Servers of the fediverse go on posting to a host that the newsroom has left.
    return Actor.objects.filter(former_base__in=[f"https://{host}", f"http://{host}"]).exists()
