# SPDX-License-Identifier: Apache-2.0
"""The one table of everything an operator may set from outside.

It feeds `settings.py`, `onrecord config` and docs/settings.md. What an editor decides lives in the database.
`table` holds the settings, `kinds` what their text may be; here they are read.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from onrecord.config.environment.table import SETTINGS, Setting, Value
from onrecord.config.errors import SettingError
from onrecord.delivery import services

PREFIX = "ONRECORD_"
MASK = "•••"

Source = Literal["default", "environment", "file"]


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
    broker_queue: str
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
    press_mailbox: str
    websub_hub: str
    mail_webhook_secret: str
    log_level: str


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
