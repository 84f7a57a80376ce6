# SPDX-License-Identifier: Apache-2.0
"""What the newsroom bakes for readers to keep is found to hold by both verifiers."""

from __future__ import annotations

import pytest

from onrecord.people.models import User
from onrecord.proof.bundle import Bundle
from onrecord.record import register
from tests.statements.baked import bake_newsroom
from tests.verifier.conftest import need_node
from tests.verifier.decided import Case, GivenPins, by_python, node

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOTHING = Bundle(b"", b"")


def test_every_bundle_of_the_site_holds(olga: User, ines: User) -> None:
    need_node()
    register.bring_up_to_date()
    site = bake_newsroom(olga, ines)
    shown = (site / "register.json").read_bytes()
    pins = GivenPins(site_register=shown)
    paths = sorted(site.rglob("*.onrecord.zip"))
    cases = [Case(str(path), NOTHING, pins, path.read_bytes()) for path in paths]
    assert len(cases) > 5

    with node() as there:
        answers = list(there.decide(cases))

    assert answers == [by_python(case) for case in cases]
    assert {answer["verdict"] for answer in answers} == {"holds"}
    assert all(dict(answer["steps"])["files"] == "holds" for answer in answers)
