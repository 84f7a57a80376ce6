# SPDX-License-Identifier: Apache-2.0
"""Who may open which address of the statements' screens; read by tests/desk/test_permissions.py."""

from __future__ import annotations

from tests.desk.doors import NOBODY, STAFF, WRITERS, Door, door

STATEMENTS: dict[str, Door] = {
    "statements:*": door(WRITERS, found=False),
    "topics:*": door(WRITERS, found=False),
    "spokespeople:*": door(WRITERS, found=False),
    "press_contacts:*": door(WRITERS, found=False),
    "wagtailsnippets:index": door(NOBODY),
    "wagtailsnippetchoosers_statements_statement:*": door(STAFF, found=False),
    "wagtailsnippetchoosers_statements_topic:*": door(STAFF, found=False),
    "wagtailsnippetchoosers_statements_spokesperson:*": door(STAFF, found=False),
    "wagtailsnippetchoosers_statements_presscontact:*": door(STAFF, found=False),
}
