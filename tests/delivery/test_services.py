# SPDX-License-Identifier: Apache-2.0
"""How a mail service is named in the settings, and what is said when it cannot be used."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from onrecord.delivery import mail, services
from onrecord.delivery.errors import BadRelay
from onrecord.delivery.services import Service, read_service, why_not
from onrecord.delivery.transports.anymail.library import backend

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytest.importorskip("anymail", reason="django-anymail is an extra")
SECRET = "reports:a1b2c3d4e5f6g7h8i9j0"


def test_the_address_of_a_service_is_read() -> None:
    found = read_service("anymail+amazon_ses://?configuration_set_name=news&connections=8")
    assert found == Service("amazon_ses", {"configuration_set_name": "news"}, 8)
    assert found.settings() == {"AMAZON_SES_CONFIGURATION_SET_NAME": "news"}
    secret = read_service("anymail+postmark://?server_token=s3cret&message_stream=news")
    assert secret.secrets() == {"s3cret"}
    assert "s3cret" not in repr(secret)


@pytest.mark.parametrize(
    "url", ["anymail+postmark://token@x/", "anymail+://?a=b", "anymail+postmark://?connections=0", "anymail+a.b://"]
)  # fmt: skip
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"Use (anymail\+|a number)"):
        read_service(url)


def test_an_unknown_service_and_a_missing_library_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Use one of amazon_ses, brevo," in why_not(Service("pigeon", {}))
    monkeypatch.setattr(services, "find_spec", lambda _name: None)
    assert "pip install 'onrecord[anymail]'" in why_not(Service("postmark", {}))


def test_an_option_that_is_missing_is_told(settings: Settings) -> None:
    settings.ANYMAIL = {}
    with pytest.raises(BadRelay, match="lacks the option server_token of postmark"):
        backend("postmark")


def test_the_relay_is_the_service(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_url="anymail+postmark://?server_token=x")
    assert mail.relay() == Service("postmark", {"server_token": "x"})
    assert mail.relay_name() == "Postmark"
