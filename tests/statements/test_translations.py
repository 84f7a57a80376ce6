# SPDX-License-Identifier: Apache-2.0
"""The words of site and desk in the languages that are shipped: complete, and as the catalogues say."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import to_locale

from onrecord.statements.pages import wording
from onrecord.statements.pages.languages import TRANSLATED

SOURCE = Path(__file__).resolve().parents[2] / "src"
LOCALE = SOURCE / "onrecord" / "locale"
LANGUAGES = [language for language in TRANSLATED if language != "en"]
PLACES = re.compile(r"%\(\w+\)[-.\d]*[a-z]|%[-.\d]*[a-z]")


def catalogue(language: str) -> Catalog:
    """Return a language's messages as translators edit them."""
    with (LOCALE / to_locale(language) / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file)


def both_forms(message: Message) -> tuple[str, str]:
    """Return the singular and plural of the English text, the same where there is no plural."""
    singular, *plural = message.id if isinstance(message.id, tuple | list) else (message.id,)
    return str(singular), str(plural[0] if plural else singular)


def translations(message: Message) -> list[str]:
    """Return the translation in all its plural forms."""
    found = message.string
    return [str(form) for form in (found if isinstance(found, tuple | list) else (found,))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            assert not message.fuzzy, message.id
            assert all(translations(message)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_places_of_the_original(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            wanted = [sorted(PLACES.findall(form)) for form in both_forms(message)]
            for text in translations(message):
                assert sorted(PLACES.findall(text)) in wanted, (message.id, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    with (LOCALE / to_locale(language) / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = {both_forms(message): translations(message) for message in read_mo(file) if message.id}
    written = {both_forms(message): translations(message) for message in catalogue(language) if message.id}

    assert compiled == written


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Corrigé le 1"), ("es", "Corregido el 1"), ("ru", "Исправлено 1"), ("zh-hans", "更正于1")],
)
def test_the_program_finds_the_translations(language: str, words: str) -> None:
    with translation.override(language):
        assert wording.change("correct", "correction", "1") == words


def test_gettext_has_no_name_that_makemessages_does_not_know() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{node.lineno} calls {alias.name} {alias.asname}"
        for path in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(("translation", "catalogue"))
        for alias in node.names
        if "gettext" in alias.name and alias.asname not in {None, "_"}
    ]
    assert not found, "what is asked for under another name is never translated"


@pytest.mark.slow
@pytest.mark.once
def test_no_text_of_the_program_is_missing_from_the_catalogues(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        missing = "xgettext is not on this machine (Debian: apt install gettext)"
        pytest.fail(missing) if os.environ.get("ONRECORD_CI") else pytest.skip(missing)
    shutil.copytree(SOURCE / "onrecord", tmp_path / "onrecord", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {
        **os.environ,
        "PYTHONPATH": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "onrecord.config.settings",
        "ONRECORD_HOME": str(tmp_path / "home"),
    }
    asked = [sys.executable, "-m", "django", "makemessages", "-l", "fr", "-v", "0"]
    subprocess.run(asked, cwd=tmp_path / "onrecord", env=environment, check=True, timeout=120)
    with (tmp_path / "onrecord" / "locale" / "fr" / "LC_MESSAGES" / "django.po").open("rb") as file:
        found = {both_forms(message) for message in read_po(file) if message.id}

    known = {both_forms(message) for message in catalogue("fr") if message.id}
    assert found == known, "run makemessages and translate, as docs/site.md says"
