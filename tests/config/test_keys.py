# SPDX-License-Identifier: Apache-2.0
"""The ceremony and everything after it, as people type it."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from onrecord.config.cli import main
from onrecord.people.models import Organisation
from onrecord.proof import keyfiles
from onrecord.proof import register as registers
from onrecord.record import ceremony, keys
from onrecord.record.key_checks import cautions
from onrecord.record.models import Document
from tests.statements.conftest import committed_at_once

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

__all__ = ["committed_at_once"]

PASSPHRASE = "correct horse battery staple lamp"


@pytest.fixture
def sticks(
    organisation: Organisation, settings: Settings, tmp_path: Path, committed_at_once: None
) -> list[Path]:
    """Three USB sticks, beside a newsroom that is set up."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    folders = [tmp_path / f"stick-{number}" for number in (1, 2, 3)]
    for folder in folders:
        folder.mkdir()
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n")
    return folders


def run(*arguments: object, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["keys", *map(str, arguments)], input=typed)


def done(*arguments: object, typed: str = "") -> str:
    result = run(*arguments, typed=typed)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments: object, typed: str = "") -> str:
    result = run(*arguments, typed=typed)
    assert result.exit_code != 0
    return " ".join(result.output.split())


def hold_ceremony(sticks: list[Path]) -> str:
    folders = [word for stick in sticks for word in ("--to", stick)]
    return done("init", *folders, "--passphrase-file", sticks[0].parent / "passphrase", "--yes")


def shown() -> dict[str, object]:
    found = json.loads(done("show", "--json"))
    assert isinstance(found, dict)
    return found


def test_the_ceremony_asks_for_everything_and_reads_it_back(sticks: list[Path]) -> None:
    Organisation.objects.update(domains=["elmford.example"])
    answers = ["y"]
    for stick in sticks:
        answers += [str(stick), PASSPHRASE, PASSPHRASE, "misread", PASSPHRASE, ""]
    result = run("init", typed="\n".join([*answers, "0000?", ""]))
    assert "That is not right. Compare it group by group" in result.output
    said = " ".join(result.output.split())
    assert "any 2 of the 3 keys can confirm a change" in said
    assert said.count("That is not what the key is locked with. Correct the paper") == 3
    assert "Enough root keys have signed it." in said
    assert (
        "name _onrecord.elmford.example type TXT text v=onrecord1; log=news.elmford.example/log; root="
        in said
    )
    assert PASSPHRASE not in result.output
    found = keys.newest_register()
    assert found is not None
    assert (found.threshold, len(found.roots)) == (2, 3)
    document = Document.newest_register()
    assert document is not None
    assert ceremony.standing_of(document).complete


def test_root_keys_are_locked_on_their_sticks_and_nowhere_else(sticks: list[Path]) -> None:
    hold_ceremony(sticks)
    for number, stick in enumerate(sticks, start=1):
        (file,) = stick.iterdir()
        assert file.name == f"root-{number}.key"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
        keyfiles.read(file, PASSPHRASE)
    assert sorted(path.name for path in keys.directory().glob("*.key")) == ["log.key", "release.key"]


def test_show_tells_the_fingerprint_and_never_a_secret(sticks: list[Path]) -> None:
    hold_ceremony(sticks)
    found = keys.newest_register()
    assert found is not None
    told = shown()
    assert told["fingerprint"] == found.fingerprint()
    assert (told["complete"], told["pending"], told["register"]) == (True, [], 2)
    in_words = done("show")
    assert "any 2 of 3: 1, 2, 3" in in_words
    assert found.fingerprint() == in_words.split("Fingerprint")[1].split("\n")[0].replace(" ", "")
    secrets = [path.read_text().splitlines()[1] for path in keys.key_files()]
    assert all(secret not in in_words + json.dumps(told) for secret in secrets)


def test_a_second_ceremony_by_mistake_is_refused(sticks: list[Path]) -> None:
    hold_ceremony(sticks)
    assert "There are root keys already: any 2 of 3" in refused("init", "--to", sticks[0], "--yes")


def test_root_keys_do_not_stay_in_the_data_directory(sticks: list[Path]) -> None:
    home = sticks[0].parent / "home"
    passphrase = sticks[0].parent / "passphrase"
    said = refused("init", "--to", home, "--passphrase-file", passphrase, "--yes")
    assert "Root keys must not stay on this machine" in said
    assert not list(home.glob("root-*"))


def test_a_short_passphrase_is_refused(sticks: list[Path]) -> None:
    short = sticks[0].parent / "short"
    short.write_text("elm\n")
    said = refused("init", "--to", sticks[0], "--passphrase-file", short, "--yes")
    assert "The passphrase has 3 characters; use at least 10" in said
    assert not list(sticks[0].iterdir())


def test_a_key_that_is_there_is_never_replaced(sticks: list[Path]) -> None:
    (sticks[0] / "root-1.key").write_text("an older key")
    said = refused("init", "--to", sticks[0], "--passphrase-file", sticks[0].parent / "passphrase", "--yes")
    assert "There is a file" in said
    assert (sticks[0] / "root-1.key").read_text() == "an older key"
    assert Document.objects.count() == 1


def test_root_keys_made_and_used_elsewhere(sticks: list[Path]) -> None:
    passphrase = sticks[0].parent / "passphrase"
    origin, vkeys = "news.elmford.example/log", []
    for number, stick in enumerate(sticks, start=1):
        made = done(
            "new-root", "--log", origin, "--label", number, "--to", stick, "--passphrase-file", passphrase
        )
        vkeys += ["--root-vkey", made.splitlines()[-1]]
    said = done("init", *vkeys, "--threshold", 2)
    assert "Root keys have to sign it: 2 are needed, 0 have signed." in said
    desk = sticks[0].parent / "desk"
    desk.mkdir()
    done("export", "--to", desk)
    register, note = desk / "register-2.json", desk / "register-2.note"
    signed = done(
        "sign", register, "--root-key", sticks[0] / "root-1.key", "--passphrase-file", passphrase, typed="y\n"
    )
    assert "Register 2 of Town of Elmford, log news.elmford.example/log" in signed
    assert "Is this what you want to sign?" in signed
    assert "2 are needed, 1 have signed" in done("import", note)
    done("sign", register, "--root-key", sticks[2] / "root-3.key", "--passphrase-file", passphrase, "--yes")
    assert "Enough root keys have signed it." in done("import", note)
    assert shown()["complete"] is True


def test_who_does_not_agree_signs_nothing(sticks: list[Path]) -> None:
    hold_ceremony(sticks)
    desk = sticks[0].parent
    done("rotate", "release")
    done("export", "--to", desk)
    arguments = ["--root-key", sticks[0] / "root-1.key", "--passphrase-file", desk / "passphrase"]
    assert "Aborted" in refused("sign", desk / "register-3.json", *arguments, typed="n\n")
    assert not (desk / "register-3.note").exists()


def test_a_wrong_passphrase_and_a_strange_key_are_refused(sticks: list[Path]) -> None:
    hold_ceremony(sticks)
    desk = sticks[0].parent
    done("export", "--to", desk)
    register = desk / "register-2.json"
    said = refused("sign", register, "--root-key", sticks[0] / "root-1.key", "--yes", typed="guess guess\n")
    assert "The passphrase does not open the key" in said
    said = refused("sign", register, "--root-key", keys.directory() / "log.key", "--yes")
    assert "is not among the root keys of this register" in said


def test_a_rotation_is_signed_with_the_root_keys_at_hand(sticks: list[Path]) -> None:
    hold_ceremony(sticks)
    at_hand = ["--root-key", sticks[0] / "root-1.key", "--root-key", sticks[1] / "root-2.key"]
    said = done("rotate", "log", *at_hand, "--passphrase-file", sticks[0].parent / "passphrase")
    assert "The new log key signs from now on." in said
    assert "Enough root keys have signed it." in said
    assert shown()["complete"] is True


def test_a_further_release_key_is_added_and_named(sticks: list[Path]) -> None:
    done("rotate", "release", "--add", "--label", "mayor")
    names = [listed.key.name for listed in _register().listed("release")]
    assert names == ["news.elmford.example/log/release", "news.elmford.example/log/release/mayor"]
    assert "say with --label whose key" in refused("rotate", "release", "--add")
    assert "--label and --add are for release keys" in refused("rotate", "log", "--label", "x")


def test_a_revocation_asks_first_and_tells_readers_why(
    sticks: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    done("update")
    arguments = ["revoke", "release", "--reason", "The laptop was stolen."]
    assert "Aborted" in refused(*arguments, typed="n\n")
    assert len(_register().keys) == 2
    said = done(*arguments, typed="y\n")
    assert "Readers will be told: compromised: The laptop was stolen." in said
    (gone, _new) = _register().listed("release")
    assert (gone.state, gone.reason) == ("compromised", "The laptop was stolen.")


def test_what_has_changed_is_logged_on_request_once_there_are_root_keys(sticks: list[Path]) -> None:
    hold_ceremony(sticks)
    assert "The register says what is so." in done("update")
    Organisation.objects.update(name="City of Elmford")
    said = done("update", "--root-key", sticks[0] / "root-1.key", typed=f"{PASSPHRASE}\n")
    assert "Root keys have to sign it: 2 are needed, 1 have signed." in said
    assert _register().organisation == "City of Elmford"


def test_new_root_keys_replace_the_old_ones_with_their_consent(sticks: list[Path]) -> None:
    hold_ceremony(sticks)
    old, passphrase = _register(), sticks[0].parent / "passphrase"
    new = sticks[0].parent / "new"
    new.mkdir()
    arguments = ["init", "--replace", "--to", new, "--passphrase-file", passphrase, "--yes"]
    consent = ["--root-key", sticks[0] / "root-1.key", "--root-key", sticks[2] / "root-3.key"]
    said = done(*arguments, *consent, typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert "Enough root keys have signed it." in said
    document = Document.newest_register()
    assert document is not None
    registers.verify_note(bytes(document.note), bytes(document.content), previous=old)
    assert _register().fingerprint() != old.fingerprint()


def test_before_set_up_there_are_no_keys(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    assert "This newsroom is not set up yet" in refused("init", "--yes")
    assert not list(keys.key_files())


def test_keys_are_locked_unlocked_and_locked_anew(sticks: list[Path], settings: Settings) -> None:
    done("update")
    plain = sorted(path.read_bytes() for path in keys.key_files())
    first, second = sticks[0].parent / "first", sticks[0].parent / "second"
    first.write_text("the first passphrase\n")
    second.write_text("the second passphrase\n")
    settings.KEY_PASSPHRASE = "the first passphrase"
    assert [caution.id for caution in cautions()] == ["record.W020", "record.W025", "record.W025"]
    assert done("lock").count("is rewritten") == 2
    assert all(keyfiles.is_locked(path) for path in keys.key_files())
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in keys.key_files())
    assert [caution.id for caution in cautions()] == ["record.W020"]
    done("rotate", "release")
    assert all(keyfiles.is_locked(path) for path in keys.key_files())
    settings.KEY_PASSPHRASE = "the second passphrase"
    assert "is locked with a passphrase, and none was given" in refused("lock")
    assert done("lock", "--before", first).count("is rewritten") == 2
    assert "is rewritten" not in done("lock", "--before", first)
    settings.KEY_PASSPHRASE = ""
    assert done("lock", "--before", second).count("is rewritten") == 2
    assert len({path.read_bytes() for path in keys.key_files()} & set(plain)) == 1  # the log key is as it was


def test_a_locked_key_without_its_passphrase_signs_nothing(sticks: list[Path], settings: Settings) -> None:
    settings.KEY_PASSPHRASE = "a quiet afternoon"
    done("update")
    settings.KEY_PASSPHRASE = ""
    said = refused("rotate", "log")
    assert "is locked with a passphrase, and none was given. Set ONRECORD_KEY_PASSPHRASE_FILE" in said
    assert len(_register().listed("log")) == 1


@pytest.mark.slow
@pytest.mark.once
def test_signing_needs_neither_a_newsroom_nor_django(sticks: list[Path]) -> None:
    hold_ceremony(sticks)
    done("export", "--to", sticks[0])
    program = (
        "import sys\nfrom onrecord.config.cli import main\n"
        "try:\n    main(sys.argv[1:], standalone_mode=False)\n"
        "finally:\n    print('django' in sys.modules)"
    )
    arguments = ["keys", "sign", "register-2.json", "--root-key", "root-1.key", "--yes"]
    arguments += ["--passphrase-file", "../passphrase"]
    done_there = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=sticks[0], capture_output=True, text=True, check=True
    )
    assert done_there.stdout.splitlines()[-1] == "False"
    assert "Enough" in done("import", sticks[0] / "register-2.note")


def _register() -> registers.Register:
    found = keys.newest_register()
    assert found is not None
    return found
