# SPDX-License-Identifier: Apache-2.0
"""Browsers in words, on the page of one's sessions."""

from __future__ import annotations

from django import template

from onrecord.people import browsers

register = template.Library()


@register.filter
def in_words(agent: str) -> str:
    """Return what to call a browser that sent this User-Agent."""
    return browsers.in_words(agent)
