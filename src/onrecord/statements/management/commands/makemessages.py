# SPDX-License-Identifier: Apache-2.0
"""Django's own command finds `_("…")` in templates, but no call that has more in it than one text."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.core.management.commands import makemessages
from jinja2.ext import babel_extract

KEYWORDS: Any = {"_": None, "ngettext": (1, 2)}
"""Functions, and which of their arguments are texts: what `babel_extract` takes, whatever its types say."""
FOLDER = "site_templates"


class SiteFile(makemessages.BuildFile):
    """A file to be read by xgettext; of Jinja templates, all texts with places in them stand at its end."""

    def preprocess(self) -> None:
        super().preprocess()
        if FOLDER in Path(self.path).parts:
            with Path(self.work_path).open("a", encoding="utf-8") as file:
                file.write("\n" + "\n".join(calls(Path(self.path).read_bytes())) + "\n")


def calls(template: bytes) -> list[str]:
    """Return what a Jinja template asks gettext for, as calls in Python."""
    options = {"trim_blocks": "true", "lstrip_blocks": "true"}
    found = []
    for _line, function, message, _comments in babel_extract(io.BytesIO(template), KEYWORDS, [], options):
        texts = [message] if isinstance(message, str) else [text for text in message or () if text]
        number = ", 2" if function == "ngettext" else ""
        found.append(f"{function}({', '.join(map(repr, texts))}{number})")
    return found


class Command(makemessages.Command):
    """Bring the catalogues up to date."""

    build_file_class = SiteFile
