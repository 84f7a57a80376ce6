# SPDX-License-Identifier: Apache-2.0
"""The table itself: each setting with its kind, its default and its help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from onrecord.config.environment import kinds
from onrecord.delivery.inbound.addresses import read_listener, read_mailbox, read_pattern

Value = str | int | bool


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


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ONRECORD_HOME", kinds.words, "data", "The data directory: everything that has to be kept is in it."
    ),
    Setting(
        "ONRECORD_DATABASE_URL",
        kinds.url("postgresql", "postgres"),
        "",
        "Address of a PostgreSQL database. Empty: SQLite in the data directory.",
        secret=True,
    ),
    Setting(
        "ONRECORD_SECRET_KEY",
        kinds.secret_key,
        "",
        "Key that signs sessions. Empty: one is made and kept in the data directory.",
        secret=True,
    ),
    Setting("ONRECORD_HOST", kinds.words, "127.0.0.1", "Network address the web server listens on."),
    Setting("ONRECORD_PORT", kinds.whole_number(1, 65535), 8000, "Port the web server listens on."),
    Setting("ONRECORD_WEB_WORKERS", kinds.whole_number(1, 64), 2, "Number of web server processes."),
    Setting(
        "ONRECORD_TRUSTED_PROXIES",
        kinds.networks,
        "127.0.0.1,::1",
        "Proxies in front whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    ),
    Setting(
        "ONRECORD_TASKS",
        kinds.one_of("database", "celery"),
        "database",
        "Who carries tasks to the workers: the database, or Celery with a RabbitMQ broker.",
    ),
    Setting(
        "ONRECORD_BROKER_URL",
        kinds.url("amqp", "amqps"),
        "",
        "Address of the RabbitMQ broker. Needed when ONRECORD_TASKS is 'celery'.",
        secret=True,
    ),
    Setting(
        "ONRECORD_BROKER_QUEUE",
        kinds.queue_name,
        "onrecord",
        "Name of the queue at the broker: each newsroom that shares a virtual host needs another.",
    ),
    Setting(
        "ONRECORD_PRIVATE_ADDRESSES",
        kinds.private_networks,
        "refuse",
        "Whether addresses that an administrator entered may be private: refuse, allow, or which networks.",
    ),
    Setting(
        "ONRECORD_DNS_SERVERS",
        kinds.name_servers,
        "",
        "Name servers that are asked about known domains and mail. Empty: those of this machine.",
    ),
    Setting(
        "ONRECORD_KEY_PASSPHRASE",
        kinds.words,
        "",
        "Locks and opens the files of release and log keys. Empty: they are not locked.",
        secret=True,
    ),
    Setting(
        "ONRECORD_MIRRORS",
        kinds.addresses,
        "",
        "Addresses of mirrors of the site, separated by spaces: they are asked what they hold of the log.",
    ),
    Setting(
        "ONRECORD_TIMESTAMP_AUTHORITY",
        kinds.web_address,
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
        kinds.relay,
        "",
        "Mail relay, as smtp://user:password@mail.example.org:587?tls=starttls. Empty: no mail.",
        secret=True,
    ),
    Setting(
        "ONRECORD_MAIL_FROM",
        kinds.mail_address,
        "",
        "Address that mail comes from. Needed with ONRECORD_MAIL_URL.",
    ),
    Setting(
        "ONRECORD_MAIL_RETURNS",
        kinds.read_by(read_pattern),
        "",
        "Where mail comes back to, as bounces+*@example.org. Empty: ONRECORD_MAIL_FROM with a plus.",
    ),
    Setting(
        "ONRECORD_MAIL_INBOX",
        kinds.read_by(read_mailbox),
        "",
        "Mailbox that mail comes back to, as imaps://user:password@imap.example.org/INBOX. Empty: none.",
        secret=True,
    ),
    Setting(
        "ONRECORD_MAIL_LMTP",
        kinds.read_by(read_listener),
        "",
        "Where mail that comes back is taken in over LMTP, as 127.0.0.1:8024 or unix:/run/onrecord/lmtp.",
    ),
    Setting(
        "ONRECORD_PRESS_MAILBOX",
        kinds.mail_address,
        "",
        "Address that journalists write to, as press@example.org; its mail has to come in here. Empty: none.",
    ),
    Setting(
        "ONRECORD_WEBSUB_HUB",
        kinds.websub_hub,
        "",
        "Who pushes feeds (WebSub): the address of a hub, or off. Empty: this newsroom does it itself.",
    ),
    Setting(
        "ONRECORD_MAIL_WEBHOOK_SECRET",
        kinds.user_and_password,
        "",
        "What a mail service shows when it reports, as user:password. Empty: it is not listened to.",
        secret=True,
    ),
    Setting(
        "ONRECORD_LOG_LEVEL",
        kinds.one_of("debug", "info", "warning", "error"),
        "info",
        "How much is logged to standard error.",
    ),
    Setting("ONRECORD_DEBUG", kinds.true_or_false, False, "Show errors in the browser. Never in public."),
    Setting(
        "ONRECORD_CI",
        kinds.one_of("", "1"),
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
