# SPDX-License-Identifier: Apache-2.0
"""What is seen and said around a statement besides its steps: an edition going out, remarks."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import error as tell_error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from onrecord.people.models import Organisation
from onrecord.people.roles import Right, require
from onrecord.statements import actions
from onrecord.statements.desk import links, outgoing, panels, proofs
from onrecord.statements.desk.forms import RemarkForm
from onrecord.statements.errors import Refused
from onrecord.statements.models import Edition, Remark, Statement


class GoingOut(WagtailAdminTemplateMixin, View):  # type: ignore[misc]
    """One edition on its way: frozen, in the record, on the site, on each channel. Follows it by itself."""

    template_name = "statements/desk/going_out.html"
    page_title = gettext_lazy("Going out")
    header_icon = "openquote"

    def get(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Show how far the edition is, on the site and on each channel; that alone if `part` is asked for."""
        require(request.user, Right.WRITE)
        self.edition = get_object_or_404(
            Edition.objects.select_related("statement__publication", "released_by", "approved_by"),
            statement=pk,
            number=number,
        )
        if "part" in request.GET:
            self.template_name = "statements/desk/going_out_parts.html"
        response: HttpResponse = self.render_to_response(self.get_context_data())
        response.headers["Cache-Control"] = "no-store"
        return response

    def get_page_subtitle(self) -> str:
        return str(self.edition.data["title"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        statement = self.edition.statement
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("statements:list"), "label": _("Statements")},
            {"url": reverse("statements:edit", args=[statement.pk]), "label": statement.title},
            {"url": "", "label": _("Edition %s") % self.edition.number},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        person: Any = self.request.user
        return context | {
            "edition": self.edition,
            "going": proofs.going_out(self.edition),
            "outgoing": outgoing.outgoing(self.edition, self.request.user),
            "lacks_told": self.edition.number > 1,
            "purposes": False,
            "back": self.request.path,
            "address": Organisation.current().address,
            "links": links.of(self.edition.statement, person),
        }


class AddRemark(View):
    """Leave a remark; answers with the panel alone when a script asks."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Store the remark."""
        require(request.user, Right.WRITE)
        statement = get_object_or_404(Statement, pk=pk)
        form = RemarkForm(request.POST)
        if form.is_valid():
            person: Any = request.user
            try:
                actions.remark(statement, by=person, text=form.cleaned_data["text"])
                form = RemarkForm()
            except Refused as refusal:
                form.add_error("text", str(refusal))
        return _remarks(request, statement, form)


class ResolveRemark(View):
    """Settle a remark."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Store who settled it."""
        require(request.user, Right.WRITE)
        remark = get_object_or_404(Remark.objects.select_related("statement"), pk=pk)
        person: Any = request.user
        actions.resolve_remark(remark, by=person)
        return _remarks(request, remark.statement, RemarkForm())


def _remarks(request: HttpRequest, statement: Statement, form: RemarkForm) -> HttpResponse:
    if request.headers.get("X-Requested-With") != "fetch":
        for problems in form.errors.values():
            tell_error(request, " ".join(str(problem) for problem in problems))
        return redirect("statements:edit", statement.pk)
    return render(
        request, "statements/desk/remarks_panel.html", panels.remarks_context(request, statement, form)
    )
