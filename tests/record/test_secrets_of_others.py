# SPDX-License-Identifier: Apache-2.0
"""Secrets of other parts lie beside the keys that sign: of links in mails, silent addresses, webhooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onrecord.delivery import suppression
from onrecord.delivery.mail import doors
from onrecord.delivery.transports.webhook import signing
from onrecord.people.models import Organisation
from onrecord.record import keys, register
from onrecord.record.checks import problems
from onrecord.record.errors import KeyMissing
from onrecord.record.key_checks import cautions
from tests.record.cast import append
from tests.statements.conftest import committed_at_once

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

__all__ = ["committed_at_once"]


@pytest.fixture(autouse=True)
def secrets(organisation: Organisation, committed_at_once: None, keys_of_its_own: Path) -> dict[Path, bytes]:
    """Begin with a register and one edition, and every secret of the mail."""
    register.bring_up_to_date()
    append("bridge", origin=organisation.origin)
    suppression.hash_of("jan@reader.example")
    doors.new_door()
    signing.secret_of("00")
    folder = keys_of_its_own / "keys"
    names = (suppression.KEY_FILE, doors.KEY_FILE, signing.KEY_FILE)
    return {folder / name: (folder / name).read_bytes() for name in names}


def test_nobody_is_told_to_delete_them() -> None:
    assert {caution.id for caution in cautions()} == {"record.W020"}


def test_keys_are_locked_and_they_stay_as_they_are(settings: Settings, secrets: dict[Path, bytes]) -> None:
    settings.KEY_PASSPHRASE = "correct horse battery"

    assert sorted(path.name for path in keys.lock(before="")) == ["log.key", "release.key"]
    assert {caution.id for caution in cautions()} == {"record.W020"}
    assert {path: path.read_bytes() for path in secrets} == secrets


def test_a_missing_key_is_told_and_no_secret_blamed(
    keys_of_its_own: Path, organisation: Organisation
) -> None:
    (keys_of_its_own / "keys" / "release.key").unlink()
    with pytest.raises(KeyMissing, match="holds a release key"):
        keys.open_keys(organisation.origin)


def test_only_their_owner_may_read_them(secrets: dict[Path, bytes]) -> None:
    for path in secrets:
        path.chmod(0o640)
        assert [f"{path} has the mode 0640" in found.msg for found in problems()] == [True]
        path.chmod(0o600)
