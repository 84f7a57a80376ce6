# SPDX-License-Identifier: Apache-2.0
"""Who may open which address of the fediverse at the desk; read by tests/desk/test_permissions.py."""

from __future__ import annotations

from tests.desk.doors import ADMINISTRATORS, Door, door

MOVING: dict[str, Door] = {
    "federation_moving": door(ADMINISTRATORS),
    "federation_moving_origins": door(ADMINISTRATORS, found=False),
    "federation_moving_move": door(ADMINISTRATORS, found=False),
    "federation_moving_rename": door(ADMINISTRATORS, found=False),
    "federation_moving_back": door(ADMINISTRATORS, found=False),
    "federation_followers_export": door(ADMINISTRATORS),
}
