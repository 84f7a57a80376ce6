# SPDX-License-Identifier: Apache-2.0
"""The page on which anyone checks a statement. It reads only, keeps nothing and sets no cookie."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from onrecord.bakery.headers import CONTENT_SECURITY_POLICY
from onrecord.statements import verifying
from onrecord.statements.answering import site_now
from onrecord.statements.pages import verification
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.templates import render
from onrecord.statements.pages.words import Words
from onrecord.statements.verifying import MAX_UPLOAD, CannotTell, Given, TooOften

CACHED_SECONDS = 60
NOTHING = Given()


class InMemory(MemoryFileUploadHandler):
    """Keeps what is sent in memory: nothing of it reaches a disk."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:  # as Django calls it
        """Take part whatever the size, which is limited before."""
        self.activated = True


# What is sent changes nothing and no cookie identifies anybody, so there is nothing to forge.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Answer `/verify`: the form, and below it what came of the check for readers without scripts.

    `?url=` fills in an address; nothing is asked before somebody sends the form.
    """
    site = site_now()
    asked = request.GET.get("language", "")
    language = asked if asked in site.languages else site.default_language
    with translation.override(language):
        if request.method == "POST":
            return _answered(request, site, language)
        given = Given(address=request.GET.get("url", "")[:2000])
        answer = _page(request, site, language, given)
    answer["Cache-Control"] = f"public, max-age={CACHED_SECONDS}"
    return answer


def _answered(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    said = verification.words()
    given, status = NOTHING, 200
    try:
        given = _given(request)
        verifying.count(request.META.get("REMOTE_ADDR", ""))
        answer = verifying.verify(given)
    except CannotTell as error:
        result, status = _told(said, error.reason), 413 if error.reason == "too_large" else 200
    except TooOften:
        result, status = _told(said, "too_often"), 429
    else:
        result = verification.shown(answer.verdict, said, Words(language, site.zone), answer.notice)
    response = _page(request, site, language, given, result)
    response.status_code = status
    response["Cache-Control"] = "no-store"
    return response


def _given(request: HttpRequest) -> Given:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MAX_UPLOAD:
        raise CannotTell("too_large")
    request.upload_handlers = [InMemory(request)]
    text = request.POST.get
    return Given(
        files=[(file.name or "", file.read()) for file in request.FILES.getlist("files")],
        address=text("address", "").strip()[:2000],
        policy=text("policy", "")[:100_000],
        root=text("root", "")[:100],
        offline=text("offline", "") == "yes",
    )


def _told(said: dict[str, Any], reason: str) -> dict[str, Any]:
    heading = said["verdicts"]["unknown"]["heading"]
    return {"outcome": "unknown", "heading": heading, "text": said[reason], "facts": [], "steps": []}


def _page(
    request: HttpRequest, site: Site, language: str, given: Given, result: dict[str, Any] | None = None
) -> HttpResponse:
    said = verification.words()
    context = {
        "site": site,
        "page": verification.page_of(site, language),
        "said": said,
        "words_data": verification.data_of(said),
        "script": verification.scripts()[1],
        "saved": verification.saved_path(site, language),
        "given": given,
        "result": result,
    }
    answer = HttpResponse(render("verify.html", context, language))
    answer["Content-Security-Policy"] = _policy(request)
    answer["X-Robots-Tag"] = "noindex" if given.address or result else "all"
    return answer


def _policy(request: HttpRequest) -> str:
    """Return the policy of all pages, but let the script ask other newsrooms."""
    others = "https:" if request.is_secure() and not settings.DEBUG else "https: http:"
    return CONTENT_SECURITY_POLICY.replace("connect-src 'self'", f"connect-src 'self' {others}")
