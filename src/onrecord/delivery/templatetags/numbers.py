# SPDX-License-Identifier: Apache-2.0
"""Numbers that people compare, with their thousands set apart as the language of the desk does it."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """Return 1234567 as 1,234,567 in English, as 1.234.567 in German."""
    return number_format(number, decimal_pos=0, use_l10n=True, force_grouping=True)
