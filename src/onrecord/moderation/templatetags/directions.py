# SPDX-License-Identifier: Apache-2.0
"""Titles and numbers as they stand in lines of any direction, on the screens of the desk."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onrecord.statements import directions

register = template.Library()


@register.filter
def titled(title: str) -> str:
    """Return a title with the words of somebody after who said them, each in its own direction."""
    return directions.titled(title)


@register.filter
def whole(number: str) -> SafeString:
    """Return the number of a case or decision as one word, which no line breaks and no script turns."""
    return format_html('<bdi class="whole">{}</bdi>', number)
