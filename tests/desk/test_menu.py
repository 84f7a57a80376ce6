# SPDX-License-Identifier: Apache-2.0
"""The menu is made once for everybody, and read in everybody's own language."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation
from wagtail.admin.menu import Menu, MenuItem, admin_menu


def entries(menu: Menu) -> Iterator[MenuItem]:
    """Yield every entry of a menu and of those below it."""
    for item in menu.registered_menu_items:
        yield item
        if isinstance(getattr(item, "menu", None), Menu):
            yield from entries(item.menu)


def test_every_entry_of_the_menu_speaks_the_language_of_whoever_opens_it(db: None) -> None:
    found = [item for item in entries(admin_menu) if "Wagtail" not in item.label]
    assert len(found) > 20
    for item in found:
        with translation.override("en"):
            english = str(item.label)
        with translation.override("ar"):
            assert str(item.label) != english
