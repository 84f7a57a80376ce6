# SPDX-License-Identifier: Apache-2.0
"""The addresses of the screens about distributions."""

from __future__ import annotations

from django.urls import URLPattern, path

from onrecord.press.distributions import desk


def addresses() -> list[URLPattern]:
    """Name the screens, below the desk."""
    return [
        path("press/distributions/", desk.distributions, name="press_distributions"),
        path("press/distributions/policy/", desk.policy, name="press_policy"),
        path("press/distributions/of/<int:statement>/", desk.compose, name="press_distribution_add"),
        path("press/distributions/<int:pk>/", desk.distribution, name="press_distribution"),
        path("press/distributions/<int:pk>/edit/", desk.edit, name="press_distribution_edit"),
        path(
            "press/distributions/<int:pk>/preview/<slug:variant>/",
            desk.preview,
            name="press_distribution_preview",
        ),
        path("press/distributions/<int:pk>/<slug:deed>/", desk.act, name="press_distribution_act"),
    ]
