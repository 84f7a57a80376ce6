# SPDX-License-Identifier: Apache-2.0
"""Who may open which address of the record; read by tests/desk/test_permissions.py."""

from __future__ import annotations

from tests.desk.doors import ADMINISTRATORS, EVERYBODY, Door, door

NO_LOG = "0" * 64

RECORD: dict[str, Door] = {
    "witness_add_checkpoint": door(EVERYBODY, found=False),  # by machines, without any account
    "witness_checkpoint": door(EVERYBODY, found=False, hashed_origin=NO_LOG),
    "witness_evidence": door(EVERYBODY, found=False, hashed_origin=NO_LOG, number=1),
    "witnesses": door(ADMINISTRATORS),
    "witnesses_add": door(ADMINISTRATORS),
    "witnesses_ask": door(ADMINISTRATORS),
    "witnesses_remove": door(ADMINISTRATORS, found=False),
    "witnesses_follow": door(ADMINISTRATORS),
    "witnesses_unfollow": door(ADMINISTRATORS, found=False),
}
