# SPDX-License-Identifier: Apache-2.0
"""The newsroom's own accounts: which there are; open one, describe it, renew its keys, close it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.federation import accounts as actions
from onrecord.federation import actors
from onrecord.federation.desk import figures
from onrecord.federation.desk.entering import attempt, me, only
from onrecord.federation.errors import NotPossible
from onrecord.federation.facts import described
from onrecord.federation.models import Actor, ActorKind, SelfCheck
from onrecord.people.models import Organisation
from onrecord.people.roles import Right
from onrecord.statements.models import Topic
from onrecord.statements.pages.languages import own_name
from onrecord.statements.pages.site import Site


class DescribeForm(forms.Form):
    """What an account says of itself."""

    title = forms.CharField(
        label=gettext_lazy("Shown name"),
        help_text=gettext_lazy("Empty: the name of the newsroom, with language and topic."),
        max_length=100,
        required=False,
    )
    summary = forms.CharField(
        label=gettext_lazy("What it says of itself"),
        help_text=gettext_lazy("Plain text. Empty: what the newsroom says about itself."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class OpenForm(DescribeForm):
    """An account to be opened."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Small letters, digits and underscores, 30 at most. It stays for ever."),
        max_length=31,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False)
    field_order = ("name", "language", "topic", "title", "summary")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # as Django's forms are called
        super().__init__(*args, **kwargs)
        spoken = [(code, own_name(code)) for code in Organisation.current().languages]
        for name, words, choices in (
            ("language", _("Every language"), spoken),
            ("topic", _("Every topic"), Topic.named_in(get_language() or "en")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - both are
            field.choices = [("", words), *choices]

    @property
    def chosen_topic(self) -> Topic | None:
        """The topic that was chosen."""
        found: Topic | None = Topic.objects.filter(slug=self.cleaned_data["topic"] or None).first()
        return found


@only(Right.ADMINISTER)
def accounts(request: HttpRequest) -> HttpResponse:
    """Show the newsroom's accounts, closed ones last, and whether they can be reached from outside."""
    actors.newsroom()
    rows = Actor.objects.select_related("topic").order_by("closed_at", "pk")
    context = {
        "rows": [(row, _shows(row), figures.followers(row)) for row in rows],
        "host": Organisation.current().host,
        "check": SelfCheck.objects.filter(pk=SelfCheck.ONLY).first(),
    }
    return render(request, "federation/accounts.html", context)


@only(Right.ADMINISTER)
def open_one(request: HttpRequest) -> HttpResponse:
    """Open an account for a language or a topic."""
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(
            request,
            lambda: actions.open_account(
                given["name"],
                language=given["language"],
                topic=form.chosen_topic,
                title=given["title"],
                summary=given["summary"],
                by=me(request),
            ),
            _("The account is open and can be followed."),
        ):
            return redirect("federation_accounts")
    return render(request, "federation/account_open.html", {"form": form})


@only(Right.ADMINISTER)
def account(request: HttpRequest, name: str) -> HttpResponse:
    """Show one account as servers elsewhere see it, and change what it says of itself."""
    row = get_object_or_404(Actor.objects.select_related("topic"), name=name)
    form = DescribeForm(request.POST or None, initial={"title": row.title, "summary": row.summary})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(
            request,
            lambda: actions.describe_account(
                row, title=given["title"], summary=given["summary"], by=me(request)
            ),
            _("Saved. Followers are told within the next minutes."),
        ):
            return redirect("federation_account", row.name)
    is_own = row.closed_at is None and not row.former_base and row.kind != ActorKind.FORMER
    context = {
        "row": row,
        "is_own": is_own,
        "handle": actors.handle_of(row),
        "address": actors.address_of(row),
        "shows": _shows(row),
        "followers": figures.followers(row),
        "told": described(Site.current(), row) if is_own else None,
        "form": form if is_own and row.kind != ActorKind.INSTANCE else None,
        "may_close": is_own and row.kind == ActorKind.SELECTION,
        "former": row.former_keys.order_by("-number"),
    }
    return render(request, "federation/account.html", context)


@only(Right.ADMINISTER)
@require_POST
def renew(request: HttpRequest, name: str) -> HttpResponse:
    """Give an account new keys."""
    reason = request.POST.get("reason", "")[:500]
    return _when_sure(
        request,
        name,
        lambda row, *, by: actions.renew_keys(row, reason=reason, by=by),
        _("The keys are new. Followers are told within the next minutes."),
    )


@only(Right.ADMINISTER)
@require_POST
def close(request: HttpRequest, name: str) -> HttpResponse:
    """Close an account for good."""
    return _when_sure(
        request, name, actions.close_account, _("Closed. Its followers are told within the next minutes.")
    )


def _when_sure(request: HttpRequest, name: str, deed: Callable[..., Actor], done: str) -> HttpResponse:
    row = get_object_or_404(Actor, name=name)

    def carry_out() -> None:
        if request.POST.get("sure") != "yes":
            raise NotPossible(_("Tick the box to say that you are sure."))
        deed(row, by=me(request))

    attempt(request, carry_out, done)
    return redirect("federation_account", row.name)


def _shows(row: Actor) -> str:
    """Say in a line what an account shows."""
    if row.kind != ActorKind.SELECTION:
        return str(row.get_kind_display())
    topic = row.topic.name_in(get_language() or "en") if row.topic else _("All topics")
    return f"{topic} · {own_name(row.language) if row.language else _('all languages')}"
