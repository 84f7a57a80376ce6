# SPDX-License-Identifier: Apache-2.0
"""A decision behind its link: all its reasons, the appeal against it, and what is asked about the appeal."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from onrecord.moderation import actions, doors, evidence, reasons
from onrecord.moderation.actions.appealing import LONGEST, withdraw
from onrecord.moderation.errors import BadAppeal, NoSuchDoor, TooOften, WrongState
from onrecord.moderation.files import LARGEST, MOST_FILES, Sent
from onrecord.moderation.models import Appeal, Notice, Party, Policy, Reasons
from onrecord.moderation.views.answers import page, said
from onrecord.people.strangers.errors import NotAdmitted, ReadFirst, SentAlready, Trapped
from onrecord.people.strangers.guard import Guard, Limits
from onrecord.statements.answering import language_of, private, site_now
from onrecord.statements.pages.site import Site

GUARD = Guard("appeal", Limits(network=60, address=20))


# The link is the key, and no cookie identifies anybody: there is nothing that another site could forge.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def notice(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a decision with its reasons; take an appeal, an answer, or the appeal back, on POST alone."""
    site = site_now()
    try:
        row = doors.notice_behind(secret)
    except NoSuchDoor as error:
        with translation.override(site.default_language):
            return said(site, site.default_language, _("This link opens nothing"), str(error), status=404)
    if request.method != "HEAD":
        row = actions.seen(row)
    language = language_of(site, row.language)
    with translation.override(language):
        if request.method == "POST":
            return _done(request, site, language, row, secret)
        return _page(site, language, row, secret)


@require_safe
@private
def proof(request: HttpRequest, secret: str) -> HttpResponse:
    """Give out the proof that a decision is in the public log, as a file to keep."""
    try:
        row = doors.notice_behind(secret)
    except NoSuchDoor as error:
        raise Http404 from error
    found = evidence.of(row.decision)
    if found is None:
        raise Http404
    response = HttpResponse(found.to_bytes(), content_type=evidence.MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{evidence.name(row.decision)}"'
    return response


def _done(request: HttpRequest, site: Site, language: str, row: Notice, secret: str) -> HttpResponse:
    text = request.POST.get("text", "")[: LONGEST + 1]
    reader = request.META.get("REMOTE_ADDR", "")
    error, status = "", 200
    try:
        GUARD.admit(request.POST, reader=reader, about=row.subject)
        _do(request, row, text, language)
        text = ""
    except Trapped:
        text = ""
    except (ReadFirst, SentAlready) as again:
        error = str(again) or _("Read it once more, then send it.")
    except NotAdmitted as refused:
        error, status = str(refused), 429
    except (BadAppeal, TooOften) as refused:
        error, status = str(refused), 422
    except WrongState as refused:
        error, status, text = str(refused), 409, ""
    return _page(site, language, row, secret, error=error, text=text, status=status)


def _do(request: HttpRequest, row: Notice, text: str, language: str) -> None:
    deed = request.POST.get("deed", "")
    found = Appeal.objects.filter(notice=row).first()
    if deed == "appeal":
        actions.appeal(row, text, language=language, sent=_files(request))
    elif deed == "answer" and found is not None:
        actions.answer(found, text, sent=_files(request))
    elif deed == "withdraw" and found is not None:
        withdraw(found)


def _files(request: HttpRequest) -> list[Sent]:
    uploads = request.FILES.getlist("files")[: MOST_FILES + 1]
    return [Sent(one.name or "file", one.read(LARGEST + 1)) for one in uploads]


def _page(
    site: Site, language: str, row: Notice, secret: str, *, error: str = "", text: str = "", status: int = 200
) -> HttpResponse:
    appeal = Appeal.objects.filter(notice=row).select_related("outcome_decision").first()
    words = Reasons.objects.filter(decision=row.decision).first()
    context: dict[str, Any] = {
        "row": row,
        "here": f"{doors.NOTICE}{secret}/",
        "points": reasons.points(row),
        "proof": _proof(row, secret),
        "waits_for_the_log": evidence.waits(row.decision),
        "judged": words.item_html if words else "",
        "judged_language": row.decision.case.language,
        "by_author": row.party == Party.AUTHOR,
        "may_appeal": appeal is None and reasons.is_appealable(row),
        "in_time": row.may_appeal,
        "appeal": appeal,
        "remarks": list(appeal.remarks.all()) if appeal else [],
        "attachments": list(appeal.attachments.order_by("pk")) if appeal else [],
        "outcome": _outcome(row, appeal),
        "policy": Policy.current(),
        "error": error,
        "text": text,
        "ticket": GUARD.ticket(row.subject),
        "most": {"files": MOST_FILES, "letters": LONGEST},
    }
    return page("notice.html", site, language, reasons.title(row), status=status, **context)


def _proof(row: Notice, secret: str) -> str:
    """Return the path of the proof; empty while there is none."""
    return f"{doors.NOTICE}{secret}/proof" if evidence.is_there(row.decision) else ""


def _outcome(row: Notice, appeal: Appeal | None) -> str:
    """Return where this party reads how their appeal ended; empty while it is open."""
    if appeal is None or appeal.outcome_decision is None:
        return ""
    told = Notice.objects.filter(decision=appeal.outcome_decision, party=row.party, report=row.report).first()
    return doors.notice_path(told) if told else ""
