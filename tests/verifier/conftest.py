# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.verifier.decided import Node, node, node_program


@pytest.fixture(scope="session")
def browser_verifier() -> Iterator[Node]:
    """Return the browser's verifier, running in Node."""
    need_node()
    with node() as running:
        yield running


@pytest.fixture(scope="session")
def without_web_crypto() -> Iterator[Node]:
    """Return the browser's verifier as it runs on a plain http mirror: it does all cryptography itself."""
    need_node()
    with node("--own-cryptography") as running:
        yield running


def need_node() -> None:
    """Skip the test where there is no Node; fail in continuous integration."""
    if node_program() is None:
        missing = "there is no Node on this machine (Debian: apt install nodejs)"
        if os.environ.get("ONRECORD_CI"):
            pytest.fail(missing)
        pytest.skip(missing)
