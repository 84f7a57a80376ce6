# SPDX-License-Identifier: Apache-2.0
"""The screens of what is filed: what is owed, the report of each year, statements of reasons."""

from __future__ import annotations

from datetime import date, timedelta
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from onrecord.moderation.errors import ModerationError
from onrecord.moderation.filing import actions, bundles, duties, gathering
from onrecord.moderation.formats.statements_of_reasons import Refused
from onrecord.moderation.formats.transparency_report import Inconsistent, Problem
from onrecord.moderation.models import Case, Policy, ReportTexts, Role, TransparencyReport
from onrecord.moderation.transparency import counting
from onrecord.people.models import User
from onrecord.people.roles import Right, may, require

SHOWN = 100
"""Problems that are listed."""


class TextsForm(forms.ModelForm[ReportTexts]):
    """The words of a report."""

    class Meta:
        model = ReportTexts
        fields = actions.FIELDS
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in actions.FIELDS}


class StatementsForm(forms.Form):
    """A time from which statements are exported."""

    since = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def for_administrators(view: Any) -> Any:
    """Let in who administers."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(request.user, Right.ADMINISTER)
        response: HttpResponse = view(request, *args, **kwargs)
        return response

    return answer


@for_administrators
def filing(request: HttpRequest) -> HttpResponse:
    """Show what is owed, every year, and the export of statements of reasons."""
    return _filing(request, StatementsForm(initial=_last_month()))


@for_administrators
@require_POST
def statements(request: HttpRequest) -> HttpResponse:
    """Give out statements of reasons as an archive of batches, or say what the database would refuse."""
    form = StatementsForm(request.POST)
    if not form.is_valid():
        return _filing(request, form)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    try:
        files = actions.export_statements(since, until, by=_me(request).as_actor())
    except ModerationError as refused:
        form.add_error(None, str(refused))
        return _filing(request, form)
    except Refused as refused:
        lines = [f"{puid}: {words}" for puid, found in refused.problems.items() for words in found]
        return _filing(request, form, refused=lines[:SHOWN])
    if not files:
        messages.info(request, _("There is nothing to send: nothing was restricted in this time."))
        return redirect("moderation_filing")
    return _archive(files, f"statements-of-reasons-{since}-{until}.zip")


@for_administrators
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Show and keep the words of a report, and say whether it adds up."""
    form = TextsForm(request.POST or None, instance=gathering.texts_for(year))
    if request.method == "POST" and form.is_valid():
        actions.write_texts(year, form.cleaned_data, by=_me(request))
        messages.success(request, _("Saved."))
        return redirect("moderation_filing_year", year)
    why_not, problems = _why_not(year)
    context = {
        "year": year,
        "form": form,
        "why_not": why_not,
        "problems": problems[:SHOWN],
        "versions": TransparencyReport.objects.filter(year=year),
    }
    return render(request, "moderation/filing/year.html", context)


@for_administrators
@require_safe
def download(request: HttpRequest, year: int) -> HttpResponse:
    """Give out the eleven files about a year as an archive, if they add up."""
    try:
        files = actions.make_report(year)
    except (ModerationError, Inconsistent):
        return redirect("moderation_filing_year", year)
    return _archive(files, f"transparency-report-{year}.zip")


@for_administrators
@require_POST
def publish(request: HttpRequest, year: int) -> HttpResponse:
    """Publish the report about a year."""
    try:
        row = actions.publish_report(year, by=_me(request), changes=request.POST.get("changes", ""))
    except Inconsistent:
        messages.error(request, _("The report does not add up, so it is not published. See below."))
    except ModerationError as refused:
        messages.error(request, str(refused))
    else:
        words = _("Version %(version)s is public now and stays public: %(path)s")
        messages.success(request, words % {"version": row.version, "path": row.path})
    return redirect("moderation_filing_year", year)


def bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """Give out everything about a case, for an out-of-court body."""
    case = get_object_or_404(Case, pk=pk) if _judges(request.user) else None
    if case is None:
        require(request.user, Right.MODERATE)
        raise Http404
    response = HttpResponse(bundles.bundle(case, by=_me(request)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="case-{case.number}.zip"'
    return response


def addresses() -> list[URLPattern]:
    """Name the screens."""
    return [
        path("moderation/case/<int:pk>/bundle/", require_safe(bundle), name="moderation_bundle"),
        path("moderation/filing/", filing, name="moderation_filing"),
        path("moderation/filing/statements/", statements, name="moderation_filing_statements"),
        path("moderation/filing/<int:year>/", year, name="moderation_filing_year"),
        path("moderation/filing/<int:year>/download/", download, name="moderation_filing_download"),
        path("moderation/filing/<int:year>/publish/", publish, name="moderation_filing_publish"),
    ]


def _filing(request: HttpRequest, form: StatementsForm, refused: list[str] | None = None) -> HttpResponse:
    policy = Policy.current()
    published: dict[int, TransparencyReport] = {}
    for row in TransparencyReport.objects.order_by("version"):
        published[row.year] = row
    context = {
        "role": policy.get_dsa_role_display(),
        "duties": duties.of(policy.dsa_role),
        "recital": duties.recital(),
        "platform": policy.dsa_role == Role.ONLINE_PLATFORM,
        "years": [(each, published.get(each)) for each in counting.years()],
        "form": form,
        "refused": refused or [],
    }
    return render(request, "moderation/filing/filing.html", context)


def _why_not(year: int) -> tuple[str, list[Problem]]:
    try:
        actions.make_report(year)
    except ModerationError as refused:
        return str(refused), []
    except Inconsistent as refused:
        return "", list(refused.problems)
    return "", []


def _archive(files: dict[str, bytes], name: str) -> HttpResponse:
    response = HttpResponse(actions.packed(files), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _last_month() -> dict[str, date]:
    today = timezone.now().date()
    return {"since": today - timedelta(days=31), "until": today}


def _judges(person: object) -> bool:
    return any(may(person, right) for right in (Right.MODERATE, Right.HEAR_APPEALS, Right.ADMINISTER))


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - nobody else was let in
    return request.user
