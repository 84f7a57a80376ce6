# SPDX-License-Identifier: Apache-2.0

import uuid

import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import modelsearch.index
import wagtail.fields
import wagtail.models.preview
from django.conf import settings
from django.db import migrations, models

from onrecord.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("statements", "0001_initial"),
        ("statements", "0003_feed_order"),
        ("statements", "0004_search"),
        ("statements", "0005_further_editions"),
        ("statements", "0006_edition_writers"),
        ("statements", "0007_seals"),
        ("statements", "0009_erasures"),
        ("statements", "0011_erasures_by_nobody"),
        ("statements", "0012_forgeries"),
    ]

    initial = True

    dependencies = [
        ("people", "0002_groups"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="Spokesperson",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("role", models.CharField(max_length=200, verbose_name="role")),
                        (
                            "expertise",
                            models.CharField(blank=True, max_length=300, verbose_name="speaks about"),
                        ),
                        (
                            "languages",
                            models.CharField(
                                blank=True,
                                help_text="Such as: English, French",
                                max_length=200,
                                verbose_name="languages",
                            ),
                        ),
                        (
                            "portrait",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="wagtailimages.image",
                                verbose_name="portrait",
                            ),
                        ),
                        (
                            "listed",
                            models.BooleanField(default=True, verbose_name="shown on the contacts page"),
                        ),
                    ],
                    options={
                        "verbose_name": "spokesperson",
                        "verbose_name_plural": "spokespeople",
                        "ordering": ["name"],
                    },
                    bases=(modelsearch.index.Indexed, models.Model),
                ),
                migrations.CreateModel(
                    name="PressContact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("role", models.CharField(blank=True, max_length=200, verbose_name="role")),
                        ("phone", models.CharField(blank=True, max_length=60, verbose_name="phone")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        (
                            "hours",
                            models.CharField(
                                blank=True,
                                help_text="Such as: Mon-Fri 8:00-18:00",
                                max_length=200,
                                verbose_name="hours",
                            ),
                        ),
                        ("languages", models.CharField(blank=True, max_length=200, verbose_name="languages")),
                        (
                            "listed",
                            models.BooleanField(default=True, verbose_name="shown on the contacts page"),
                        ),
                    ],
                    options={
                        "verbose_name": "press contact",
                        "verbose_name_plural": "press contacts",
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("email", ""), ("phone", ""), _negated=True),
                                name="statements_contact_reachable",
                                violation_error_message="Give a phone number or an e-mail address.",
                            )
                        ],
                    },
                    bases=(modelsearch.index.Indexed, models.Model),
                ),
                migrations.CreateModel(
                    name="Topic",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "slug",
                            models.SlugField(
                                allow_unicode=True,
                                help_text="The last part of the topic's address. It stays for good once something is filed here.",
                                unique=True,
                                verbose_name="address",
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                    ],
                    options={
                        "verbose_name": "topic",
                        "verbose_name_plural": "topics",
                        "ordering": ["name"],
                    },
                    bases=(modelsearch.index.Indexed, models.Model),
                ),
                migrations.CreateModel(
                    name="TopicName",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "topic",
                            modelcluster.fields.ParentalKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="names",
                                to="statements.topic",
                            ),
                        ),
                        ("language", models.CharField(max_length=20, verbose_name="language")),
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("topic", "language"), name="statements_topic_name_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Statement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("translation_key", models.UUIDField(default=uuid.uuid4, editable=False)),
                        (
                            "locale",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="wagtailcore.locale",
                                verbose_name="locale",
                            ),
                        ),
                        (
                            "latest_revision",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="wagtailcore.revision",
                                verbose_name="latest revision",
                            ),
                        ),
                        ("locked", models.BooleanField(default=False, editable=False, verbose_name="locked")),
                        (
                            "locked_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="locked at"),
                        ),
                        (
                            "locked_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="locked_%(class)ss",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="locked by",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("press-release", "Press release"),
                                    ("statement", "Statement"),
                                    ("denial", "Denial"),
                                    ("advisory", "Advisory"),
                                    ("media-alert", "Media alert"),
                                    ("q-and-a", "Questions and answers"),
                                ],
                                default="press-release",
                                max_length=20,
                                verbose_name="kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        (
                            "summary",
                            models.TextField(
                                help_text="One or two sentences that stand alone: feeds, previews and mail show only this.",
                                max_length=600,
                                verbose_name="summary",
                            ),
                        ),
                        (
                            "body",
                            wagtail.fields.StreamField(
                                [
                                    ("paragraph", 0),
                                    ("heading", 3),
                                    ("list", 7),
                                    ("quotation", 11),
                                    ("image", 16),
                                    ("file", 19),
                                    ("table", 21),
                                    ("note", 22),
                                    ("forgery", 28),
                                ],
                                blank=True,
                                block_lookup={
                                    0: (
                                        "wagtail.blocks.RichTextBlock",
                                        (),
                                        {
                                            "features": ["bold", "italic", "link"],
                                            "icon": "pilcrow",
                                            "label": "Paragraph",
                                            "required": False,
                                        },
                                    ),
                                    1: (
                                        "wagtail.blocks.CharBlock",
                                        (),
                                        {"label": "Heading", "max_length": 200},
                                    ),
                                    2: (
                                        "wagtail.blocks.ChoiceBlock",
                                        [],
                                        {
                                            "choices": [("2", "Section"), ("3", "Subsection")],
                                            "label": "Level",
                                        },
                                    ),
                                    3: ("wagtail.blocks.StructBlock", [[("text", 1), ("level", 2)]], {}),
                                    4: (
                                        "wagtail.blocks.ChoiceBlock",
                                        [],
                                        {
                                            "choices": [("bullets", "Bullets"), ("numbers", "Numbers")],
                                            "label": "Style",
                                        },
                                    ),
                                    5: (
                                        "wagtail.blocks.RichTextBlock",
                                        (),
                                        {"features": ["bold", "italic", "link"]},
                                    ),
                                    6: ("wagtail.blocks.ListBlock", (5,), {"label": "Items", "min_num": 1}),
                                    7: ("wagtail.blocks.StructBlock", [[("style", 4), ("items", 6)]], {}),
                                    8: ("wagtail.blocks.TextBlock", (), {"label": "Words"}),
                                    9: (
                                        "wagtail.blocks.CharBlock",
                                        (),
                                        {"label": "Speaker", "max_length": 200},
                                    ),
                                    10: (
                                        "wagtail.blocks.CharBlock",
                                        (),
                                        {
                                            "label": "Role of the speaker",
                                            "max_length": 200,
                                            "required": False,
                                        },
                                    ),
                                    11: (
                                        "wagtail.blocks.StructBlock",
                                        [[("text", 8), ("speaker", 9), ("role", 10)]],
                                        {},
                                    ),
                                    12: ("wagtail.images.blocks.ImageChooserBlock", (), {"label": "Picture"}),
                                    13: (
                                        "wagtail.blocks.CharBlock",
                                        (),
                                        {
                                            "help_text": "What the picture shows, for those who do not see it.",
                                            "label": "Alternative text",
                                            "max_length": 300,
                                        },
                                    ),
                                    14: (
                                        "wagtail.blocks.CharBlock",
                                        (),
                                        {"label": "Caption", "max_length": 500, "required": False},
                                    ),
                                    15: (
                                        "wagtail.blocks.CharBlock",
                                        (),
                                        {"label": "Credit", "max_length": 200, "required": False},
                                    ),
                                    16: (
                                        "wagtail.blocks.StructBlock",
                                        [[("image", 12), ("alt", 13), ("caption", 14), ("credit", 15)]],
                                        {},
                                    ),
                                    17: (
                                        "wagtail.documents.blocks.DocumentChooserBlock",
                                        (),
                                        {"label": "File"},
                                    ),
                                    18: (
                                        "wagtail.blocks.CharBlock",
                                        (),
                                        {"label": "What it is", "max_length": 300},
                                    ),
                                    19: (
                                        "wagtail.blocks.StructBlock",
                                        [[("file", 17), ("description", 18)]],
                                        {},
                                    ),
                                    20: (
                                        "wagtail.blocks.CharBlock",
                                        (),
                                        {"label": "Text", "required": False},
                                    ),
                                    21: (
                                        "wagtail.contrib.typed_table_block.blocks.TypedTableBlock",
                                        [[("text", 20)]],
                                        {"icon": "table", "label": "Table"},
                                    ),
                                    22: (
                                        "wagtail.blocks.RichTextBlock",
                                        (),
                                        {
                                            "features": ["bold", "italic", "link"],
                                            "icon": "info-circle",
                                            "label": "Note to editors",
                                        },
                                    ),
                                    23: (
                                        "wagtail.blocks.TextBlock",
                                        (),
                                        {
                                            "help_text": "In words of your own: that it is not from you, and what in it is not true.",
                                            "label": "What is false",
                                            "max_length": 2000,
                                        },
                                    ),
                                    24: (
                                        "wagtail.blocks.CharBlock",
                                        (),
                                        {
                                            "help_text": "Such as: mail from press@e1mford.example",
                                            "label": "Where it appeared",
                                            "max_length": 300,
                                            "required": False,
                                        },
                                    ),
                                    25: (
                                        "wagtail.blocks.DateBlock",
                                        (),
                                        {"label": "Seen on", "required": False},
                                    ),
                                    26: (
                                        "wagtail.documents.blocks.DocumentChooserBlock",
                                        (),
                                        {
                                            "help_text": "As it came: the mail, the letter, a picture.",
                                            "label": "The forged item",
                                            "required": False,
                                        },
                                    ),
                                    27: (
                                        "wagtail.blocks.TextBlock",
                                        (),
                                        {
                                            "help_text": "They are kept as a file, not shown in the text.",
                                            "label": "Or its words",
                                            "required": False,
                                        },
                                    ),
                                    28: (
                                        "wagtail.blocks.StructBlock",
                                        [
                                            [
                                                ("false", 23),
                                                ("appeared", 24),
                                                ("seen", 25),
                                                ("file", 26),
                                                ("words", 27),
                                            ]
                                        ],
                                        {},
                                    ),
                                },
                                verbose_name="body",
                            ),
                        ),
                        (
                            "slug",
                            models.SlugField(
                                allow_unicode=True,
                                blank=True,
                                help_text="The last part of the address. Empty: made from the title at release. It never changes after.",
                                max_length=80,
                                verbose_name="address",
                            ),
                        ),
                        (
                            "place",
                            models.CharField(
                                blank=True,
                                help_text="Where it is said.",
                                max_length=100,
                                verbose_name="place",
                            ),
                        ),
                        (
                            "dated",
                            models.DateField(
                                default=django.utils.timezone.localdate, verbose_name="date line"
                            ),
                        ),
                        (
                            "original",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="translations",
                                to="statements.statement",
                                verbose_name="translated from",
                            ),
                        ),
                        (
                            "original_edition",
                            models.PositiveIntegerField(
                                blank=True,
                                editable=False,
                                help_text="The number of the original's edition that this text renders.",
                                null=True,
                                verbose_name="translated from edition",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statements_created",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(default=django.utils.timezone.now, editable=False),
                        ),
                        (
                            "changed_at",
                            models.DateTimeField(default=django.utils.timezone.now, editable=False),
                        ),
                        (
                            "topics",
                            modelcluster.fields.ParentalManyToManyField(
                                blank=True,
                                related_name="statements",
                                to="statements.topic",
                                verbose_name="topics",
                            ),
                        ),
                        (
                            "spokespeople",
                            modelcluster.fields.ParentalManyToManyField(
                                blank=True,
                                related_name="statements",
                                to="statements.spokesperson",
                                verbose_name="spokespeople",
                            ),
                        ),
                        (
                            "contacts",
                            modelcluster.fields.ParentalManyToManyField(
                                blank=True,
                                related_name="statements",
                                to="statements.presscontact",
                                verbose_name="press contacts",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "statement",
                        "verbose_name_plural": "statements",
                        "ordering": ["-changed_at", "-id"],
                        "unique_together": {("translation_key", "locale")},
                        "abstract": False,
                        "indexes": [
                            models.Index(fields=["-changed_at", "-id"], name="statements_statement_newest")
                        ],
                    },
                    bases=(wagtail.models.preview.PreviewableMixin, modelsearch.index.Indexed, models.Model),
                ),
                migrations.CreateModel(
                    name="Asset",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sha256", models.CharField(max_length=64, unique=True)),
                        ("name", models.CharField(max_length=200)),
                        ("media_type", models.CharField(max_length=100)),
                        ("size", models.BigIntegerField(help_text="Bytes.")),
                        ("width", models.PositiveIntegerField(null=True)),
                        ("height", models.PositiveIntegerField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Seal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="seals",
                                to="statements.statement",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(help_text="Of the edition it will be.")),
                        ("op", models.CharField(max_length=20)),
                        ("change", models.CharField(blank=True, max_length=20)),
                        ("content", models.BinaryField(help_text="The edition file, as it will be served.")),
                        ("body_html", models.TextField()),
                        ("nonce", models.BinaryField(max_length=32)),
                        ("commitment", models.BinaryField(max_length=32, unique=True)),
                        (
                            "path",
                            models.CharField(
                                help_text="The address that is kept free for it.", max_length=140
                            ),
                        ),
                        ("year", models.PositiveIntegerField()),
                        ("slug", models.CharField(max_length=80)),
                        ("sealed_at", models.DateTimeField()),
                        ("until", models.DateTimeField(help_text="The moment of release.")),
                        ("leaf_index", models.BigIntegerField(null=True, unique=True)),
                        (
                            "reason",
                            models.CharField(
                                blank=True, help_text="Why it was given up; public.", max_length=500
                            ),
                        ),
                        ("assets", models.ManyToManyField(related_name="+", to="statements.asset")),
                    ],
                    options={
                        "indexes": [models.Index(fields=["year", "slug"], name="statements_seal_address")],
                    },
                ),
                migrations.CreateModel(
                    name="Progress",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "statement",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="progress",
                                to="statements.statement",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                db_index=True, default="draft", max_length=20, verbose_name="state"
                            ),
                        ),
                        (
                            "change",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("minor", "Minor"),
                                    ("update", "Update"),
                                    ("correction", "Correction"),
                                    ("clarification", "Clarification"),
                                ],
                                max_length=20,
                                verbose_name="kind of change",
                            ),
                        ),
                        (
                            "change_note",
                            models.TextField(blank=True, max_length=1000, verbose_name="what changed"),
                        ),
                        ("withdrawing", models.BooleanField(default=False)),
                        (
                            "withdrawal_reason",
                            models.TextField(
                                blank=True, max_length=1000, verbose_name="reason for the withdrawal"
                            ),
                        ),
                        (
                            "digest",
                            models.CharField(
                                blank=True,
                                help_text="SHA-256 of the text that was submitted; approval holds for it alone.",
                                max_length=64,
                            ),
                        ),
                        (
                            "submitted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("submitted_at", models.DateTimeField(null=True)),
                        (
                            "approved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("request", models.TextField(blank=True, verbose_name="changes asked for")),
                        (
                            "release_at",
                            models.DateTimeField(db_index=True, null=True, verbose_name="release at"),
                        ),
                        (
                            "release_zone",
                            models.CharField(blank=True, max_length=60, verbose_name="time zone"),
                        ),
                        (
                            "release_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "embargoed",
                            models.BooleanField(default=False, verbose_name="under embargo until then"),
                        ),
                        ("embargo_terms", models.TextField(blank=True, verbose_name="terms of the embargo")),
                        (
                            "seal",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="progress",
                                to="statements.seal",
                            ),
                        ),
                        (
                            "writers",
                            models.ManyToManyField(
                                help_text="Who wrote the next edition.",
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Edition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="editions",
                                to="statements.statement",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("language", models.CharField(max_length=20)),
                        ("op", models.CharField(max_length=20)),
                        ("change", models.CharField(blank=True, max_length=20)),
                        (
                            "content",
                            models.BinaryField(help_text="The edition file: RFC 8785 canonical JSON."),
                        ),
                        (
                            "body_html",
                            models.TextField(help_text="The body as HTML; its SHA-256 is in the content."),
                        ),
                        ("nonce", models.BinaryField(max_length=32)),
                        ("commitment", models.BinaryField(max_length=32, unique=True)),
                        ("released_at", models.DateTimeField()),
                        (
                            "released_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "approved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "review_due",
                            models.BooleanField(
                                default=False, help_text="Published now, to be reviewed after."
                            ),
                        ),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("reviewed_at", models.DateTimeField(null=True)),
                        ("leaf_index", models.BigIntegerField(null=True, unique=True)),
                        (
                            "published_at",
                            models.DateTimeField(
                                help_text="When it could first be read and checked.", null=True
                            ),
                        ),
                        ("assets", models.ManyToManyField(related_name="editions", to="statements.asset")),
                        (
                            "contacts",
                            models.ManyToManyField(
                                help_text="Shown beside the text, but not part of the record.",
                                related_name="+",
                                to="statements.presscontact",
                            ),
                        ),
                        (
                            "writers",
                            models.ManyToManyField(
                                help_text="Who wrote or submitted it, and so may not approve it after.",
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["statement", "number"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("published_at", None)),
                                fields=["id"],
                                name="statements_edition_unbaked",
                            ),
                            models.Index(
                                condition=models.Q(("review_due", True)),
                                fields=["id"],
                                name="statements_edition_review",
                            ),
                            models.Index(
                                condition=models.Q(("number__gt", 1)),
                                fields=["statement"],
                                name="statements_edition_further",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("statement", "number"), name="statements_edition_number"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Publication",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "statement",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="publication",
                                to="statements.statement",
                            ),
                        ),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="statements.edition",
                            ),
                        ),
                        ("language", models.CharField(max_length=20)),
                        ("year", models.PositiveIntegerField()),
                        ("slug", models.CharField(max_length=80)),
                        (
                            "path",
                            models.CharField(
                                help_text="As /s/2026/water/ or, for a translation, /s/2026/water/fr/.",
                                max_length=140,
                                unique=True,
                            ),
                        ),
                        (
                            "position",
                            models.PositiveIntegerField(
                                help_text="From 1, within language and year, in order of release."
                            ),
                        ),
                        ("first_released_at", models.DateTimeField()),
                        (
                            "changed_at",
                            models.DateTimeField(
                                help_text="Release of the newest edition that is more than a minor change: the order of feeds."
                            ),
                        ),
                        ("withdrawn", models.BooleanField(default=False)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["language", "-first_released_at", "-id"],
                                name="statements_publication_newest",
                            ),
                            models.Index(
                                fields=["language", "-changed_at", "-id"],
                                name="statements_publication_changed",
                            ),
                            models.Index(fields=["first_released_at"], name="statements_publication_recent"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("language", "year", "position"),
                                name="statements_publication_position",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TopicListing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="listings",
                                to="statements.topic",
                            ),
                        ),
                        (
                            "publication",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="listings",
                                to="statements.publication",
                            ),
                        ),
                        ("language", models.CharField(max_length=20)),
                        ("position", models.PositiveIntegerField()),
                        (
                            "changed_at",
                            models.DateTimeField(
                                help_text="That of the publication, so that an index can order by it."
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["topic", "language", "-changed_at", "-publication"],
                                name="statements_listing_changed",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("topic", "language", "position"), name="statements_listing_position"
                            ),
                            models.UniqueConstraint(
                                fields=("topic", "publication"), name="statements_listing_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Erasure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="erasures",
                                to="statements.statement",
                            ),
                        ),
                        (
                            "number",
                            models.PositiveIntegerField(
                                help_text="Of the one edition; empty for the whole statement with its translations.",
                                null=True,
                            ),
                        ),
                        (
                            "path",
                            models.CharField(
                                help_text="The address that answers “gone” afterwards.", max_length=160
                            ),
                        ),
                        ("ground", models.CharField(max_length=500, verbose_name="reason")),
                        (
                            "legal_ground",
                            models.CharField(blank=True, max_length=200, verbose_name="legal ground"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Waits for confirmation"),
                                    ("dropped", "Not confirmed"),
                                    ("confirmed", "Is being carried out"),
                                    ("done", "Carried out"),
                                ],
                                default="proposed",
                                max_length=10,
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                help_text="Nobody, if an older backup had brought back what the log says is erased.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("proposed_at", models.DateTimeField()),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("done_at", models.DateTimeField(null=True)),
                        (
                            "document_path",
                            models.CharField(blank=True, help_text="Of the erase edition.", max_length=200),
                        ),
                        ("leaf_index", models.BigIntegerField(help_text="Of the erase edition.", null=True)),
                        ("leaves", models.JSONField(default=list, help_text="The erased leaves.")),
                        (
                            "keys",
                            models.JSONField(default=list, help_text="Pages to bake again: family, key."),
                        ),
                        (
                            "files",
                            models.JSONField(
                                default=list, help_text="SHA-256 of files that may be unused now."
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["proposed", "confirmed"])),
                                fields=("statement",),
                                name="statements_erasure_one_open",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tombstone",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("path", models.CharField(max_length=160, unique=True)),
                        ("language", models.CharField(max_length=20)),
                        (
                            "erasure",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tombstones",
                                to="statements.erasure",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Remark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="remarks",
                                to="statements.statement",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("text", models.TextField(max_length=2000, verbose_name="remark")),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("resolved_at", models.DateTimeField(null=True)),
                        (
                            "resolved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="SearchEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "publication",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="search_entry",
                                to="statements.publication",
                            ),
                        ),
                        (
                            "edition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="statements.edition",
                            ),
                        ),
                        ("dated", models.DateField()),
                    ],
                ),
            ],
        ),
    ]
