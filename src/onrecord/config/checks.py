# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a newsroom, each with a number and a way out. docs/checks.md explains them."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from onrecord import wiring
from onrecord.config import home as homes
from onrecord.config import prepare
from onrecord.config.errors import HomeError
from onrecord.config.site_checks import SITE_CHECKS
from onrecord.config.troubles import DATABASE_HINT
from onrecord.delivery.errors import BadRelay
from onrecord.delivery.inbound.addresses import read_mailbox
from onrecord.delivery.inbound.models import Return
from onrecord.delivery.models import Route
from onrecord.delivery.routes import MAILBOX
from onrecord.delivery.services import is_service, read_service
from onrecord.delivery.transports.anymail.library import backend
from onrecord.people.errors import NotSetUp
from onrecord.people.models import Organisation
from onrecord.record import key_checks, mirror_checks

FREE_BYTES_WISHED = 1024**3
Check = Callable[[], list[CheckMessage]]


def data_directory() -> list[CheckMessage]:
    """E001, W002: the data directory can be written and has room."""
    home: Path = settings.HOME
    try:
        homes.refuse_unusable(home)
    except HomeError as error:
        return [Error(str(error), id="onrecord.E001")]
    free = shutil.disk_usage(home).free
    if free < FREE_BYTES_WISHED:
        return [
            Caution(
                f"The disk that holds {home} has {free // 2**20} MiB left.",
                hint="Make room before it is full: then nothing can be published.",
                id="onrecord.W002",
            )
        ]
    return []


def private_files() -> list[CheckMessage]:
    """E003: nobody but the program's own user can read its keys."""
    found: list[CheckMessage] = []
    for path in (settings.HOME / "secret_key", settings.HOME / "keys"):
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            found.append(
                Error(
                    f"{path} can be read by other users of this machine.",
                    hint=f"chmod {'700' if path.is_dir() else '600'} {path}",
                    id="onrecord.E003",
                )
            )
    return found


def database() -> list[CheckMessage]:
    """E004, E005: the database answers, and has the tables of this version."""
    try:
        between = prepare.left_between()
        if between:
            return [Error(between, hint=prepare.WAY_ON, id="onrecord.E005")]
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return [
            Error(
                f"The database does not answer: {str(error).strip()}",
                hint=DATABASE_HINT,
                id="onrecord.E004",
            )
        ]
    if plan:
        return [
            Error(
                f"The database has not got the tables of this version: {len(plan)} changes are missing.",
                hint="`onrecord start` applies them; `onrecord manage migrate` does so without starting.",
                id="onrecord.E005",
            )
        ]
    return []


def organisation() -> list[CheckMessage]:
    """W006, W007, E008: the newsroom is set up, on an address that browsers trust, and its site is baked."""
    try:
        current = Organisation.current()
    except NotSetUp:
        hint = "Open the link that `onrecord start` prints."
        return [Caution("This newsroom is not set up yet.", hint=hint, id="onrecord.W006")]
    except DatabaseError:
        return []  # E004 or E005 say why
    found: list[CheckMessage] = []
    if not current.address.startswith("https://") and not settings.DEBUG:
        found.append(
            Caution(
                f"The address of the site is {current.address}: without https it can be changed on the way.",
                hint="Put a proxy with a certificate in front (docs/administrators.md).",
                id="onrecord.W007",
            )
        )
    if not (settings.HOME / "site" / "index.html").exists():
        found.append(
            Error("The public site has not been baked.", hint="Run `onrecord bake`.", id="onrecord.E008")
        )
    return found


def debug() -> list[CheckMessage]:
    """W009: errors are not shown to the public."""
    if not settings.DEBUG:
        return []
    return [
        Caution(
            "ONRECORD_DEBUG is 'true': whoever meets an error sees the program's inside.",
            hint="Remove the variable wherever others can reach this newsroom.",
            id="onrecord.W009",
        )
    ]


def broker() -> list[CheckMessage]:
    """E010: the broker answers, where Celery carries the tasks."""
    if settings.ENVIRONMENT.tasks != "celery":
        return []
    from kombu.exceptions import OperationalError

    from onrecord.config.celery_backend import application

    try:
        with application().connection_for_write() as link:
            link.ensure_connection(max_retries=1, timeout=5)
    except (OSError, OperationalError) as error:
        return [
            Error(
                f"The broker does not answer: {error}",
                hint="Is ONRECORD_BROKER_URL right, and is RabbitMQ running?",
                id="onrecord.E010",
            )
        ]
    return []


def plugins() -> list[CheckMessage]:
    """E011: no two plugins have the same name."""
    names = [plugin.name for plugin in wiring.plugins()]
    return [
        Error(
            f"Two plugins are named '{name}'.",
            hint="Remove one of the two packages.",
            id="onrecord.E011",
        )
        for name in sorted({name for name in names if names.count(name) > 1})
    ]


def mail_service() -> list[CheckMessage]:
    """E003, W004 of delivery: the mail service has all that it needs, and may report."""
    if not is_service(settings.ENVIRONMENT.mail_url):
        return []
    service = read_service(settings.ENVIRONMENT.mail_url)
    try:
        backend(service.name)
    except BadRelay as error:
        return [
            Error(
                str(error),
                hint="docs/mail.md names the options of some services, anymail.dev those of all.",
                id="delivery.E003",
            )
        ]
    if settings.ENVIRONMENT.mail_webhook_secret:
        return []
    return [
        Caution(
            f"{service.place} is not listened to: dead addresses and complaints stay unnoticed.",
            hint="Set ONRECORD_MAIL_WEBHOOK_SECRET, and enter the address of docs/mail.md at the service.",
            id="delivery.W004",
        )
    ]


def returned_mail() -> list[CheckMessage]:
    """W001, W002 of delivery: what comes back by mail is read."""
    environment = settings.ENVIRONMENT
    if not environment.mail_url or is_service(environment.mail_url):
        return []
    if not environment.mail_inbox:
        return [] if environment.mail_lmtp or _has_come_back() else [_NOBODY_READS]
    return _unreadable_mailbox()


def press_mailbox() -> list[CheckMessage]:
    """W001, W002 of press: what journalists write comes in, and can be answered."""
    environment = settings.ENVIRONMENT
    if not environment.press_mailbox:
        return []
    found: list[CheckMessage] = []
    if not (environment.mail_inbox or environment.mail_lmtp or _has_come_back()):
        found.append(_NOBODY_READS_THE_PRESS)
    if not environment.mail_url:
        found.append(_NOBODY_ANSWERS_THE_PRESS)
    if environment.mail_inbox and (not environment.mail_url or is_service(environment.mail_url)):
        found += _unreadable_mailbox()  # otherwise `returned_mail` says so
    return found


def _unreadable_mailbox() -> list[CheckMessage]:
    place = read_mailbox(settings.ENVIRONMENT.mail_inbox).place
    try:
        route = Route.objects.filter(transport=MAILBOX, name=place, failures__gt=1).first()
    except DatabaseError:
        return []  # E004 or E005 say why
    if route is None:
        return []
    return [
        Caution(
            f"{route.last_reply} So it has been since {route.failing_since:%Y-%m-%d %H:%M} UTC.",
            hint="Is ONRECORD_MAIL_INBOX right, and does the server answer? It is tried again every minute.",
            id="delivery.W001",
        )
    ]


_NOBODY_READS = Caution(
    "Mail goes out, but nothing reads what comes back: dead addresses and complaints stay unnoticed.",
    hint="Set ONRECORD_MAIL_INBOX or ONRECORD_MAIL_LMTP, or pipe it to `onrecord mail inbound`.",
    id="delivery.W002",
)

_NOBODY_READS_THE_PRESS = Caution(
    "ONRECORD_PRESS_MAILBOX is set, but nothing reads mail: what journalists write there stays unseen.",
    hint="Set ONRECORD_MAIL_INBOX or ONRECORD_MAIL_LMTP, or pipe it to `onrecord mail inbound`.",
    id="press.W001",
)

_NOBODY_ANSWERS_THE_PRESS = Caution(
    "ONRECORD_PRESS_MAILBOX is set, but no mail goes out: journalists get neither receipt nor answer.",
    hint="Set ONRECORD_MAIL_URL, as docs/mail.md says.",
    id="press.W002",
)


def _has_come_back() -> bool:
    """Tell whether something has come in through the pipe, which no setting names."""
    try:
        return Return.objects.exists()
    except DatabaseError:
        return True  # E004 or E005 say why


CHECKS: tuple[Check, ...] = (
    data_directory,
    private_files,
    database,
    organisation,
    *SITE_CHECKS,
    debug,
    broker,
    plugins,
    mail_service,
    returned_mail,
    press_mailbox,
    key_checks.cautions,
    mirror_checks.problems,
)


@register(Tags.database, deploy=True)
def newsroom(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Run every check of ours. Only on request: they read disk and database."""
    return [message for check in CHECKS for message in check()]
