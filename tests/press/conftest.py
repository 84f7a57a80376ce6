# SPDX-License-Identifier: Apache-2.0
"""The press is tested with the whole pipeline; a relay is only named, unless a test opens one."""

from __future__ import annotations

from tests.followers.conftest import a_relay
from tests.statements.conftest import committed_at_once, own_home, second_editor

__all__ = ["a_relay", "committed_at_once", "own_home", "second_editor"]
