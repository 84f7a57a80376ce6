# SPDX-License-Identifier: Apache-2.0
"""The addresses of the screens about distributions and embargoes."""

from __future__ import annotations

from django.urls import URLPattern, path

from onrecord.press.distributions import desk
from onrecord.press.embargoes import desk as embargoes


def addresses() -> list[URLPattern]:
    """Name the screens, below the desk."""
    return [
        path("press/distributions/", desk.distributions, name="press_distributions"),
        path("press/distributions/policy/", desk.policy, name="press_policy"),
        path("press/distributions/of/<int:statement>/", desk.compose, name="press_distribution_add"),
        path("press/distributions/early/<int:statement>/", desk.compose_early, name="press_embargo_add"),
        path("press/distributions/<int:pk>/", desk.distribution, name="press_distribution"),
        path("press/distributions/<int:pk>/edit/", desk.edit, name="press_distribution_edit"),
        path(
            "press/distributions/<int:pk>/preview/<slug:variant>/",
            desk.preview,
            name="press_distribution_preview",
        ),
        path("press/distributions/<int:pk>/<slug:deed>/", desk.act, name="press_distribution_act"),
        path("press/embargoes/<int:pk>/", embargoes.embargo, name="press_embargo"),
        path("press/embargoes/<int:pk>/breach/", embargoes.breach, name="press_embargo_breach"),
        path("press/embargoes/<int:pk>/<slug:deed>/", embargoes.act, name="press_embargo_act"),
    ]
