# SPDX-License-Identifier: Apache-2.0
"""Timestamps of checkpoints, by an authority that is nobody's of ours: OpenSSL's."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine

from onrecord.bakery import actions as bakery
from onrecord.journal import reactions
from onrecord.journal.models import Entry
from onrecord.people.models import Organisation
from onrecord.record import authority, checks, pages, timestamps
from onrecord.record.errors import NotTimestamped
from onrecord.record.models import Timestamp
from tests.outbound.servers import Answer, Seen, serving
from tests.record.authorities import OpenSSL
from tests.record.cast import append

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> OpenSSL:
    """An authority, made once."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return OpenSSL.founded(tmp_path_factory.mktemp("authority") / "tsa")


@pytest.fixture
def named(settings: Settings, founded: OpenSSL) -> Callable[[str], None]:
    """Return a function that names an authority's address in the settings."""

    def name(url: str) -> None:
        settings.TIMESTAMP_AUTHORITY = url
        settings.TIMESTAMP_ROOT = str(founded.root)
        settings.ALLOW_PRIVATE_ADDRESSES = True

    return name


def test_without_an_authority_nobody_is_asked() -> None:
    append("water")

    assert not timestamps.is_due()
    assert timestamps.stamp() is None
    assert checks.timestamping() == []


def test_a_timestamp_is_kept_baked_and_verified_by_openssl(
    founded: OpenSSL, named: Callable[[str], None], organisation: Organisation
) -> None:
    append("water", origin=organisation.origin)
    append("bridge", origin=organisation.origin)
    with serving(founded.answers()) as server:
        named(server.url)
        made = timestamps.stamp()

    assert made is not None
    assert made.size == 2
    assert abs(made.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert Entry.objects.get(event="record.timestamped").data["size"] == 2
    reactions.drain()
    assert (bakery.site_directory() / "log" / "index.html").exists(), "the page of the log tells of it"
    folder = bakery.site_directory() / "log" / "anchors"
    assert (folder / "2.checkpoint").read_bytes() == pages.checkpoint_file().body
    said = founded.run(
        *("ts", "-verify", "-data", str(folder / "2.checkpoint"), "-in", str(folder / "2.tsr")),
        *("-CAfile", str(founded.root)),
    )
    assert "Verification: OK" in said
    assert (
        authority.verify(
            (folder / "2.tsr").read_bytes(),
            (folder / "2.checkpoint").read_bytes(),
            roots=str(founded.root),
        )
        == made.at
    )


def test_once_a_day_and_only_if_the_log_has_grown(founded: OpenSSL, named: Callable[[str], None]) -> None:
    append("water")
    with serving(founded.answers()) as server:
        named(server.url)
        timestamps.stamp()
        append("bridge")
        assert timestamps.stamp() is None, "it was stamped today"
        Timestamp.objects.update(at=datetime.now(UTC) - timedelta(hours=25))
        assert timestamps.is_due()
        timestamps.stamp()
        Timestamp.objects.update(at=datetime.now(UTC) - timedelta(hours=25))
        assert not timestamps.is_due(), "nothing was added since"

    assert list(timestamps.sizes()) == [1, 2]
    assert len(server.seen) == 2


def forged(reply: bytes) -> bytes:
    """Change one bit of the signature, which comes last."""
    return reply[:-5] + bytes([reply[-5] ^ 1]) + reply[-4:]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (forged, "does not hold"),
        (lambda _reply: b"", "does not hold"),
        (lambda _reply: b"<html>sign in to the network</html>", "does not hold"),
        (lambda reply: reply[: len(reply) // 2], "does not hold"),
    ],
)
def test_an_answer_that_does_not_hold_is_not_kept(
    founded: OpenSSL, named: Callable[[str], None], change: Callable[[bytes], bytes], why: str
) -> None:
    append("water")
    with serving(founded.answers(change)) as server:
        named(server.url)
        assert timestamps.stamp() is None

    assert not Timestamp.objects.exists()
    (message,) = checks.timestamping()
    assert message.id == "record.W030"
    assert why in message.msg


def test_an_answer_about_something_else_is_not_kept(founded: OpenSSL, named: Callable[[str], None]) -> None:
    append("water")
    earlier: list[bytes] = []

    def replays(asked: Seen) -> Answer:
        earlier.append(founded.reply(asked.body))
        return Answer(body=earlier[0])

    with serving(replays) as server:
        named(server.url)
        timestamps.stamp()
        Timestamp.objects.update(at=datetime.now(UTC) - timedelta(hours=25))
        append("bridge")
        assert timestamps.stamp() is None

    trouble = timestamps.trouble()
    assert trouble is not None
    assert "Nonce mismatch" in trouble.reason


def test_another_root_is_not_believed(
    founded: OpenSSL, named: Callable[[str], None], settings: Settings, tmp_path: Path
) -> None:
    append("water")
    stranger = OpenSSL.founded(tmp_path / "stranger")
    with serving(founded.answers()) as server:
        named(server.url)
        settings.TIMESTAMP_ROOT = str(stranger.root)
        assert timestamps.stamp() is None
        settings.TIMESTAMP_ROOT = str(tmp_path / "missing.pem")
        assert timestamps.stamp() is None

    assert "missing.pem cannot be read" in checks.timestamping()[0].msg


def test_a_timestamp_says_nothing_about_another_checkpoint(
    founded: OpenSSL, named: Callable[[str], None]
) -> None:
    append("water")
    with serving(founded.answers()) as server:
        named(server.url)
        made = timestamps.stamp()
    assert made is not None
    with pytest.raises(NotTimestamped, match="Mismatch between messages"):
        authority.verify(bytes(made.reply), b"another checkpoint", roots=str(founded.root))


def test_a_clock_that_is_far_off_is_not_believed(founded: OpenSSL, named: Callable[[str], None]) -> None:
    append("water")
    with serving(founded.answers()) as server:
        named(server.url)
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
            assert timestamps.stamp() is None

    trouble = timestamps.trouble()
    assert trouble is not None
    assert "Set the clock of this machine" in trouble.reason


def test_a_failure_is_forgotten_after_a_success(founded: OpenSSL, named: Callable[[str], None]) -> None:
    append("water")
    with serving(lambda _asked: Answer(status=503)) as server:
        named(server.url)
        timestamps.stamp()
        first = timestamps.trouble()
        timestamps.stamp()
        second = timestamps.trouble()
    with serving(founded.answers()) as server:
        named(server.url)
        assert timestamps.stamp() is not None

    assert first is not None
    assert second is not None
    assert "status 503" in second.reason
    assert second.since == first.since < second.at
    assert timestamps.trouble() is None


def test_a_private_address_is_asked_only_if_the_operator_allows_it(
    founded: OpenSSL, named: Callable[[str], None], settings: Settings
) -> None:
    append("water")
    with serving(founded.answers()) as server:
        named(server.url)
        settings.ALLOW_PRIVATE_ADDRESSES = False
        assert timestamps.stamp() is None
        assert server.seen == []
