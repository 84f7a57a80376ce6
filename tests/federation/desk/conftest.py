# SPDX-License-Identifier: Apache-2.0
from tests.federation.sending.conftest import newsroom

__all__ = ["newsroom"]
