# SPDX-License-Identifier: Apache-2.0
"""Inquiries: what journalists ask, by when, what was said, and what the newsroom has decided about them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.delivery.models import Distribution
from onrecord.people.models import Contact, User
from onrecord.statements.models import Spokesperson, Statement


class InquiryKind(models.TextChoices):
    """What is asked for."""

    QUESTION = "question", _("A question")
    QUOTE = "quote", _("A quote")
    INTERVIEW = "interview", _("An interview")
    VISIT = "visit", _("A visit, or to film and photograph")


class Terms(models.TextChoices):
    """What may be done with the answer."""

    ON_RECORD = "on-record", _("On the record: may be quoted by name")
    BACKGROUND = "background", _("On background: may be used, not by name")
    OFF_RECORD = "off-record", _("Off the record: not to be used")


class Origin(models.TextChoices):
    """How something came in."""

    FORM = "form", _("by the form")
    PAGE = "page", _("by the page of the inquiry")
    MAIL = "mail", _("by mail")
    DESK = "desk", _("entered at the desk")


class InquiryState(models.TextChoices):
    """How far an inquiry has come."""

    HELD = "held", _("Not confirmed")
    NEW = "new", _("New")
    TAKEN = "taken", _("Taken")
    SPOKESPERSON = "spokesperson", _("Waiting for a spokesperson")
    SIGN_OFF = "sign-off", _("Waiting for sign-off")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


OPEN = (InquiryState.NEW, InquiryState.TAKEN, InquiryState.SPOKESPERSON, InquiryState.SIGN_OFF)
"""Somebody waits for an answer, and the newsroom knows of it."""
IN_HAND = (InquiryState.TAKEN, InquiryState.SPOKESPERSON, InquiryState.SIGN_OFF)
"""Somebody here has it."""


class Outcome(models.TextChoices):
    """What came of an inquiry that is closed."""

    ANSWERED = "answered", _("Answered")
    DECLINED = "declined", _("Declined")
    NO_ANSWER = "no-answer", _("No answer in time")
    WITHDRAWN = "withdrawn", _("Withdrawn by the journalist")
    NONE = "no-inquiry", _("No inquiry")


class Inquiry(models.Model):
    """A journalist's question, quote or interview request with a deadline.

    Name, outlet, telephone and address go two years after it is closed; what is counted stays.
    """

    reference = models.CharField(max_length=12, unique=True, help_text="To be said aloud. It opens nothing.")
    state = models.CharField(max_length=12, choices=InquiryState.choices, default=InquiryState.NEW)
    kind = models.CharField(_("kind"), max_length=12, choices=InquiryKind.choices)
    terms = models.CharField(_("terms"), max_length=12, choices=Terms.choices, default=Terms.ON_RECORD)
    origin = models.CharField(max_length=6, choices=Origin.choices)
    language = models.CharField(max_length=20, help_text="Of the newsroom, in which they are answered.")
    subject_line = models.CharField(max_length=300, blank=True)
    outlet = models.CharField(_("outlet"), max_length=200, blank=True)
    outlet_key = models.CharField(max_length=200, blank=True, help_text="As it is compared.")
    name = models.CharField(_("name"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=50, blank=True)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="inquiries")
    about = models.ForeignKey(
        Statement, null=True, blank=True, on_delete=models.SET_NULL, related_name="inquiries"
    )
    deadline_at = models.DateTimeField(_("deadline"), null=True)
    deadline_zone = models.CharField(max_length=64, blank=True, help_text="IANA, as they gave it.")
    order_at = models.DateTimeField(help_text="The deadline, or two weeks after it came in.")
    received_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, help_text="When it was shown that the address is theirs.")
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="inquiries")
    taken_at = models.DateTimeField(null=True)
    spokesperson = models.ForeignKey(Spokesperson, null=True, on_delete=models.SET_NULL, related_name="+")
    draft = models.TextField(blank=True)
    draft_number = models.PositiveIntegerField(default=0, help_text="Grows with every change of the draft.")
    writers = models.ManyToManyField(User, related_name="+", help_text="Who wrote the draft.")
    signed_off_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    signed_off_at = models.DateTimeField(null=True)
    signed_number = models.PositiveIntegerField(
        null=True, help_text="Which draft that was; it holds for it alone."
    )
    answered_at = models.DateTimeField(null=True, help_text="When the first answer was sent.")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    outcome_reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(
        null=True, help_text="Hours before the deadline, of the last."
    )
    published_as = models.ForeignKey(
        Statement, null=True, on_delete=models.SET_NULL, related_name="answers_published"
    )
    door_number = models.CharField(max_length=64, help_text="What the secret of links is derived from.")
    door_hash = models.CharField(max_length=64, unique=True)
    reply_hash = models.CharField(max_length=64, unique=True, help_text="Of the token in Reply-To.")
    reduced_at = models.DateTimeField(null=True, help_text="When what is personal was removed.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
                name="press_inquiry_closed_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "order_at", "id"], name="press_inquiry_board"),
            models.Index(fields=["owner", "state", "order_at", "id"], name="press_inquiry_owner"),
            models.Index(fields=["kind", "state", "order_at", "id"], name="press_inquiry_kind"),
            models.Index(fields=["language", "state", "order_at", "id"], name="press_inquiry_language"),
            models.Index(fields=["outlet_key", "state", "order_at", "id"], name="press_inquiry_outlet"),
            models.Index(fields=["answered_at"], name="press_inquiry_answered"),
            models.Index(fields=["received_at"], name="press_inquiry_received"),
            models.Index(
                fields=["closed_at"],
                condition=models.Q(state="closed", reduced_at__isnull=True),
                name="press_inquiry_to_reduce",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"inquiry/{self.pk}"

    @property
    def address(self) -> str:
        """The mail address, or nothing."""
        return self.contact.address if self.contact else ""

    @property
    def is_open(self) -> bool:
        """Tell whether somebody waits for an answer."""
        return self.state in OPEN

    @property
    def is_overdue(self) -> bool:
        """Tell whether the deadline has passed without an answer."""
        return self.is_open and self.deadline_at is not None and self.deadline_at < timezone.now()

    @property
    def is_signed_off(self) -> bool:
        """Tell whether somebody signed off the draft as it is now."""
        return self.signed_off_by_id is not None and self.signed_number == self.draft_number


class MessageKind(models.TextChoices):
    ASKED = "asked", _("Asked")
    ANSWER = "answer", _("Answer")
    NOTE = "note", _("Note")


class InquiryMessage(models.Model):
    """Something that was said: by the journalist, to the journalist, or among colleagues."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=6, choices=MessageKind.choices)
    origin = models.CharField(max_length=6, choices=Origin.choices, default=Origin.DESK)
    at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    from_elsewhere = models.BooleanField(default=False, help_text="By mail from another address.")
    message_id = models.CharField(max_length=250, blank=True, help_text="Of the mail, without brackets.")
    distribution = models.ForeignKey(
        Distribution, null=True, on_delete=models.PROTECT, related_name="+", help_text="How it went out."
    )
    reusable = models.BooleanField(default=False, help_text="An answer that colleagues may use again.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["inquiry", "id"], name="press_inquirymessage_of"),
            models.Index(
                fields=["message_id"],
                condition=~models.Q(message_id=""),
                name="press_inquirymessage_mail",
            ),
            models.Index(fields=["kind", "reusable", "id"], name="press_inquirymessage_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of {self.inquiry_id}"


class InquiryReceipt(models.Model):
    """A mail that only says that an inquiry was taken in: so that answers to it find their place."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="receipts")
    message_id = models.CharField(max_length=250, db_index=True)
    distribution = models.ForeignKey(Distribution, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"receipt of {self.inquiry_id}"


class InquiryFile(models.Model):
    """A file that came with a mail. It is downloaded at the desk, never shown."""

    message = models.ForeignKey(InquiryMessage, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100, help_text="As the mail says; nobody relies on it.")
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()

    def __str__(self) -> str:
        return self.name


class SignOff(models.TextChoices):
    """Which answers need a second person."""

    ALWAYS = "always", _("Every answer")
    ON_RECORD = "on-record", _("Answers on the record")
    NEVER = "never", _("No answer")


class InquiryPolicy(models.Model):
    """How the newsroom answers. One row."""

    ONLY: ClassVar[int] = 1

    sign_off = models.CharField(
        _("A second person signs off"), max_length=10, choices=SignOff.choices, default=SignOff.ON_RECORD
    )
    show_response_time = models.BooleanField(_("Show in the press room how fast we answer"), default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="press_inquirypolicy_only_one"),
        ]

    def __str__(self) -> str:
        return "how inquiries are answered"

    @classmethod
    def current(cls) -> InquiryPolicy:
        """Return the policy in force."""
        return cls.objects.filter(pk=cls.ONLY).first() or cls(pk=cls.ONLY)
