# SPDX-License-Identifier: Apache-2.0
"""The administrator's screen about accounts that move, and their followers as a file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from onrecord.delivery.models import State
from onrecord.federation import actors
from onrecord.federation.errors import FederationError
from onrecord.federation.models import Actor, ActorKind
from onrecord.federation.moving import actions, followers, telling
from onrecord.federation.moving.telling import Standing
from onrecord.people.desk import for_administrators
from onrecord.people.models import User
from onrecord.people.roles import Right, require


class OriginsForm(forms.Form):
    """The accounts elsewhere that an account was, one a line."""

    origins = forms.CharField(
        label=gettext_lazy("Accounts elsewhere that this one was"),
        help_text=gettext_lazy("One a line, as @elmford@social.example. Then start the move there."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        required=False,
        max_length=10_000,
    )

    def lines(self) -> list[str]:
        """Return what was entered."""
        return str(self.cleaned_data["origins"]).splitlines()


class MoveForm(forms.Form):
    """Where an account moves."""

    target = forms.CharField(
        label=gettext_lazy("Move its followers to"),
        help_text=gettext_lazy(
            "An account of this newsroom by its name, or one elsewhere, as @elmford@social.example, that "
            "names this one first. It can be done once in 30 days."
        ),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        max_length=500,
    )


class NameForm(forms.Form):
    """Another name."""

    name = forms.CharField(
        label=gettext_lazy("Another name"),
        help_text=gettext_lazy(
            "Small letters, digits and underscores. It is a new account: followers are moved, and "
            "statements of before keep the old one as their author."
        ),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        max_length=30,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """An account on the screen."""

    actor: Actor
    handle: str
    standing: Standing
    told: int
    waiting: int
    own_origins: list[str]
    origins: OriginsForm
    move: MoveForm
    name: NameForm


@for_administrators
@require_safe
def moving(request: HttpRequest) -> HttpResponse:
    """Show which accounts moved, how that went, and what can be done."""
    actors.newsroom()  # made at first use
    rows = Actor.objects.exclude(kind=ActorKind.INSTANCE).filter(closed_at=None)
    shown = [_shown(actor) for actor in rows.order_by("moved_at", "name")]
    return render(request, "federation/moving.html", {"accounts": shown})


@for_administrators
@require_POST
def origins(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which accounts elsewhere an account was."""
    form = OriginsForm(request.POST)
    return _done(
        request,
        form,
        lambda: actions.name_origins(_account(pk), form.lines(), by=_me(request)),
        _("Saved. Start the move where the old account is, once this stands on the site."),
    )


@for_administrators
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the followers of an account."""
    form = MoveForm(request.POST)
    return _done(
        request,
        form,
        lambda: actions.move(_account(pk), form.cleaned_data["target"], by=_me(request)),
        _("The account has moved. Its followers are told within a minute."),
    )


@for_administrators
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account another name."""
    form = NameForm(request.POST)
    return _done(
        request,
        form,
        lambda: actions.rename(_account(pk), form.cleaned_data["name"], by=_me(request)),
        _("The account has another name. Its followers are told within a minute."),
    )


@for_administrators
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an account no longer say that it has moved."""
    return _done(
        request,
        forms.Form({}),
        lambda: actions.take_back(_account(pk), by=_me(request)),
        _("The account no longer says that it has moved."),
    )


@never_cache
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Give out who follows, as CSV, to administrators. It is journalled, so it is asked for by POST."""
    require(request.user, Right.ADMINISTER)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    rows = followers.rows(by=_me(request))
    answer = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="fediverse-followers.csv"'
    return answer


class _Echo:
    """What the writer of CSV writes is what it returns."""

    def write(self, text: str) -> str:
        return text


def _lines(rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow(row)


def _shown(actor: Actor) -> Shown:
    standing = telling.standing(actor)
    own = [uri for uri in actor.also_known_as if actors.by_address(uri) is not None]
    elsewhere = [uri for uri in actor.also_known_as if uri not in own]
    return Shown(
        actor=actor,
        handle=actors.handle_of(actor),
        standing=standing,
        told=standing.told.get(State.ACCEPTED, 0),
        waiting=sum(standing.told.get(state, 0) for state in (State.QUEUED, State.DEFERRED, State.IN_FLIGHT)),
        own_origins=own,
        origins=OriginsForm(
            initial={"origins": "\n".join(elsewhere)}, prefix=None, auto_id=f"origins-{actor.pk}-%s"
        ),
        move=MoveForm(auto_id=f"move-{actor.pk}-%s"),
        name=NameForm(auto_id=f"name-{actor.pk}-%s"),
    )


def _done(request: HttpRequest, form: forms.Form, act: Callable[[], Actor], said: str) -> HttpResponse:
    """Do what a form asks for, and say what came of it on the screen."""
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect("federation_moving")
    try:
        act()
    except FederationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("federation_moving")


def _account(pk: int) -> Actor:
    return get_object_or_404(Actor, pk=pk)


def _me(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - for_administrators let nobody else through
    return user
