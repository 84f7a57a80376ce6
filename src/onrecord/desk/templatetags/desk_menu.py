# SPDX-License-Identifier: Apache-2.0
"""The desk's menu as plain links, for browsers that run no scripts: Wagtail's own is built by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import template
from django.http import HttpRequest
from wagtail.admin.menu import Menu, admin_menu

register = template.Library()


@register.simple_tag(takes_context=True)
def menu_links(context: Any) -> list[tuple[str, str]]:
    """Return label and address of each entry that whoever asks may open, submenus included."""
    request = context.get("request")
    return list(_links(admin_menu, request)) if request and request.user.is_authenticated else []


def _links(menu: Menu, request: HttpRequest) -> Iterator[tuple[str, str]]:
    for item in sorted(menu.menu_items_for_request(request), key=lambda item: item.order):
        below = getattr(item, "menu", None)
        if below is not None:
            yield from _links(below, request)
        elif item.url:
            yield str(item.label), item.url
