# SPDX-License-Identifier: Apache-2.0
"""Who may open which address of the statements' screens; read by tests/desk/test_permissions.py."""

from __future__ import annotations

from tests.desk.doors import ADMINISTRATORS, EDITORS, NOBODY, WRITERS, Door, door

STATEMENTS: dict[str, Door] = {
    "statements:list": door(WRITERS),
    "statements:list_results": door(WRITERS),
    "statements:add": door(WRITERS),
    "statements:preview_on_add": door(WRITERS),
    "statements:delete": door(NOBODY),  # see `discard`
    "statements:*": door(WRITERS, found=False),
    "topics:list": door(WRITERS),
    "topics:add": door(WRITERS),
    "topics:*": door(WRITERS, found=False),
    "spokespeople:list": door(WRITERS),
    "spokespeople:add": door(WRITERS),
    "spokespeople:*": door(WRITERS, found=False),
    "press_contacts:list": door(WRITERS),
    "press_contacts:add": door(WRITERS),
    "press_contacts:*": door(WRITERS, found=False),
    "erasures": door(ADMINISTRATORS | EDITORS),
    "erasure_propose": door(ADMINISTRATORS),
    "erasure_decide": door(EDITORS, found=False),
    "erasure_drop": door(ADMINISTRATORS | EDITORS, found=False),
    "wagtailsnippets:index": door(NOBODY),
}
