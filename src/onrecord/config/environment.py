# SPDX-License-Identifier: Apache-2.0
"""The one table of everything an operator may set from outside.

It feeds `settings.py`, `onrecord config` and docs/settings.md. What an editor decides lives in the database.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from onrecord.config.errors import SettingError
from onrecord.delivery import services
from onrecord.delivery.inbound.addresses import read_listener, read_mailbox, read_pattern
from onrecord.identity.dns import server_list
from onrecord.outbound import addresses as outbound

PREFIX = "ONRECORD_"
MASK = "•••"

Value = str | int | bool
Source = Literal["default", "environment", "file"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable: `kind` turns its text into a value, or raises ValueError saying what to use instead."""

    name: str
    kind: Callable[[str], Value]
    default: Value
    help: str
    secret: bool = False
    """Its value is never shown, and may be given as a file through `<name>_FILE`."""
    tests_only: bool = False
    """Read by the test suite, without effect on the program."""


@dataclass(frozen=True, slots=True)
class Given:
    """A setting with the value in force and where that came from."""

    setting: Setting
    value: Value
    source: Source

    @property
    def shown(self) -> Value:
        """The value as it may be printed."""
        if not self.setting.secret or not self.value:
            return self.value
        return masked(str(self.value))


@dataclass(frozen=True, slots=True)
class Environment:
    """The values in force, one field for each setting of the program."""

    home: str
    database_url: str
    secret_key: str
    debug: bool
    host: str
    port: int
    web_workers: int
    trusted_proxies: str
    tasks: str
    broker_url: str
    private_addresses: str
    dns_servers: str
    key_passphrase: str
    mirrors: str
    timestamp_authority: str
    timestamp_root: str
    mail_url: str
    mail_from: str
    mail_returns: str
    mail_inbox: str
    mail_lmtp: str
    websub_hub: str
    mail_webhook_secret: str
    log_level: str


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a kind that accepts one of these words."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError("Use " + " or ".join(f"'{choice}'" for choice in choices) + ".")
        return text

    return parse


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a kind that accepts a whole number between two bounds, both included."""

    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            raise ValueError(f"Use a whole number from {lowest} to {highest}.")
        return int(text)

    return parse


def url(*schemes: str) -> Callable[[str], str]:
    """Return a kind that accepts an address with one of these schemes, or nothing."""

    def parse(text: str) -> str:
        expected = f"Use an address as {schemes[0]}://user:password@host:port/name."
        try:
            parts = urlsplit(text)
            parts.port  # noqa: B018 - raises ValueError when the port is no number
        except ValueError:
            raise ValueError(expected) from None
        if text and (parts.scheme not in schemes or not parts.netloc):
            raise ValueError(expected)
        return text

    return parse


def web_address(text: str) -> str:
    """Accept an http or https address, or nothing."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
    except ValueError:
        usable = False
    if text and not usable:
        raise ValueError("Use an address as https://tsa.example.org/tsr, without user and password.")
    return text


def true_or_false(text: str) -> bool:
    """Accept 'true' or 'false' and nothing that merely resembles them."""
    if text not in {"true", "false"}:
        raise ValueError("Use 'true' or 'false'.")
    return text == "true"


def words(text: str) -> str:
    """Accept any text that is not empty."""
    if not text.strip():
        raise ValueError("Give it a value, or remove the variable.")
    return text


def networks(text: str) -> str:
    """Accept addresses and networks separated by commas, or nothing."""
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            ipaddress.ip_network(part)
        except ValueError:
            raise ValueError(
                "Use addresses or networks separated by commas, as 10.0.0.5,10.1.0.0/16."
            ) from None
    return text


def private_networks(text: str) -> str:
    """Accept 'refuse', 'allow', or networks separated by commas."""
    if text not in {"refuse", "allow"}:
        try:
            known = outbound.networks(text)
        except ValueError:
            known = ()
        if not known:
            raise ValueError(
                "Use 'refuse', 'allow', or networks separated by commas, as 10.1.0.0/16,192.168.7.4."
            )
    return text


def private_addresses(text: str) -> outbound.Private:
    """Return what `onrecord.outbound` is told about addresses that are not on the public internet."""
    return text == "allow" or (outbound.networks(text) if text != "refuse" else False)


def websub_hub(text: str) -> str:
    """Accept 'off', the address of a hub, or nothing."""
    try:
        return text if text == "off" else web_address(text)
    except ValueError:
        raise ValueError("Use 'off', or the address of a hub as https://hub.example.org/.") from None


def name_servers(text: str) -> str:
    """Accept addresses of name servers separated by commas, or nothing."""
    try:
        server_list(text)
    except ValueError:
        raise ValueError(
            "Use addresses separated by commas, and a port unless it is 53: 192.0.2.1, [2001:db8::1]:5353."
        ) from None
    return text


def mail_address(text: str) -> str:
    """Accept one mail address, or nothing."""
    name, _, domain = text.rpartition("@")
    if text and (not name or "." not in domain or any(c.isspace() or c in "<>," for c in text)):
        raise ValueError("Use one address without a name, as news@example.org.")
    return text


def relay(text: str) -> str:
    """Accept the address of a mail relay, or of a mail service that can be used here, or nothing."""
    if not services.is_service(text):
        return url("smtp")(text)
    if reason := services.why_not(services.read_service(text)):
        raise ValueError(reason)
    return text


def user_and_password(text: str) -> str:
    """Accept a user and a password that is too long to be guessed, or nothing."""
    if text and not re.fullmatch(r"[A-Za-z0-9._~-]+:[A-Za-z0-9._~-]{20,}", text):
        raise ValueError("Use user:password, the password of at least 20 random letters and digits.")
    return text


def read_by(reader: Callable[[str], object]) -> Callable[[str], str]:
    """Return a kind that accepts what a reader reads without a ValueError, or nothing."""

    def parse(text: str) -> str:
        if text:
            reader(text)
        return text

    return parse


def addresses(text: str) -> str:
    """Accept web addresses separated by spaces, or nothing."""
    for part in text.split():
        try:
            parts = urlsplit(part)
            plain = parts.scheme in {"http", "https"} and parts.hostname and not parts.query
            parts.port  # noqa: B018 - raises ValueError when the port is no number
        except ValueError:
            plain = False
        if not plain or parts.username:
            raise ValueError("Use addresses separated by spaces, as https://mirror.example/elmford.")
    return text


def secret_key(text: str) -> str:
    """Accept a key that is too long to be guessed."""
    if len(text) < 50:
        raise ValueError(
            "Use at least 50 random characters, or remove the variable: then one is made for you."
        )
    return text


SETTINGS: tuple[Setting, ...] = (
    Setting("ONRECORD_HOME", words, "data", "The data directory: everything that has to be kept is in it."),
    Setting(
        "ONRECORD_DATABASE_URL",
        url("postgresql", "postgres"),
        "",
        "Address of a PostgreSQL database. Empty: SQLite in the data directory.",
        secret=True,
    ),
    Setting(
        "ONRECORD_SECRET_KEY",
        secret_key,
        "",
        "Key that signs sessions. Empty: one is made and kept in the data directory.",
        secret=True,
    ),
    Setting("ONRECORD_HOST", words, "127.0.0.1", "Network address the web server listens on."),
    Setting("ONRECORD_PORT", whole_number(1, 65535), 8000, "Port the web server listens on."),
    Setting("ONRECORD_WEB_WORKERS", whole_number(1, 64), 2, "Number of web server processes."),
    Setting(
        "ONRECORD_TRUSTED_PROXIES",
        networks,
        "127.0.0.1,::1",
        "Proxies in front whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    ),
    Setting(
        "ONRECORD_TASKS",
        one_of("database", "celery"),
        "database",
        "Who carries tasks to the workers: the database, or Celery with a RabbitMQ broker.",
    ),
    Setting(
        "ONRECORD_BROKER_URL",
        url("amqp", "amqps"),
        "",
        "Address of the RabbitMQ broker. Needed when ONRECORD_TASKS is 'celery'.",
        secret=True,
    ),
    Setting(
        "ONRECORD_PRIVATE_ADDRESSES",
        private_networks,
        "refuse",
        "Whether addresses that an administrator entered may be private: refuse, allow, or which networks.",
    ),
    Setting(
        "ONRECORD_DNS_SERVERS",
        name_servers,
        "",
        "Name servers that are asked about known domains and mail. Empty: those of this machine.",
    ),
    Setting(
        "ONRECORD_KEY_PASSPHRASE",
        words,
        "",
        "Locks and opens the files of release and log keys. Empty: they are not locked.",
        secret=True,
    ),
    Setting(
        "ONRECORD_MIRRORS",
        addresses,
        "",
        "Addresses of mirrors of the site, separated by spaces: they are asked what they hold of the log.",
    ),
    Setting(
        "ONRECORD_TIMESTAMP_AUTHORITY",
        web_address,
        "",
        "Address of an RFC 3161 authority that timestamps the newest checkpoint once a day. Empty: none.",
    ),
    Setting(
        "ONRECORD_TIMESTAMP_ROOT",
        str,
        "",
        "File with the root certificates (PEM) that the authority's answers have to lead up to.",
    ),
    Setting(
        "ONRECORD_MAIL_URL",
        relay,
        "",
        "Mail relay, as smtp://user:password@mail.example.org:587?tls=starttls. Empty: no mail.",
        secret=True,
    ),
    Setting(
        "ONRECORD_MAIL_FROM",
        mail_address,
        "",
        "Address that mail comes from. Needed with ONRECORD_MAIL_URL.",
    ),
    Setting(
        "ONRECORD_MAIL_RETURNS",
        read_by(read_pattern),
        "",
        "Where mail comes back to, as bounces+*@example.org. Empty: ONRECORD_MAIL_FROM with a plus.",
    ),
    Setting(
        "ONRECORD_MAIL_INBOX",
        read_by(read_mailbox),
        "",
        "Mailbox that mail comes back to, as imaps://user:password@imap.example.org/INBOX. Empty: none.",
        secret=True,
    ),
    Setting(
        "ONRECORD_MAIL_LMTP",
        read_by(read_listener),
        "",
        "Where mail that comes back is taken in over LMTP, as 127.0.0.1:8024 or unix:/run/onrecord/lmtp.",
    ),
    Setting(
        "ONRECORD_WEBSUB_HUB",
        websub_hub,
        "",
        "Who pushes feeds (WebSub): the address of a hub, or off. Empty: this newsroom does it itself.",
    ),
    Setting(
        "ONRECORD_MAIL_WEBHOOK_SECRET",
        user_and_password,
        "",
        "What a mail service shows when it reports, as user:password. Empty: it is not listened to.",
        secret=True,
    ),
    Setting(
        "ONRECORD_LOG_LEVEL",
        one_of("debug", "info", "warning", "error"),
        "info",
        "How much is logged to standard error.",
    ),
    Setting("ONRECORD_DEBUG", true_or_false, False, "Show errors in the browser. Never in public."),
    Setting(
        "ONRECORD_CI",
        one_of("", "1"),
        "",
        "In the test suite: a missing browser, server or broker is a failure.",
        tests_only=True,
    ),
    Setting(
        "ONRECORD_CONFORMANCE",
        str,
        "",
        "In the test suite: directory with other people's test vectors.",
        tests_only=True,
    ),
)


def given(variables: Mapping[str, str] | None = None) -> tuple[Given, ...]:
    """Return every setting with its value and source; raise SettingError for what cannot be understood."""
    variables = os.environ if variables is None else variables
    _refuse_unknown(variables)
    found = tuple(_given(setting, variables) for setting in SETTINGS)
    values = {one.setting.name: one.value for one in found}
    if values["ONRECORD_TASKS"] == "celery" and not values["ONRECORD_BROKER_URL"]:
        raise SettingError(
            "ONRECORD_TASKS is 'celery', but ONRECORD_BROKER_URL is empty. "
            "Set it to the broker's address, as amqp://user:password@host:5672/."
        )
    if values["ONRECORD_TIMESTAMP_AUTHORITY"] and not values["ONRECORD_TIMESTAMP_ROOT"]:
        raise SettingError(
            "ONRECORD_TIMESTAMP_AUTHORITY is set, but ONRECORD_TIMESTAMP_ROOT is empty. "
            "Name a PEM file with the root certificate that the authority publishes."
        )
    if values["ONRECORD_MAIL_URL"] and not values["ONRECORD_MAIL_FROM"]:
        raise SettingError(
            "ONRECORD_MAIL_URL is set, but ONRECORD_MAIL_FROM is empty. "
            "Set it to the address that mail comes from, as news@example.org."
        )
    return found


def read(variables: Mapping[str, str] | None = None) -> Environment:
    """Return the values in force; raise SettingError for what cannot be understood."""
    values = {
        one.setting.name.removeprefix(PREFIX).lower(): one.value
        for one in given(variables)
        if not one.setting.tests_only
    }
    return Environment(**values)  # type: ignore[arg-type]  # each kind returns what its field says


def masked(text: str) -> str:
    """Return a secret as it may be shown: of an address all but its password, of anything else nothing."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return MASK
    if not parts.scheme or not parts.netloc:
        return MASK
    shown = parts.hostname or ""
    if parts.port:
        shown += f":{parts.port}"
    if parts.username:
        shown = f"{parts.username}{':' + MASK if parts.password else ''}@{shown}"
    return parts._replace(netloc=shown, query="", fragment="").geturl()


def secrets(environment: Environment) -> tuple[str, ...]:
    """Return every text that must appear in no log, as it was written and as it is when decoded."""
    found = {environment.secret_key, environment.key_passphrase}
    addresses = (environment.database_url, environment.broker_url, environment.mail_url)
    if services.is_service(environment.mail_url):
        found |= services.read_service(environment.mail_url).secrets()
    if environment.mail_webhook_secret:
        found.add(environment.mail_webhook_secret.partition(":")[2])
    for address in (*addresses, environment.mail_inbox):
        if address and (password := urlsplit(address).password):
            found |= {password, unquote(password)}
    return tuple(sorted(text for text in found if text))


def _given(setting: Setting, variables: Mapping[str, str]) -> Given:
    name, file_name = setting.name, f"{setting.name}_FILE"
    if setting.secret and file_name in variables:
        if name in variables:
            raise SettingError(f"Both {name} and {file_name} are set. Remove one of them.")
        return Given(setting, _parse(setting, _content(file_name, variables[file_name]), file_name), "file")
    if name not in variables:
        return Given(setting, setting.default, "default")
    if setting.default == "" and not variables[name]:
        return Given(setting, "", "environment")
    return Given(setting, _parse(setting, variables[name], name), "environment")


def _parse(setting: Setting, text: str, name: str) -> Value:
    try:
        return setting.kind(text)
    except ValueError as error:
        seen = "has a value that cannot be used" if setting.secret else f"is '{text}'"
        raise SettingError(f"{name} {seen}. {error}") from None


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SettingError(
            f"{name} is '{path}', which cannot be read: {reason}. Name a file this program may read."
        ) from None


def _refuse_unknown(variables: Mapping[str, str]) -> None:
    known = {setting.name for setting in SETTINGS}
    known |= {f"{setting.name}_FILE" for setting in SETTINGS if setting.secret}
    for name in sorted(variables):
        if name.startswith(PREFIX) and name not in known:
            # Without what all names share, or all of them are close.
            words = {one.removeprefix(PREFIX): one for one in sorted(known)}
            close = difflib.get_close_matches(name.removeprefix(PREFIX), words, n=1)
            hint = f"Did you mean {words[close[0]]}?" if close else "`onrecord config` lists every setting."
            raise SettingError(f"{name} is not a setting. {hint}")
