# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from onrecord.config.cli import COMMANDS, main
from onrecord.config.commands.config import _print_table
from onrecord.config.environment import given


def run(*arguments: str, **variables: str | None) -> tuple[int, str]:
    variables.setdefault("ONRECORD_DATABASE_URL", None)
    result = CliRunner().invoke(main, arguments, env=variables)
    return result.exit_code, result.output


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["config"], ["start", "--help"]])
def test_light_commands_never_load_django(arguments: list[str]) -> None:
    program = (
        "import sys; from onrecord.config.cli import main\n"
        f"try: main({arguments!r}, prog_name='onrecord')\n"
        "except SystemExit: pass\n"
        "sys.exit('django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def test_every_command_says_in_its_help_what_it_does() -> None:
    for name in COMMANDS:
        if name != "manage":
            status, text = run(name, "--help")
            assert status == 0
            assert COMMANDS[name].rstrip(".") in " ".join(text.split())


def test_config_shows_brackets_as_they_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    servers = "[fe80::1]:5353"
    _print_table(list(given({"ONRECORD_DNS_SERVERS": servers})))
    assert servers in capsys.readouterr().out


def test_config_shows_values_and_sources_without_secrets() -> None:
    address = "postgresql://me:hunter2@host/name"
    status, text = run("config", "--json", ONRECORD_DATABASE_URL=address, ONRECORD_PORT="81")
    assert status == 0
    shown = json.loads(text)
    assert shown["ONRECORD_PORT"] | {"help": ""} == {
        "value": 81,
        "source": "environment",
        "default": 8000,
        "help": "",
    }
    assert shown["ONRECORD_DATABASE_URL"]["value"] == "postgresql://me:•••@host/name"
    assert "hunter2" not in run("config", ONRECORD_DATABASE_URL=address)[1]


@pytest.mark.parametrize("arguments", [["bake"], ["manage", "newlink", "ada@example.org"], ["log", "status"]])
def test_commands_end_with_a_sentence_where_there_are_no_tables_no_database_or_a_newer_one(
    arguments: list[str], tmp_path: Path
) -> None:
    def ended(**variables: str) -> str:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
        found = subprocess.run(
            [sys.executable, "-m", "onrecord", *arguments],
            env=clean | {"ONRECORD_HOME": str(tmp_path)} | variables,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert found.returncode == 1
        assert "Traceback" not in found.stderr
        return found.stderr.splitlines()[-1]

    assert ended().startswith("Error: The database has not got the tables of this version. `onrecord start`")
    gone = ended(ONRECORD_DATABASE_URL="postgresql://me:secret@127.0.0.1:9/x")
    assert gone.startswith("Error: The database does not answer: ")
    assert "secret" not in gone
    (tmp_path / "version").write_text("99.0\n")
    assert "was written by OnRecord 99.0" in ended()


def test_a_command_that_does_not_exist_is_guessed() -> None:
    status, text = run("chekc")
    assert status == 2
    assert "No such command 'chekc'. Did you mean 'check'?" in text


def test_a_wrong_setting_ends_every_command_with_a_sentence() -> None:
    status, text = run("config", ONRECORD_DEBUG="yes")
    assert status == 1
    assert text == "Error: ONRECORD_DEBUG is 'yes'. Use 'true' or 'false'.\n"


def test_an_unknown_command_is_refused() -> None:
    status, text = run("publish")
    assert status == 2
    assert "No such command 'publish'" in text


def test_the_sample_says_how_to_get_its_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.config.commands.sample.find_spec", lambda _name: None)
    status, text = run("sample")
    assert status == 1
    assert "In a checkout use `./run sample`" in text


def test_a_progress_bar_is_silent_where_nobody_looks(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from onrecord.config.commands.progress import bar

    with bar("Baking") as moved:
        moved(1, 2)
        moved(2, None)
    assert capfd.readouterr() == ("", "")
