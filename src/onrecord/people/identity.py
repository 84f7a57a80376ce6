# SPDX-License-Identifier: Apache-2.0
"""What an organisation says about who it is: public registers, known domains, relations, a security contact.

Each kind is a line in a table here; how it looks in a file of the site is the concern of whoever writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

Row = Mapping[str, str]

MOST_ROWS = 50
MOST_DOMAINS = 10
"""Each is asked about this newsroom, also while somebody waits."""
LONGEST = 500
IDENTIFIER_FIELDS = ("scheme", "value", "register", "url")
RELATION_FIELDS = ("kind", "url")

_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
_LEI = re.compile(r"[0-9A-Z]{18}[0-9]{2}")
_TRANSPARENCY = re.compile(r"[0-9]{8,13}-[0-9]{2}")
_TELEPHONE = re.compile(r"tel:\+[0-9][0-9-]{5,19}")
_BLANK_OR_CONTROL = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of public register."""

    label: object
    check: Callable[[str], None]
    page: Callable[[str], str]
    """The address of an entry in the register, or nothing where it has none that is known."""
    named: bool = False
    """There are many of this kind, so the register has to be named."""


def _check_lei(value: str) -> None:
    """Refuse what is no LEI (ISO 17442): the check digits are ISO 7064, MOD 97-10."""
    if not _LEI.fullmatch(value):
        raise ValidationError(
            _("“%(value)s” is not a LEI: that is 18 letters and digits and 2 check digits.")
            % {"value": value}
        )
    if int("".join(str(int(character, 36)) for character in value)) % 97 != 1:
        raise ValidationError(
            _("The check digits of “%(value)s” do not fit: compare it with the register, letter by letter.")
            % {"value": value}
        )


def _check_transparency(value: str) -> None:
    if not _TRANSPARENCY.fullmatch(value):
        raise ValidationError(
            _("“%(value)s” is not a number of the EU Transparency Register. Write it as 123456789012-34.")
            % {"value": value}
        )


def _check_nothing(_value: str) -> None:
    """Registers write their numbers each in its own way."""


SCHEMES: Mapping[str, Scheme] = {
    "lei": Scheme(
        gettext_lazy("Legal Entity Identifier (LEI)"),
        _check_lei,
        lambda value: f"https://search.gleif.org/#/record/{value}",
    ),
    "company-number": Scheme(gettext_lazy("Company number"), _check_nothing, lambda _value: "", named=True),
    "eu-transparency-register": Scheme(
        gettext_lazy("EU Transparency Register"), _check_transparency, lambda _value: ""
    ),
    "other": Scheme(gettext_lazy("Another public register"), _check_nothing, lambda _value: "", named=True),
}

RELATIONS: Mapping[str, object] = {
    "belongto": pgettext_lazy("relation", "An association it belongs to"),
    "member": pgettext_lazy("relation", "One of its members"),
    "control": pgettext_lazy("relation", "A site it controls"),
    "controlledby": pgettext_lazy("relation", "Whoever controls it"),
    "social": pgettext_lazy("relation", "Its account on a platform"),
    "vendor": pgettext_lazy("relation", "Supplies it"),
    "customer": pgettext_lazy("relation", "Is supplied by it"),
    "disclosure": pgettext_lazy("relation", "Its disclosures"),
}
"""The relations of trust.txt (draft-org-trust-relationship-protocol), in the order they are offered in."""

DATA_TRAINING = ("", "yes", "no")
"""Whether machines may be trained on what is published here: nothing is said, yes, no."""


def normalise_domain(text: str) -> str:
    """Return a domain as DNS writes it: lower case, without scheme, path and final dot."""
    bare = text.strip().lower()
    try:
        if "://" in bare:
            bare = urlsplit(bare).netloc
        return bare.rstrip("./").encode("idna").decode("ascii")
    except ValueError:  # UnicodeError is one
        return bare


def normalise_contact(text: str) -> str:
    """Return a security contact with its scheme (RFC 9116, 2.5.3): an e-mail address gets mailto."""
    bare = text.strip()
    return f"mailto:{bare}" if "@" in bare and ":" not in bare else bare


def normalise_identifier(row: Row) -> dict[str, str]:
    """Return a register number without blank space around it, in the spelling of its register."""
    tidy = {name: " ".join(str(row.get(name) or "").split()) for name in IDENTIFIER_FIELDS}
    if tidy["scheme"] == "lei":
        tidy["value"] = tidy["value"].replace(" ", "").upper()
    return tidy


def page_of(row: Row) -> str:
    """Return where the entry of a register number can be read: as given, or as is known of the register."""
    return row.get("url") or SCHEMES[row["scheme"]].page(row["value"])


def validate_domains(domains: object) -> None:
    """Refuse what is no list of domain names."""
    for domain in _list(domains, MOST_DOMAINS):
        if not isinstance(domain, str) or not _DOMAIN.fullmatch(domain):
            raise ValidationError(
                _("“%(domain)s” is not a domain. Write it as elmford.example, without https and slash.")
                % {"domain": domain}
            )
    _refuse_repeated(_list(domains, MOST_DOMAINS))


def validate_identifiers(rows: object) -> None:
    """Refuse register numbers that cannot be right, that name no register, or that stand there twice."""
    seen = []
    for row in _rows(rows, IDENTIFIER_FIELDS):
        scheme = SCHEMES.get(row.get("scheme", ""))
        if scheme is None:
            raise ValidationError(_("A register number needs one of the kinds offered here."))
        value, register = row.get("value", ""), row.get("register", "")
        if not value:
            raise ValidationError(_("A register number is empty."))
        scheme.check(value)
        if scheme.named and not register:
            raise ValidationError(
                _("Name the register that “%(value)s” is from, as Companies House.") % {"value": value}
            )
        if row.get("url"):
            _check_address(row["url"])
        seen.append((row["scheme"], register, value))
    _refuse_repeated(seen)


def validate_relations(rows: object) -> None:
    """Refuse relations of an unknown kind, or to what is no address of a site."""
    seen = []
    for row in _rows(rows, RELATION_FIELDS):
        kind, address = row.get("kind", ""), row.get("url", "")
        if kind not in RELATIONS:
            raise ValidationError(_("A relation needs one of the kinds offered here."))
        _check_address(address)
        if "#" in address:
            raise ValidationError(
                _("“%(address)s” holds a “#”, after which programs stop reading. Leave that part out.")
                % {"address": address}
            )
        seen.append((kind, address))
    _refuse_repeated(seen)


def validate_contact(contact: str) -> None:
    """Refuse what RFC 9116 does not let a security contact be."""
    if not contact:
        return
    scheme, _colon, rest = contact.partition(":")
    if scheme == "mailto":
        validate_email(rest)
    elif scheme == "tel":
        if not _TELEPHONE.fullmatch(contact):
            raise ValidationError(
                _("“%(contact)s” is not a telephone number. Write it as tel:+32-2-555-0100.")
                % {"contact": contact}
            )
    elif scheme == "https":
        _check_address(contact)
    else:
        raise ValidationError(
            _("“%(contact)s” is neither an e-mail address nor an address beginning with https:// or tel:+.")
            % {"contact": contact}
        )


def validate_data_training(answer: str) -> None:
    """Refuse anything but yes, no and silence."""
    if answer not in DATA_TRAINING:
        raise ValidationError(_("“%(answer)s” is no answer. Use yes, no or nothing.") % {"answer": answer})


def _check_address(text: str) -> None:
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    usable = parts.scheme in {"http", "https"} and host and not parts.username
    if not usable or len(text) > LONGEST or _BLANK_OR_CONTROL.search(text):
        raise ValidationError(
            _("“%(address)s” is not an address. Write it as https://www.elmford.example/.")
            % {"address": text}
        )


def _list(rows: object, most: int) -> list[object]:
    if not isinstance(rows, list) or len(rows) > most:
        raise ValidationError(_("Give at most %(most)d lines.") % {"most": most})
    return rows


def _rows(rows: object, fields: tuple[str, ...]) -> list[dict[str, str]]:
    found = []
    for row in _list(rows, MOST_ROWS):
        if not isinstance(row, dict) or not set(row) <= set(fields):
            raise ValidationError(_("A line holds something that does not belong there."))
        texts = {name: value for name, value in row.items() if isinstance(value, str)}
        if len(texts) < len(row) or max(map(len, texts.values()), default=0) > LONGEST:
            raise ValidationError(_("A line holds more than 500 characters, or something that is no text."))
        found.append(texts)
    return found


def _refuse_repeated(seen: Sequence[object]) -> None:
    if len(set(seen)) != len(seen):
        raise ValidationError(_("The same line stands there twice."))
