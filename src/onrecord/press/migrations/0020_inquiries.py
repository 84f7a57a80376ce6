# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0004_paces"),
        ("people", "0009_outside_reviewers"),
        ("press", "0004_imports"),
        ("statements", "0012_forgeries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        help_text="To be said aloud. It opens nothing.", max_length=12, unique=True
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Not confirmed"),
                            ("new", "New"),
                            ("taken", "Taken"),
                            ("spokesperson", "Waiting for a spokesperson"),
                            ("sign-off", "Waiting for sign-off"),
                            ("answered", "Answered"),
                            ("closed", "Closed"),
                        ],
                        default="new",
                        max_length=12,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("question", "A question"),
                            ("quote", "A quote"),
                            ("interview", "An interview"),
                            ("visit", "A visit, or to film and photograph"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "terms",
                    models.CharField(
                        choices=[
                            ("on-record", "On the record: may be quoted by name"),
                            ("background", "On background: may be used, not by name"),
                            ("off-record", "Off the record: not to be used"),
                        ],
                        default="on-record",
                        max_length=12,
                        verbose_name="terms",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("form", "by the form"),
                            ("page", "by the page of the inquiry"),
                            ("mail", "by mail"),
                            ("desk", "entered at the desk"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "language",
                    models.CharField(help_text="Of the newsroom, in which they are answered.", max_length=20),
                ),
                ("subject_line", models.CharField(blank=True, max_length=300)),
                ("outlet", models.CharField(blank=True, max_length=200, verbose_name="outlet")),
                ("outlet_key", models.CharField(blank=True, help_text="As it is compared.", max_length=200)),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("phone", models.CharField(blank=True, max_length=50, verbose_name="telephone")),
                ("deadline_at", models.DateTimeField(null=True, verbose_name="deadline")),
                (
                    "deadline_zone",
                    models.CharField(blank=True, help_text="IANA, as they gave it.", max_length=64),
                ),
                ("order_at", models.DateTimeField(help_text="The deadline, or two weeks after it came in.")),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "confirmed_at",
                    models.DateTimeField(
                        help_text="When it was shown that the address is theirs.", null=True
                    ),
                ),
                ("taken_at", models.DateTimeField(null=True)),
                ("draft", models.TextField(blank=True)),
                (
                    "draft_number",
                    models.PositiveIntegerField(default=0, help_text="Grows with every change of the draft."),
                ),
                ("signed_off_at", models.DateTimeField(null=True)),
                (
                    "signed_number",
                    models.PositiveIntegerField(
                        help_text="Which draft that was; it holds for it alone.", null=True
                    ),
                ),
                ("answered_at", models.DateTimeField(help_text="When the first answer was sent.", null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "Answered"),
                            ("declined", "Declined"),
                            ("no-answer", "No answer in time"),
                            ("withdrawn", "Withdrawn by the journalist"),
                            ("no-inquiry", "No inquiry"),
                        ],
                        max_length=12,
                    ),
                ),
                ("outcome_reason", models.TextField(blank=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "reminded",
                    models.PositiveSmallIntegerField(
                        help_text="Hours before the deadline, of the last.", null=True
                    ),
                ),
                (
                    "door_number",
                    models.CharField(help_text="What the secret of links is derived from.", max_length=64),
                ),
                ("door_hash", models.CharField(max_length=64, unique=True)),
                (
                    "reply_hash",
                    models.CharField(help_text="Of the token in Reply-To.", max_length=64, unique=True),
                ),
                (
                    "reduced_at",
                    models.DateTimeField(help_text="When what is personal was removed.", null=True),
                ),
                (
                    "about",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="inquiries",
                        to="statements.statement",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inquiries",
                        to="people.contact",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inquiries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "published_as",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="answers_published",
                        to="statements.statement",
                    ),
                ),
                (
                    "signed_off_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "spokesperson",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="statements.spokesperson",
                    ),
                ),
                (
                    "writers",
                    models.ManyToManyField(
                        help_text="Who wrote the draft.", related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InquiryMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("asked", "Asked"), ("answer", "Answer"), ("note", "Note")], max_length=6
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("form", "by the form"),
                            ("page", "by the page of the inquiry"),
                            ("mail", "by mail"),
                            ("desk", "entered at the desk"),
                        ],
                        default="desk",
                        max_length=6,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("text", models.TextField()),
                (
                    "from_elsewhere",
                    models.BooleanField(default=False, help_text="By mail from another address."),
                ),
                (
                    "message_id",
                    models.CharField(blank=True, help_text="Of the mail, without brackets.", max_length=250),
                ),
                (
                    "reusable",
                    models.BooleanField(default=False, help_text="An answer that colleagues may use again."),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "distribution",
                    models.ForeignKey(
                        help_text="How it went out.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delivery.distribution",
                    ),
                ),
                (
                    "inquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="press.inquiry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InquiryFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "media_type",
                    models.CharField(help_text="As the mail says; nobody relies on it.", max_length=100),
                ),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("body", models.BinaryField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="press.inquirymessage",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InquiryPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sign_off",
                    models.CharField(
                        choices=[
                            ("always", "Every answer"),
                            ("on-record", "Answers on the record"),
                            ("never", "No answer"),
                        ],
                        default="on-record",
                        max_length=10,
                        verbose_name="A second person signs off",
                    ),
                ),
                (
                    "show_response_time",
                    models.BooleanField(
                        default=False, verbose_name="Show in the press room how fast we answer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="press_inquirypolicy_only_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="InquiryReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.CharField(db_index=True, max_length=250)),
                (
                    "distribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delivery.distribution",
                    ),
                ),
                (
                    "inquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to="press.inquiry",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(fields=["state", "order_at", "id"], name="press_inquiry_board"),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(fields=["owner", "state", "order_at", "id"], name="press_inquiry_owner"),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(fields=["kind", "state", "order_at", "id"], name="press_inquiry_kind"),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(fields=["language", "state", "order_at", "id"], name="press_inquiry_language"),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(fields=["outlet_key", "state", "order_at", "id"], name="press_inquiry_outlet"),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(fields=["answered_at"], name="press_inquiry_answered"),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(fields=["received_at"], name="press_inquiry_received"),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("reduced_at__isnull", True), ("state", "closed")),
                fields=["closed_at"],
                name="press_inquiry_to_reduce",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", True)),
                    _connector="OR",
                ),
                name="press_inquiry_closed_when",
            ),
        ),
        migrations.AddIndex(
            model_name="inquirymessage",
            index=models.Index(fields=["inquiry", "id"], name="press_inquirymessage_of"),
        ),
        migrations.AddIndex(
            model_name="inquirymessage",
            index=models.Index(
                condition=models.Q(("message_id", ""), _negated=True),
                fields=["message_id"],
                name="press_inquirymessage_mail",
            ),
        ),
        migrations.AddIndex(
            model_name="inquirymessage",
            index=models.Index(fields=["kind", "reusable", "id"], name="press_inquirymessage_kind"),
        ),
    ]
