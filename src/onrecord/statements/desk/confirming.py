# SPDX-License-Identifier: Apache-2.0
"""What the pages of all steps have in common: they explain, ask, call one action and show what it refuses."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib.messages import error as tell_error
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.statements import steps
from onrecord.statements.actions.approval import as_seen, check_complete
from onrecord.statements.desk import links, panels, proofs
from onrecord.statements.desk.forms import StepForm
from onrecord.statements.errors import Incomplete, Refused
from onrecord.statements.models import Edition, State, Statement


class StepView(WagtailAdminTemplateMixin, FormView[Any]):  # type: ignore[misc]  # Wagtail publishes no types
    """Ask for a yes, take the step, say what came of it."""

    step: ClassVar[str]
    right: ClassVar[Right] = Right.WRITE
    form_class: type[StepForm] = StepForm
    template_name = "statements/desk/step.html"
    header_icon = "openquote"
    page_title: Any
    explanation: Any = ""
    of_withdrawal: Any = ""
    """What is said instead of `explanation` where the next edition is a withdrawal."""
    button: Any
    is_serious: ClassVar[bool] = False
    shows_text: ClassVar[bool] = False
    done: Any = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        require(request.user, self.right)
        self.statement = get_object_or_404(
            Statement.objects.select_related("locale", "original"), pk=kwargs["pk"]
        )
        if why_not := self.why_not():
            tell_error(request, why_not)
            return redirect("statements:edit", self.statement.pk)
        return super().dispatch(request, *args, **kwargs)

    @property
    def person(self) -> User:
        """Return who takes the step; the desk is closed to strangers."""
        return cast(User, self.request.user)

    @cached_property
    def newest(self) -> Edition | None:
        """Return the newest edition of the statement."""
        return Edition.objects.filter(statement=self.statement).order_by("-number").first()

    def why_not(self) -> str:
        """Return why the step cannot be taken now; empty if it can."""
        for step in steps.steps_for(self.statement, self.person):
            if step.name == self.step:
                return step.why_not
        state = State(panels.progress_of(self.statement).state).label
        return _("“%(title)s” is “%(state)s” now, so this step does not fit any more.") % {
            "title": self.statement.title,
            "state": state,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return self.take(form.cleaned_data)
        except Refused as refusal:
            field = refusal.field if isinstance(refusal, Incomplete) else None
            form.add_error(field if field in form.fields else None, str(refusal))
            return self.form_invalid(form)

    @property
    def seen(self) -> str:
        """Return what the page said of itself on which somebody has pressed the button."""
        return str(self.request.POST.get("seen", ""))

    def take(self, data: dict[str, Any]) -> HttpResponse:
        """Call the action and say where to go next."""
        self.act(data)
        offered = [link for link in links.of(self.statement, self.person) if link.offered]
        messages.success(
            self.request,
            str(self.done) % {"title": self.statement.title},
            buttons=[messages.button(link.url, link.label) for link in offered],
        )
        return HttpResponseRedirect(self.get_success_url())

    def act(self, data: dict[str, Any]) -> object:
        """Call the action with what was filled in; each step overrides this, or `take` as a whole."""
        raise TypeError(f"{type(self).__name__} does not say what it does. Override act or take.")

    def get_success_url(self) -> str:
        return reverse("statements:edit", args=[self.statement.pk])

    def get_page_subtitle(self) -> str:
        return str(self.statement.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("statements:list"), "label": _("Statements")},
            {"url": reverse("statements:edit", args=[self.statement.pk]), "label": self.statement.title},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context |= {
            "statement": self.statement,
            "explanation": self.explanation,
            "button": self.button,
            "is_serious": self.is_serious,
            "step": self.step,
            "back_url": reverse("statements:edit", args=[self.statement.pk]),
            "media": context["form"].media,
        }
        progress = panels.progress_of(self.statement)
        if self.shows_text and progress.withdrawing and self.newest:
            context["withdrawal_reason"] = progress.withdrawal_reason
            context["explanation"] = self.of_withdrawal or self.explanation
            context["proof"] = proofs.proof_of_withdrawn(self.newest)
            context["seen"] = as_seen(progress, context["proof"].digest)
        elif self.shows_text:
            context["proof"] = proofs.proof_of(self.statement, self.newest)
            context["address"] = None if self.newest else proofs.address_before_release(self.statement)
            context["seen"] = as_seen(progress, context["proof"].digest)
            if "change" not in context["form"].fields:
                context["change"] = progress.get_change_display()
                context["change_note"] = progress.change_note
        return context


class GoesOut(StepView):
    """A step that makes something public: afterwards its edition is seen going out."""

    shows_text = True

    def take(self, data: dict[str, Any]) -> HttpResponse:
        edition: Any = self.act(data)
        return redirect("statements:going_out", self.statement.pk, edition.number)


def incomplete(statement: Statement) -> str:
    """Return what a text lacks before anybody is asked to approve it; nothing if it is complete."""
    try:
        check_complete(statement)
    except Incomplete as refusal:
        return str(refusal)
    return ""
