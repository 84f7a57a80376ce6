# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from tests.federation.receiving.conftest import elsewhere, jan

__all__ = ["elsewhere", "jan"]
