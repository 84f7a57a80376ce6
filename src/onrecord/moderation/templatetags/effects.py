# SPDX-License-Identifier: Apache-2.0
"""What effects are called on the screens, each as things of its kind have it."""

from __future__ import annotations

from django import template

from onrecord.moderation import manners
from onrecord.moderation.models import Effect

register = template.Library()


@register.filter
def called(effect: Effect) -> str:
    """Return what an effect is called."""
    return manners.effect_label(effect.item_kind, effect.kind)
