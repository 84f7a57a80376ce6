# SPDX-License-Identifier: Apache-2.0
"""Test processes do not each make what tests of one file share."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def shared() -> object:
    return object()


def test_tests_that_share_a_fixture_are_kept_in_one_process(
    shared: object, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("loadgroup", False):
        pytest.skip("only where there are several processes, as `./run test` starts them")
    assert request.node.nodeid.endswith(f"@{request.node.path}")
