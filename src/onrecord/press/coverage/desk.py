# SPDX-License-Identifier: Apache-2.0
"""The screens about coverage."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from onrecord.journal import actions as journal
from onrecord.people.roles import Right
from onrecord.press.coverage import actions, events, exports, figures, listing
from onrecord.press.coverage.errors import KnownCoverage
from onrecord.press.coverage.forms import CoverageForm, PolicyForm
from onrecord.press.coverage.listing import Filter
from onrecord.press.desk.forms import MOST_SUGGESTED
from onrecord.press.desk.guards import for_writers, me, tried
from onrecord.press.desk.widgets import options
from onrecord.press.errors import PressError
from onrecord.press.models import (
    Coverage,
    CoverageCopy,
    CoveragePolicy,
    CoverageSource,
    CoverageState,
    Inquiry,
    Journalist,
    Keeping,
    Outlet,
)
from onrecord.press.places import countries, languages
from onrecord.statements.models import Publication
from onrecord.statements.pages.site import Site


@for_writers
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """List coverage, a page at a time, by what was asked for."""
    asked = Filter.read(request.GET.dict())
    rows, after = listing.page(asked, request.GET.get("after", ""))
    waiting = listing.count_waiting()
    context = {
        "rows": rows,
        "after": after,
        "waiting": waiting,
        "waiting_many": waiting >= listing.MOST_COUNTED,
        "states": [
            (CoverageState.CONFIRMED.value, CoverageState.CONFIRMED.label),
            ("waiting", CoverageState.CANDIDATE.label),
            (CoverageState.REFUSED.value, CoverageState.REFUSED.label),
            (CoverageState.GONE.value, CoverageState.GONE.label),
        ],
        **_choices(asked),
    }
    return render(request, "press/coverage/list.html", context)


@for_writers
@require_safe
def over_time(request: HttpRequest) -> HttpResponse:
    """Draw coverage over time and by country, by what was asked for."""
    asked = Filter.read(request.GET.dict())
    context = {"charts": figures.drawn(asked), **_choices(asked)}
    return render(request, "press/coverage/figures.html", context)


@for_writers
@require_POST
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Hand out what was asked for as CSV. The journal notes it first."""
    asked = Filter.read(request.POST.dict())
    with transaction.atomic():
        journal.write(events.CoverageExported(subject="coverage"), by=me(request).as_actor())
    answer = StreamingHttpResponse(exports.lines(asked), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="coverage.csv"'
    return answer


@for_writers
def add(request: HttpRequest) -> HttpResponse:
    """Ask for coverage. Address and title may stand in the query, where the bookmark writes them."""
    form = CoverageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        source = CoverageSource.BOOKMARK if request.POST.get("from") == "bookmark" else CoverageSource.MANUAL
        try:
            row = actions.add(form.entry, by=me(request), source=source)
        except KnownCoverage as known:
            messages.warning(request, str(known))
            return redirect("coverage_one", pk=known.coverage_id)
        except PressError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("“%(headline)s” is noted.") % {"headline": row.headline})
            return redirect("coverage_one", pk=row.pk)
    elif request.method != "POST":
        same = _known_at(request.GET.get("url", ""))
        if same is not None:
            messages.warning(request, _("This address is at the desk already."))
            return redirect("coverage_one", pk=same.pk)
        form.initial = _prefilled(request)
    context = {
        "form": form,
        "from": request.POST.get("from") or ("bookmark" if request.GET.get("url") else ""),
        "section": "coverage",
    }
    return render(request, "press/coverage/add.html", context)


@for_writers
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show coverage, to be changed or confirmed, with the copies of its page."""
    row = get_object_or_404(
        Coverage.objects.select_related("outlet", "journalist", "decided_by", "inquiry"), pk=pk
    )
    form = CoverageForm(request.POST) if request.method == "POST" else CoverageForm.of(actions.entry_of(row))
    if request.method == "POST" and form.is_valid():
        counts = row.state == CoverageState.CONFIRMED and not row.waits
        do = actions.change if counts else actions.confirm
        try:
            do(row, form.entry, by=me(request))
        except PressError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved.") if counts else _("Confirmed: it counts now."))
            return redirect("coverage_one", pk=pk)
    copies = list(row.copies.order_by("-pk")[:50])
    context = {
        "row": row,
        "form": form,
        "copies": list(zip(copies, _changed(copies), strict=True)),
        "fetching": any(copy.due_at for copy in copies),
        "new_links": [
            link.statement
            for link in row.links.filter(confirmed_at=None).select_related("statement__publication")
        ],
        "keepings": Keeping.choices,
        "section": "coverage",
    }
    return render(request, "press/coverage/one.html", context)


@for_writers
@require_POST
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Confirm or refuse as it is, have the page fetched, or delete bytes that were kept."""
    row = get_object_or_404(Coverage, pk=pk)
    if deed == "confirm":
        tried(
            request,
            lambda: actions.confirm(row, actions.entry_of(row), by=me(request)),
            _("Confirmed: it counts now."),
        )
    elif deed == "refuse":
        tried(request, lambda: actions.refuse(row, by=me(request)), _("Refused. It does not come again."))
    elif deed == "fetch":
        chosen = request.POST.get("keeping", "")
        keeping = Keeping(chosen) if chosen in Keeping.values else Keeping.HASH
        tried(
            request, lambda: actions.ask_copy(row, keeping, by=me(request)), _("The page is being fetched.")
        )
        return redirect("coverage_one", pk=pk)
    elif deed == "forget":
        copy = get_object_or_404(row.copies, pk=request.POST.get("copy") or 0)
        tried(request, lambda: actions.forget_bytes(copy, by=me(request)), _("The bytes are deleted."))
        return redirect("coverage_one", pk=pk)
    else:
        raise Http404
    back = Filter.read(request.POST.dict()).query if request.POST.get("state") else ""
    return redirect(f"{reverse('coverage')}?{back}") if back else redirect("coverage_one", pk=pk)


@for_writers
@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Give out the bytes of a page as they came: only to be saved, never to be shown by a browser."""
    copy = get_object_or_404(CoverageCopy, pk=pk, is_kept=True)
    try:
        body = actions.read_copy(copy)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = HttpResponse(body, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{copy.sha256[:16]}.txt"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@for_writers
def settings(request: HttpRequest) -> HttpResponse:
    """Show the bookmark, and what the newsroom chose; editors choose."""
    may_choose = me(request).may(Right.APPROVE)
    form = PolicyForm(request.POST or None, instance=CoveragePolicy.current())
    if request.method == "POST" and form.is_valid():
        actions.set_policy(form.instance, by=me(request))
        messages.success(request, _("Saved. Pages follow."))
        return redirect("coverage_settings")
    here = f"{Site.current().address}{reverse('coverage_add')}"
    context = {
        "form": form,
        "may_choose": may_choose,
        "policy": CoveragePolicy.current(),
        "bookmark": _bookmark(here),
        "add_address": here,
        "section": "coverage",
    }
    return render(request, "press/coverage/settings.html", context)


def _choices(asked: Filter) -> dict[str, Any]:
    about = Publication.objects.filter(statement=asked.statement).select_related("statement").first()
    outlets = Outlet.objects.values_list("name", flat=True)[:MOST_SUGGESTED]
    return {
        "asked": asked,
        "about": about,
        "sources": options(CoverageSource.choices, asked.source),
        "countries": options(countries(get_language() or "en").items(), asked.country),
        "languages": options(languages().items(), asked.language),
        "outlets": options((name, "") for name in outlets),
        "section": "coverage",
    }


def _prefilled(request: HttpRequest) -> dict[str, Any]:
    number = request.GET.get("statement", "")
    about = Publication.objects.select_related("statement").filter(
        statement=int(number[:18]) if number.isdecimal() else 0
    )
    return {
        "url": request.GET.get("url", "")[:2000],
        "headline": " ".join(request.GET.get("title", "").split())[:300],
        "statements": [f"{one.statement.title} · {one.path}" for one in about],
        **_of_inquiry(request.GET.get("inquiry", "")),
    }


def _of_inquiry(number: str) -> dict[str, Any]:
    """Return what an inquiry tells about its coverage: who wrote it, where, about which statement."""
    found = Inquiry.objects.filter(pk=int(number[:18]) if number.isdecimal() else 0).first()
    if found is None:
        return {}
    about = Publication.objects.select_related("statement").filter(
        statement__in=[pk for pk in (found.published_as_id, found.about_id) if pk]
    )
    writer = Journalist.objects.filter(contact=found.contact).first() if found.contact_id else None
    return {
        "inquiry": found.reference,
        "outlet": [found.outlet] if found.outlet else [],
        "journalist": [writer.name] if writer else [],
        "statements": [f"{one.statement.title} · {one.path}" for one in about],
    }


def _known_at(url: str) -> Coverage | None:
    try:
        return actions.known_at(url) if url else None
    except PressError:
        return None


def _changed(copies: list[CoverageCopy]) -> list[bool]:
    """Tell of each copy, newest first, whether the page differs from the one that was fetched before it."""
    found, before = [], ""
    for copy in reversed(copies):
        found.append(bool(copy.sha256 and before and copy.sha256 != before))
        before = copy.sha256 or before
    return found[::-1]


def _bookmark(here: str) -> str:
    """Return a bookmark that opens the form with the address and the title of the page that is being read."""
    script = (
        f"location.href='{here}?url='+encodeURIComponent(location.href)"
        "+'&title='+encodeURIComponent(document.title)"
    )
    return f"javascript:{quote(script, safe=_IN_SCRIPT)}"


_IN_SCRIPT = "/:@!$&'()*+,;=~-._?"
