# SPDX-License-Identifier: Apache-2.0
"""Who may see what of deliveries. How many there are and where: who writes, who administers. To whom: the
rights of the channel, by default who writes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from onrecord.delivery import channels
from onrecord.delivery.channels import Channel
from onrecord.delivery.models import Delivery, Distribution
from onrecord.people.models import User
from onrecord.people.roles import Right, may, require

View = Callable[..., HttpResponseBase]


def for_watchers(view: View) -> View:
    """Let in who may see the counts of some channel. No copy is kept by browsers."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not channels.shown_to(request.user):
            require(request.user, Right.WRITE)  # refuses, and says which role is missing
            require(request.user, Right.ADMINISTER)
        return view(request, *args, **kwargs)

    guarded: View = never_cache(answer)
    return guarded


def me(request: HttpRequest) -> User:
    """Return who asks."""
    assert isinstance(request.user, User)  # noqa: S101 - nobody else was let in
    return request.user


def distribution_for(
    request: HttpRequest, pk: int, *, recipients: bool = False
) -> tuple[Distribution, Channel]:
    """Return a distribution and its channel. Raises Http404 for one that does not concern who asks."""
    distribution = get_object_or_404(Distribution, pk=pk)
    channel = channels.of(distribution)
    if channel is None or not channel.shows_counts_to(request.user):
        raise Http404(_("There is no such distribution."))
    if recipients and not channel.shows_recipients_to(request.user):
        require(request.user, next(iter(channel.rights), Right.WRITE))
    return distribution, channel


def delivery_for(request: HttpRequest, pk: int) -> tuple[Delivery, Channel]:
    """Return a delivery whose recipient the person who asks may know."""
    delivery = get_object_or_404(Delivery.objects.select_related("distribution"), pk=pk)
    _distribution, channel = distribution_for(request, delivery.distribution_id, recipients=True)
    return delivery, channel


def whose_recipients(request: HttpRequest) -> list[Channel]:
    """Return the channels whose recipients the person who asks may know."""
    return [channel for channel in channels.every() if channel.shows_recipients_to(request.user)]


def may_see_addresses(request: HttpRequest) -> bool:
    """Tell whether any addresses are shown to who asks."""
    return bool(whose_recipients(request)) or may(request.user, Right.WRITE)
