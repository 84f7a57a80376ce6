# SPDX-License-Identifier: Apache-2.0
"""Entries of the desk's menu that are there for whoever holds a right."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from wagtail.admin.menu import MenuItem

from onrecord.people.roles import Right, may


class _ForRights(MenuItem):  # type: ignore[misc]  # Wagtail publishes no types
    rights: tuple[Right, ...] = ()

    def is_shown(self, request: HttpRequest) -> bool:
        return any(may(request.user, right) for right in self.rights)


def entry(label: Promise, address: str, *rights: Right, icon: str, order: int, name: str = "") -> MenuItem:
    """Return an entry that leads to an address by its name, for whoever holds one of the rights.

    Its label is translated for each who sees it: entries are made once. Its own name is that of the address
    unless another is given.
    """
    item = _ForRights(label, reverse(address), name=name or address, icon_name=icon, order=order)
    item.rights = rights
    return item
