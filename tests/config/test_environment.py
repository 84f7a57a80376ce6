# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.config.environment import given, masked, read, secrets
from onrecord.config.errors import SettingError


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"ONRECORD_DEBUG": "yes"}, "ONRECORD_DEBUG is 'yes'. Use 'true' or 'false'."),
        ({"ONRECORD_PORT": "http"}, "ONRECORD_PORT is 'http'. Use a whole number from 1 to 65535."),
        ({"ONRECORD_PORT": "70000"}, "ONRECORD_PORT is '70000'. Use a whole number from 1 to 65535."),
        ({"ONRECORD_TASKS": "redis"}, "ONRECORD_TASKS is 'redis'. Use 'database' or 'celery'."),
        ({"ONRECORD_HOME": " "}, "ONRECORD_HOME is ' '. Give it a value, or remove the variable."),
        ({"ONRECORD_PROT": "1"}, "ONRECORD_PROT is not a setting. Did you mean ONRECORD_PORT?"),
        (
            {"ONRECORD_QUIXOTIC": "1"},
            "ONRECORD_QUIXOTIC is not a setting. `onrecord config` lists every setting.",
        ),
        (
            {"ONRECORD_DATABASE_URL": "mysql://me:hunter2@host/name"},
            (
                "ONRECORD_DATABASE_URL has a value that cannot be used. "
                "Use an address as postgresql://user:password@host:port/name."
            ),
        ),
        (
            {"ONRECORD_TASKS": "celery"},
            (
                "ONRECORD_TASKS is 'celery', but ONRECORD_BROKER_URL is empty. "
                "Set it to the broker's address, as amqp://user:password@host:5672/."
            ),
        ),
        (
            {"ONRECORD_SECRET_KEY": "short"},
            (
                "ONRECORD_SECRET_KEY has a value that cannot be used. "
                "Use at least 50 random characters, or remove the variable: then one is made for you."
            ),
        ),
        (
            {"ONRECORD_BROKER_QUEUE": "two words"},
            (
                "ONRECORD_BROKER_QUEUE is 'two words'. Use at most 100 letters, digits, dots, hyphens and "
                "underscores, as onrecord-elmford."
            ),
        ),
        (
            {"ONRECORD_DNS_SERVERS": "dns.example"},
            (
                "ONRECORD_DNS_SERVERS is 'dns.example'. Use addresses separated by commas, and a port unless "
                "it is 53: 192.0.2.1, [2001:db8::1]:5353."
            ),
        ),
        (
            {"ONRECORD_TIMESTAMP_AUTHORITY": "https://tsa.example/tsr"},
            (
                "ONRECORD_TIMESTAMP_AUTHORITY is set, but ONRECORD_TIMESTAMP_ROOT is empty. "
                "Name a PEM file with the root certificate that the authority publishes."
            ),
        ),
        (
            {"ONRECORD_TIMESTAMP_AUTHORITY": "tsa.example"},
            (
                "ONRECORD_TIMESTAMP_AUTHORITY is 'tsa.example'. "
                "Use an address as https://tsa.example.org/tsr, without user and password."
            ),
        ),
        (
            {"ONRECORD_TRUSTED_PROXIES": "proxy"},
            (
                "ONRECORD_TRUSTED_PROXIES is 'proxy'. "
                "Use addresses or networks separated by commas, as 10.0.0.5,10.1.0.0/16."
            ),
        ),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_way_out(
    variables: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SettingError) as refusal:
        read(variables)
    assert str(refusal.value) == sentence


def test_without_variables_the_defaults_hold() -> None:
    environment = read({"PATH": "/usr/bin"})
    assert (environment.home, environment.port, environment.debug) == ("data", 8000, False)
    assert {one.source for one in given({})} == {"default"}


def test_a_secret_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://me:hunter2@host/name\n", encoding="utf-8")
    variables = {"ONRECORD_DATABASE_URL_FILE": str(file)}
    assert read(variables).database_url == "postgresql://me:hunter2@host/name"
    assert "file" in {one.source for one in given(variables)}


def test_a_secret_is_not_given_twice(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="Both ONRECORD_BROKER_URL and ONRECORD_BROKER_URL_FILE are set"):
        read({"ONRECORD_BROKER_URL": "amqp://a@b/", "ONRECORD_BROKER_URL_FILE": str(tmp_path)})


def test_a_secret_file_that_is_missing_is_named() -> None:
    with pytest.raises(SettingError, match="'/nowhere', which cannot be read: No such file or directory"):
        read({"ONRECORD_SECRET_KEY_FILE": "/nowhere"})


def test_only_secrets_may_be_files() -> None:
    with pytest.raises(
        SettingError, match=r"ONRECORD_PORT_FILE is not a setting\. Did you mean ONRECORD_PORT?"
    ):
        read({"ONRECORD_PORT_FILE": "/etc/port"})


def test_passwords_are_masked_and_listed_for_the_log_to_hide() -> None:
    address = "postgresql://me:hun%40ter2@host:5433/name?sslkey=x"
    assert masked(address) == "postgresql://me:•••@host:5433/name"
    assert masked("just a key") == "•••"
    environment = read({"ONRECORD_DATABASE_URL": address, "ONRECORD_SECRET_KEY": "k" * 50})
    assert set(secrets(environment)) == {"hun@ter2", "hun%40ter2", "k" * 50}


def test_what_opens_a_mail_service_is_hidden_too() -> None:
    url = "anymail+postmark://?server_token=s3cret-token&message_stream=news"
    environment = read(
        {
            "ONRECORD_MAIL_URL": url,
            "ONRECORD_MAIL_FROM": "news@example.org",
            "ONRECORD_MAIL_WEBHOOK_SECRET": f"reports:{'x' * 20}",
            "ONRECORD_MAIL_INBOX": "imaps://news:hunter2@imap.example.org/",
        }
    )
    assert masked(url) == "•••"
    assert masked(environment.mail_inbox) == "imaps://news:•••@imap.example.org/"
    assert set(secrets(environment)) == {"s3cret-token", "x" * 20, "hunter2"}


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"ONRECORD_MAIL_URL": "anymail+pigeon://?a=b"}, "Use one of amazon_ses, brevo, "),
        ({"ONRECORD_MAIL_URL": "anymail+postmark://token@x"}, r"Use anymail\+<service>://"),
        ({"ONRECORD_MAIL_WEBHOOK_SECRET": "reports:short"}, "the password of at least 20 random letters"),
        ({"ONRECORD_MAIL_RETURNS": "bounces@example.org"}, "with a star right before the @"),
        ({"ONRECORD_MAIL_LMTP": "0.0.0.0:24"}, "Use a port of this machine"),
        ({"ONRECORD_MAIL_INBOX": "imaps://imap.example.org"}, "has a value that cannot be used"),
    ],
)
def test_mail_settings_that_cannot_be_used_are_refused(variables: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence):
        read(variables)
