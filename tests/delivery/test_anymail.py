# SPDX-License-Identifier: Apache-2.0
"""Mail through a service: what it is given, and what it reports. The library's own code runs throughout."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail as django_mail
from django.test import Client

from onrecord.delivery import actions as ledger
from onrecord.delivery import transports
from onrecord.delivery.errors import RouteDown
from onrecord.delivery.inbound.models import Return
from onrecord.delivery.models import Delivery, Distribution, State, Suppression
from onrecord.delivery.sender import Sender
from onrecord.delivery.services import Service, read_service
from onrecord.delivery.transports.anymail import transport as carrying
from onrecord.delivery.transports.anymail.library import backend, library
from onrecord.delivery.transports.anymail.transport import AnymailTransport
from onrecord.people.models import Organisation
from tests.delivery.pigeons import send
from tests.delivery.returned import HOST, accepted
from tests.delivery.test_smtp import letter, readers

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytest.importorskip("anymail", reason="django-anymail is an extra")
SECRET = "reports:a1b2c3d4e5f6g7h8i9j0"
SIGNING_KEY = "mailgun-signing-key"


@pytest.fixture
def outbox() -> Iterator[list[Any]]:
    """What anymail's own test service was given."""
    django_mail.outbox = []
    yield django_mail.outbox
    django_mail.outbox = []


def carry(service: Service) -> Distribution:
    """Freeze a letter for two readers and let the service carry it."""
    distribution = send(readers(2), transport="smtp", body=letter().to_json())
    transports.register(AnymailTransport(service))
    try:
        asyncio.run(Sender("sender 1").run(until_idle=True))
    finally:
        transports.forget("smtp")
    return distribution


@pytest.mark.django_db(transaction=True)
def test_a_service_is_given_the_whole_message_and_told_to_watch_nobody(outbox: list[Any]) -> None:
    distribution = carry(Service("test", {}))
    rows = {row.recipient: row for row in distribution.deliveries.all()}
    assert {row.state for row in rows.values()} == {State.ACCEPTED}
    assert {row.reply for row in rows.values()} == {"sent by Test as 0", "sent by Test as 1"}
    assert len(outbox) == 2
    given = outbox[0].anymail_test_params
    [to] = given["to"]
    assert (str(given["from"]), given["subject"]) == (
        "Town of Elmford <news@elmford.example>",
        "Water in Elmford is safe – نعم",
    )
    assert "the water is safe" in given["text_body"]
    assert "<p>Dear Zoë &lt;Reader&gt; &amp; Co" in given["html_body"]
    assert given["metadata"] == {"delivery": rows[to.addr_spec].message_id}
    assert (given["track_opens"], given["track_clicks"]) == (False, False)
    headers = given["extra_headers"]
    assert headers["Message-ID"] == f"<{rows[to.addr_spec].message_id}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert not {"Content-Type", "MIME-Version", "Date", "To"} & set(headers)


class _Answer:
    def __init__(self, status: int, headers: dict[str, str]) -> None:
        self.status_code, self.headers, self.reason, self.text = status, headers, "Reason", "no"


@pytest.mark.parametrize(
    ("status", "state", "wait"),
    [(422, State.FAILED, None), (429, State.DEFERRED, 90.0), (401, None, None), (503, None, None)],
)
def test_an_error_about_one_message_is_told_from_one_about_the_account(
    outbox: list[Any], status: int, state: State | None, wait: float | None
) -> None:
    session, message = backend("test"), carrying.as_django(mail_to_jan())
    answer = library("exceptions").AnymailRequestsAPIError(response=_Answer(status, {"Retry-After": "90"}))
    message.anymail_test_response = answer  # type: ignore[attr-defined]  # anymail's own way
    if state is None:
        with pytest.raises(RouteDown, match="takes nothing now"):
            carrying._carried(session, 1, message)
    else:
        settled = carrying._carried(session, 1, message)
        assert (settled.state, settled.retry_after) == (state, wait)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("queued", State.ACCEPTED),
        ("rejected", State.FAILED),
        ("failed", State.FAILED),
        ("unknown", State.UNKNOWN),
    ],
)
def test_what_a_service_answers_is_what_became_of_the_delivery(
    outbox: list[Any], status: str, state: State
) -> None:
    message = carrying.as_django(mail_to_jan())
    recipient = library("message").AnymailRecipientStatus("abc", status)
    answer = {"recipient_status": {"jan@reader.example": recipient}}
    message.anymail_test_response = answer  # type: ignore[attr-defined]  # anymail's own way
    settled = carrying._carried(backend("test"), 1, message)
    assert (settled.state, settled.reply) == (state, f"{status} by Test as abc")


def mail_to_jan() -> Any:
    outgoing = transports.Outgoing(
        1, 1, "jan@reader.example", "reader.example", f"1.{'a' * 24}@{HOST}", dict(readers(1)[0].data), 1
    )
    return letter().envelope(outgoing)


# What the service reports


@pytest.fixture
def postmark(settings: Settings, organisation: Organisation) -> Client:
    """Mail goes through Postmark, which knows the secret."""
    return _through(settings, "anymail+postmark://?server_token=secret-token")


@pytest.fixture
def mailgun(settings: Settings, organisation: Organisation) -> Client:
    """Mail goes through Mailgun, which signs what it reports."""
    return _through(settings, f"anymail+mailgun://?api_key=k&webhook_signing_key={SIGNING_KEY}")


def _through(settings: Settings, url: str) -> Client:
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT, mail_url=url, mail_from=f"news@{HOST}", mail_webhook_secret=SECRET
    )
    settings.ANYMAIL = {**read_service(url).settings(), "WEBHOOK_SECRET": SECRET}
    return _client(SECRET)


def _client(secret: str) -> Client:
    word = base64.b64encode(secret.encode()).decode()
    return Client(enforce_csrf_checks=True, headers={"authorization": f"Basic {word}"})


def bounce(one: Delivery, **more: object) -> dict[str, object]:
    """Return a report in the shape of Postmark's documentation of its bounce webhook."""
    return {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Name": "Hard bounce",
        "Tag": "",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {"delivery": one.message_id},
        "ServerID": 23,
        "MessageStream": "outbound",
        "Description": "The server was unable to deliver your message (ex: unknown user).",
        "Details": f"smtp;550 5.1.1 <{one.recipient}>: User unknown",
        "Email": one.recipient,
        "From": f"news@{HOST}",
        "BouncedAt": "2026-11-26T09:14:19.0000000Z",
        "DumpAvailable": True,
        "Inactive": True,
        "CanActivate": True,
        "Subject": "Water is safe",
        **more,
    }


def post(client: Client, service: str, report: object) -> int:
    body = report if isinstance(report, str) else json.dumps(report)
    answer = client.post(f"/mail/events/{service}", body, content_type="application/json")
    return int(answer.status_code)


def test_a_hard_bounce_that_postmark_reports_silences_the_address(postmark: Client) -> None:
    [one] = accepted()
    assert [post(postmark, "postmark", bounce(one)) for _ in range(2)] == [200, 200]
    one.refresh_from_db()
    assert one.state == State.BOUNCED
    assert "5.1.1" in one.reply
    assert one.recipient not in one.reply
    assert Suppression.objects.get().reason == "hard_bounce"
    assert Return.objects.get().door == "postmark"


@pytest.mark.parametrize(
    ("report", "state", "reason"),
    [
        ({"Type": "SoftBounce", "Details": "", "Description": "mailbox full"}, State.BOUNCED, None),
        ({"Type": "Transient", "Details": ""}, State.ACCEPTED, None),
        ({"Type": "Blocked", "Details": "smtp;554 5.7.1 blocked"}, State.BOUNCED, None),
        ({"Type": "BadEmailAddress", "Details": ""}, State.BOUNCED, "hard_bounce"),
        ({"Type": "AutoResponder", "Details": ""}, State.ACCEPTED, None),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint"}, State.COMPLAINED, "complaint"),
        ({"RecordType": "Open"}, State.ACCEPTED, None),
        ({"RecordType": "Click", "OriginalLink": "https://x"}, State.ACCEPTED, None),
    ],
)
def test_each_report_of_postmark_has_its_effect(
    postmark: Client, report: dict[str, object], state: State, reason: str | None
) -> None:
    [one] = accepted()
    assert post(postmark, "postmark", bounce(one, **report)) == 200
    one.refresh_from_db()
    assert one.state == state
    assert list(Suppression.objects.values_list("reason", flat=True)) == ([reason] if reason else [])


def test_an_unsubscription_at_the_service_is_one_here(postmark: Client) -> None:
    [one] = accepted()
    report = {
        "RecordType": "SubscriptionChange",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {"delivery": one.message_id},
        "ChangedAt": "2026-11-26T09:14:19Z",
        "Recipient": one.recipient,
        "Origin": "Recipient",
        "SuppressSending": True,
        "SuppressionReason": "ManualSuppression",
    }
    assert post(postmark, "postmark", report) == 200
    assert Suppression.objects.get().reason == "request"
    one.refresh_from_db()
    assert one.state == State.ACCEPTED


def test_what_arrived_stays_accepted_and_says_so(postmark: Client) -> None:
    [one] = accepted()
    report = {
        "RecordType": "Delivery",
        "MessageID": "x",
        "Metadata": {"delivery": one.message_id},
        "Recipient": one.recipient,
        "DeliveredAt": "2026-11-26T09:14:19Z",
        "Details": "250 2.0.0 OK",
    }
    assert post(postmark, "postmark", report) == 200
    one.refresh_from_db()
    assert (one.state, one.reply) == (State.ACCEPTED, "delivered: 250 2.0.0 OK")
    assert not Return.objects.exists()


def test_a_service_that_keeps_no_metadata_is_understood_by_its_own_id(postmark: Client) -> None:
    [one] = accepted()
    theirs = bounce(one)["MessageID"]
    Delivery.objects.filter(pk=one.pk).update(reply=f"queued by Postmark as {theirs}")
    assert post(postmark, "postmark", bounce(one, Metadata={})) == 200
    one.refresh_from_db()
    assert one.state == State.BOUNCED


def test_a_report_about_nothing_of_ours_changes_nothing(postmark: Client) -> None:
    [one] = accepted()
    assert post(postmark, "postmark", bounce(one, Metadata={}, MessageID="other")) == 200
    one.refresh_from_db()
    assert one.state == State.ACCEPTED


def test_a_report_that_comes_too_early_is_asked_for_again(postmark: Client) -> None:
    [one] = accepted()
    Delivery.objects.filter(pk=one.pk).update(state=State.IN_FLIGHT, lease_until=one.due_at)
    assert post(postmark, "postmark", bounce(one)) == 503
    Delivery.objects.filter(pk=one.pk).update(state=State.ACCEPTED, lease_until=None)
    assert post(postmark, "postmark", bounce(one)) == 200
    assert Suppression.objects.exists()


@pytest.mark.usefixtures("stopped_clock")
def test_strangers_are_refused_and_soon_not_even_listened_to(postmark: Client) -> None:
    [one] = accepted()
    for client in (Client(), _client("reports:a1b2c3d4e5f6g7h8i9j1")):
        assert post(client, "postmark", bounce(one)) == 403
    for _ in range(28):
        post(Client(), "postmark", bounce(one))
    assert post(Client(), "postmark", bounce(one)) == 429
    one.refresh_from_db()
    assert one.state == State.ACCEPTED


def test_nonsense_and_books_are_refused(postmark: Client) -> None:
    assert post(postmark, "postmark", "{") == 400
    assert post(postmark, "postmark", "[1]") == 400
    assert post(postmark, "postmark", " " * (2 * 1024 * 1024 + 1)) == 413
    assert postmark.get("/mail/events/postmark").status_code == 200


def test_only_the_service_that_is_set_is_listened_to(postmark: Client, settings: Settings) -> None:
    [one] = accepted()
    assert post(postmark, "sendgrid", bounce(one)) == 404
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_webhook_secret="")
    assert post(postmark, "postmark", bounce(one)) == 404
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_url="", mail_webhook_secret=SECRET)
    assert post(postmark, "postmark", bounce(one)) == 404


def failed(one: Delivery, *, key: str = SIGNING_KEY, **more: object) -> dict[str, object]:
    """Return a report in the shape of Mailgun's documentation, signed."""
    moment, token = "1795683259", "50dc4f1e9b3d4ad0a8f4c0b2f5f3a1e6c9b8d7a6f5e4d3c2b1"
    signature = hmac.new(key.encode(), f"{moment}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": moment, "token": token, "signature": signature},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "id": "G9Bn5sl1TC6nu79C8C0bwg",
            "timestamp": 1795683259.1,
            "log-level": "error",
            "recipient": one.recipient,
            "recipient-domain": "loft.example",
            "user-variables": {"delivery": one.message_id},
            "delivery-status": {
                "code": 550,
                "message": "5.1.1 The email account that you tried to reach does not exist",
                "description": "",
            },
            "message": {"headers": {"message-id": one.message_id, "to": one.recipient}},
            **more,
        },
    }


def test_whoever_was_forgotten_and_unsubscribes_at_the_service_is_nobody(mailgun: Client) -> None:
    [one] = accepted()
    said = failed(one, event="unsubscribed")
    ledger.forget(one.recipient)
    assert post(mailgun, "mailgun", said) == 200
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("more", "state", "reason"),
    [
        ({}, State.BOUNCED, "hard_bounce"),
        ({"user-variables": {}}, State.BOUNCED, "hard_bounce"),
        ({"severity": "temporary"}, State.ACCEPTED, None),
        ({"event": "complained"}, State.COMPLAINED, "complaint"),
        ({"event": "unsubscribed"}, State.ACCEPTED, "request"),
        ({"event": "delivered"}, State.ACCEPTED, None),
        ({"event": "opened"}, State.ACCEPTED, None),
    ],
)
def test_each_report_of_mailgun_has_its_effect(
    mailgun: Client, more: dict[str, Any], state: State, reason: str | None
) -> None:
    [one] = accepted()
    assert post(mailgun, "mailgun", failed(one, **more)) == 200
    one.refresh_from_db()
    assert one.state == state
    assert list(Suppression.objects.values_list("reason", flat=True)) == ([reason] if reason else [])


def test_a_report_with_a_wrong_signature_is_refused(mailgun: Client) -> None:
    [one] = accepted()
    assert post(mailgun, "mailgun", failed(one, key="guessed")) == 403
    assert not Suppression.objects.exists()


# How it is set
