# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from onrecord.proof.keys import LEAF_KIND, NOTE_KIND, PublicKey
from onrecord.record import keys
from onrecord.record.errors import KeyMissing, KeyUnreadable
from tests.record.cast import ORIGIN


def test_keys_are_made_once_and_only_their_owner_may_read_them(keys_of_its_own: Path) -> None:
    keys.make_keys()
    folder = keys_of_its_own / "keys"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.iterdir()) == ["log.key", "release.key"]
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_text().startswith("-----BEGIN PRIVATE KEY-----")
    before = [path.read_bytes() for path in sorted(folder.iterdir())]
    keys.make_keys()
    assert [path.read_bytes() for path in sorted(folder.iterdir())] == before


def test_each_key_has_one_purpose_and_a_name() -> None:
    keys.make_keys()
    public = keys.public_keys(ORIGIN)
    assert (public.log.name, public.log.kind) == (ORIGIN, NOTE_KIND)
    assert (public.release.name, public.release.kind) == (f"{ORIGIN}/release", LEAF_KIND)
    assert public.log.raw != public.release.raw
    assert PublicKey.from_vkey(public.log.vkey) == public.log


def test_many_processes_at_once_make_one_key(keys_of_its_own: Path) -> None:
    folder = keys_of_its_own / "keys"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: keys.make_keys(), range(32)))
    assert sorted(path.name for path in folder.iterdir()) == ["log.key", "release.key"]


def test_a_missing_key_is_not_replaced_on_reading() -> None:
    with pytest.raises(KeyMissing, match=r"keys/release\.key is missing\. Restore it from your backup"):
        keys.open_keys(ORIGIN)


def test_a_file_that_is_no_key_is_refused(keys_of_its_own: Path) -> None:
    keys.make_keys()
    (keys_of_its_own / "keys" / "log.key").write_text("secret")
    with pytest.raises(KeyUnreadable, match=r"log\.key is no private key in PEM form"):
        keys.open_keys(ORIGIN)


def test_a_key_of_another_kind_is_refused(keys_of_its_own: Path) -> None:
    keys.make_keys()
    other = generate_private_key(SECP256R1())
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (keys_of_its_own / "keys" / "log.key").write_bytes(pem)
    with pytest.raises(KeyUnreadable, match=r"log\.key is a \w+, not Ed25519"):
        keys.open_keys(ORIGIN)


def test_a_key_that_cannot_be_read_is_refused(keys_of_its_own: Path) -> None:
    (keys_of_its_own / "keys" / "release.key").mkdir(parents=True)
    with pytest.raises(KeyUnreadable, match=r"release\.key cannot be read: Is a directory"):
        keys.open_keys(ORIGIN)
