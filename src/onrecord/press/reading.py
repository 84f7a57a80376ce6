# SPDX-License-Identifier: Apache-2.0
"""Files of journalists: CSV as spreadsheets write it, vCard as address books do. Bytes in, a table out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import vobject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from vobject.base import VObjectError

from onrecord.press.errors import BadFile

LARGEST = 20_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 100
FIELDS = {
    "name": gettext_lazy("Name"),
    "given_name": gettext_lazy("Given name"),
    "family_name": gettext_lazy("Family name"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Telephone"),
    "outlet": gettext_lazy("Outlet"),
    "role": gettext_lazy("Role"),
    "medium": gettext_lazy("Type of outlet"),
    "country": gettext_lazy("Country of the outlet"),
    "beats": gettext_lazy("Beats"),
    "languages": gettext_lazy("Languages"),
    "time_zone": gettext_lazy("Time zone"),
    "greeting": gettext_lazy("Greeting"),
    "note": gettext_lazy("Note"),
}
"""What a column can hold."""
_SPELLINGS = {
    "name": ("fullname", "contact", "contactname", "journalist", "nom", "nombre", "имя", "الاسم", "姓名"),
    "given_name": ("firstname", "first", "prenom", "vorname", "nombredepila"),
    "family_name": ("lastname", "last", "surname", "nomdefamille", "nachname", "apellido", "apellidos"),
    "email": ("emailaddress", "mail", "courriel", "correo", "adresse", "eaddress", "emailadresse"),
    "phone": ("telephone", "tel", "mobile", "cell", "phonenumber", "telefono", "telefon"),
    "outlet": ("organisation", "organization", "company", "media", "publication", "medio", "publisher"),
    "role": ("title", "jobtitle", "position", "function", "fonction", "cargo"),
    "medium": ("mediatype", "outlettype", "type", "kind"),
    "country": ("pays", "pais", "land", "nation"),
    "beats": ("beat", "topics", "topic", "subjects", "categories", "rubriques", "sections"),
    "languages": ("language", "langue", "langues", "idioma", "sprache", "lang"),
    "time_zone": ("timezone", "tz", "zone"),
    "greeting": ("salutation", "anrede"),
    "note": ("notes", "comment", "comments", "remarks"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: names of columns, and rows with the line (or the number of the card)."""

    columns: Sequence[str]
    rows: Sequence[tuple[int, list[str]]]
    problems: Sequence[tuple[int, str]] = field(default=())


def read(content: bytes) -> Table:
    """Read a file, whichever kind it is. Raises BadFile."""
    if len(content) > LARGEST:
        raise BadFile(
            _("The file has %(size)d MB; %(most)d MB can be read at once. Take it in parts.")
            % {"size": len(content) // 1_000_000, "most": LARGEST // 1_000_000}
        )
    text = _decoded(content)
    cards = re.match(r"\s*BEGIN:VCARD\s*$", text, re.IGNORECASE | re.MULTILINE)
    table = _vcards(text) if cards else _csv(text)
    if not table.rows:
        raise BadFile(_("Nothing in this file could be read as a row of a table or as a card (vCard)."))
    if len(table.rows) > MOST_ROWS:
        raise BadFile(_("The file has more than %(most)d rows. Take it in parts.") % {"most": MOST_ROWS})
    return table


def guessed(columns: Sequence[str]) -> dict[str, int]:
    """Return which column probably holds which field, by what it is called."""
    found: dict[str, int] = {}
    for number, column in enumerate(columns):
        plain = re.sub(r"[\W_]", "", column.casefold())
        for name, spellings in _SPELLINGS.items():
            if name not in found and (plain == name.replace("_", "") or plain in spellings):
                found[name] = number
                break
    return found


def _decoded(content: bytes) -> str:
    """Return text: UTF-8 or UTF-16 as marked, otherwise what Windows programs write in the West."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _csv(text: str) -> Table:
    first = text.lstrip("\n\r").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
        columns = [name.strip()[:100] for name in next(lines, [])][:MOST_COLUMNS]
        rows = [
            (lines.line_num, [value.strip()[:5000] for value in values[: len(columns)]])
            for values in lines
            if any(value.strip() for value in values)
        ]
    except csv.Error as error:
        raise BadFile(_("This is no table that could be read: %(error)s") % {"error": error}) from error
    return Table(columns, [(line, [*values, *[""] * (len(columns) - len(values))]) for line, values in rows])


def _vcards(text: str) -> Table:
    rows: list[tuple[int, list[str]]] = []
    problems: list[tuple[int, str]] = []
    for line, card in _cards(text):
        try:
            read_card = vobject.readOne(card, ignoreUnreadable=True)
            values = [_from_card(read_card, name) for name in FIELDS]
            rows += [(line, values)] if any(values) else []
        except (VObjectError, ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
            # The parser raises all of these for cards that are broken in different ways.
            problems.append((line, _("This card cannot be read: %(error)s") % {"error": str(error)[:200]}))
    return Table([str(label) for label in FIELDS.values()], rows, problems)


def _cards(text: str) -> Iterator[tuple[int, str]]:
    """Cut a file into its cards, so that a broken one spoils no other."""
    begun, lines = 0, [""]
    for number, line in enumerate(text.splitlines(), start=1):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            begun, lines = number, []
        if begun:
            lines.append(line)
        if word == "END:VCARD" and begun:
            yield begun, "\r\n".join(lines) + "\r\n"
            begun = 0


def _from_card(card: object, name: str) -> str:
    contents: dict[str, list[vobject.base.ContentLine]] = getattr(card, "contents", {})

    def every(key: str) -> list[str]:
        return [_plain(line.value) for line in contents.get(key, []) if _plain(line.value)]

    def first(key: str) -> str:
        return next(iter(every(key)), "")

    preferred = [_plain(line.value) for line in contents.get("email", []) if _is_preferred(line)]
    found = {
        "name": first("fn") or first("n"),
        "email": next(iter(preferred), first("email")),
        "phone": first("tel").removeprefix("tel:"),
        "outlet": first("org").partition(";")[0],
        "role": first("title") or first("role"),
        "beats": ";".join(every("categories")),
        "languages": ";".join(every("lang")),
        "time_zone": first("tz"),
        "note": ";".join(every("note")),
    }
    return found.get(name, "")


def _is_preferred(line: vobject.base.ContentLine) -> bool:
    types = [str(one).upper() for one in line.params.get("TYPE", [])]
    return "PREF" in types or "PREF" in line.params


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ";".join(str(one).strip() for one in value)
    return " ".join(str(value).split())
