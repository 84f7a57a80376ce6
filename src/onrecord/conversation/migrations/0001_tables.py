# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import onrecord.conversation.models.commenters
from onrecord.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("conversation", "0001_initial"),
        ("conversation", "0002_arrivals"),
        ("conversation", "0003_policy_by_source"),
    ]

    initial = True

    dependencies = [
        ("people", "0002_groups"),
        ("statements", "0001_tables"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="Policy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("after", "At once from people who are known, after a look from others"),
                                    ("before", "After a moderator has looked"),
                                    ("closed", "Not at all: comments are closed"),
                                ],
                                default="before",
                                max_length=8,
                                verbose_name="comments appear",
                            ),
                        ),
                        (
                            "mode_elsewhere",
                            models.CharField(
                                choices=[
                                    ("after", "At once from people who are known, after a look from others"),
                                    ("before", "After a moderator has looked"),
                                    ("closed", "Not at all: comments are closed"),
                                ],
                                default="after",
                                help_text="Never less strict than the one above.",
                                max_length=8,
                                verbose_name="those from the fediverse",
                            ),
                        ),
                        (
                            "close_after_days",
                            models.PositiveIntegerField(
                                blank=True,
                                help_text="From the first release of a statement. Empty: they stay open.",
                                null=True,
                                verbose_name="close after so many days",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="conversation_policy_only_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StatementPolicy",
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
                                related_name="+",
                                to="statements.statement",
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("after", "At once from people who are known, after a look from others"),
                                    ("before", "After a moderator has looked"),
                                    ("closed", "Not at all: comments are closed"),
                                ],
                                max_length=8,
                                verbose_name="comments appear",
                            ),
                        ),
                        (
                            "stays_open",
                            models.BooleanField(
                                default=False,
                                help_text="However long ago the statement was released.",
                                verbose_name="stay open",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="HoldWord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("written", models.CharField(max_length=80, verbose_name="word or phrase")),
                        (
                            "folded",
                            models.CharField(
                                help_text="As compared: see `folding.py`.", max_length=160, unique=True
                            ),
                        ),
                        ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "added_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Commenter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                default=onrecord.conversation.models.commenters.new_subject,
                                max_length=32,
                                unique=True,
                            ),
                        ),
                        (
                            "contact",
                            models.OneToOneField(
                                help_text="None: not by mail.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="commenter",
                                to="people.contact",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                blank=True,
                                help_text="Of somebody from elsewhere: their address there.",
                                max_length=500,
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=80)),
                        ("link", models.URLField(blank=True, max_length=300)),
                        (
                            "avatar_seed",
                            models.CharField(
                                default=onrecord.conversation.models.commenters.new_subject, max_length=32
                            ),
                        ),
                        (
                            "language",
                            models.CharField(help_text="In which mails to them are written.", max_length=20),
                        ),
                        (
                            "key",
                            models.BinaryField(
                                help_text="Opens their sealed texts; itself locked by a key in the data directory.",
                                null=True,
                            ),
                        ),
                        (
                            "door_number",
                            models.CharField(
                                help_text="What the secret of links is derived from.", max_length=64
                            ),
                        ),
                        ("door_hash", models.CharField(max_length=64, unique=True)),
                        (
                            "remembered",
                            models.PositiveIntegerField(
                                default=1,
                                help_text="Browsers that were told another number know them no more.",
                            ),
                        ),
                        (
                            "replies_stopped_at",
                            models.DateTimeField(help_text="Wants no mail about replies.", null=True),
                        ),
                        (
                            "mailed_at",
                            models.DateTimeField(help_text="Last mail that asks them to confirm.", null=True),
                        ),
                        (
                            "mails",
                            models.PositiveIntegerField(
                                default=0, help_text="How many of those since they confirmed last."
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        ("erased_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("confirmed_at", None), ("erased_at", None)),
                                fields=["created_at"],
                                name="conversation_commenter_new",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("origin", ""), _negated=True),
                                fields=("origin",),
                                name="conversation_commenter_origin_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("erased_at", None),
                                    models.Q(("contact", None), ("link", ""), ("name", ""), ("origin", "")),
                                    _connector="OR",
                                ),
                                name="conversation_commenter_erased_is_empty",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CommenterRestriction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "commenter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="restrictions",
                                to="conversation.commenter",
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("before", "After a moderator has looked"),
                                    ("closed", "Not at all: comments are closed"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                help_text="As decision/12/effect/3.", max_length=120, unique=True
                            ),
                        ),
                        ("since", models.DateTimeField(default=django.utils.timezone.now)),
                        ("until", models.DateTimeField(null=True)),
                        ("lifted_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "restriction of a commenter",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("lifted_at", None)),
                                fields=["commenter"],
                                name="conversation_commenter_held",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Thread",
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
                                related_name="thread",
                                to="statements.statement",
                            ),
                        ),
                        ("changes", models.PositiveIntegerField(default=0)),
                        ("baked", models.PositiveIntegerField(default=0)),
                        (
                            "lowest",
                            models.CharField(
                                blank=True, help_text="The first path that changed since.", max_length=496
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("changes__gt", models.F("baked"))),
                                fields=["id"],
                                name="conversation_thread_behind",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Comment",
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
                                related_name="comments",
                                to="statements.statement",
                            ),
                        ),
                        (
                            "edition",
                            models.PositiveIntegerField(
                                help_text="The number of the edition that was commented on."
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="conversation.comment",
                            ),
                        ),
                        (
                            "path",
                            models.CharField(
                                help_text="Comments in the order of a thread, answers below.", max_length=496
                            ),
                        ),
                        ("depth", models.PositiveSmallIntegerField(default=0)),
                        (
                            "commenter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="comments",
                                to="conversation.commenter",
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=80)),
                        ("link", models.URLField(blank=True, max_length=300)),
                        ("language", models.CharField(max_length=20)),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("form", "Form on the site"),
                                    ("fediverse", "Fediverse"),
                                    ("import", "Imported"),
                                ],
                                default="form",
                                max_length=10,
                            ),
                        ),
                        (
                            "source_id",
                            models.CharField(
                                blank=True,
                                help_text="Of what came from elsewhere: its name there.",
                                max_length=300,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("unconfirmed", "Not confirmed yet"),
                                    ("held", "Waits for a moderator"),
                                    ("shown", "Shown"),
                                    ("withdrawn", "Withdrawn by its author"),
                                    ("erased", "Erased"),
                                ],
                                default="unconfirmed",
                                max_length=12,
                            ),
                        ),
                        (
                            "appearance",
                            models.CharField(
                                choices=[
                                    ("absent", "Nothing"),
                                    ("readable", "The text"),
                                    ("mark", "A mark in its place"),
                                ],
                                default="absent",
                                max_length=8,
                            ),
                        ),
                        (
                            "fragment",
                            models.TextField(
                                blank=True, help_text="As the page shows it: HTML, made when it changes."
                            ),
                        ),
                        (
                            "fragment_made_for",
                            models.CharField(
                                blank=True, help_text="See `pages/fragments.py`.", max_length=40
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "shown_at",
                            models.DateTimeField(help_text="When it first could be read.", null=True),
                        ),
                        ("edited_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(help_text="Withdrawn or erased.", null=True)),
                        (
                            "wants_replies",
                            models.BooleanField(
                                default=False, help_text="Its author wants mail about replies."
                            ),
                        ),
                        (
                            "doubts",
                            models.JSONField(default=list, help_text="Why it was held: see `doubts.py`."),
                        ),
                        (
                            "score",
                            models.FloatField(
                                default=0.5, help_text="From 0 to 1, how much it resembles unwanted ones."
                            ),
                        ),
                        (
                            "digest",
                            models.CharField(
                                blank=True, help_text="Of its folded text, keyed.", max_length=32
                            ),
                        ),
                        (
                            "shingles",
                            models.BigIntegerField(help_text="Alike for texts that are alike.", null=True),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("appearance", "absent"), _negated=True),
                                fields=["statement", "path"],
                                name="conversation_comment_thread",
                            ),
                            models.Index(fields=["commenter", "state"], name="conversation_comment_by"),
                            models.Index(fields=["state", "id"], name="conversation_comment_state"),
                            models.Index(fields=["digest"], name="conversation_comment_same"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("statement", "path"), name="conversation_comment_place"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("source_id", ""), _negated=True),
                                fields=("source_id",),
                                name="conversation_comment_source_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("appearance", "readable"), ("state", "shown")),
                                    models.Q(("appearance", "readable"), _negated=True),
                                    _connector="OR",
                                ),
                                name="conversation_comment_only_shown_is_readable",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CommentVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "comment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="conversation.comment",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("text", models.TextField(blank=True)),
                        ("html", models.TextField(blank=True)),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("sealed", models.BinaryField(null=True)),
                    ],
                    options={
                        "ordering": ["comment", "number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("comment", "number"), name="conversation_version_number"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("sealed", None), models.Q(("html", ""), ("text", "")), _connector="OR"
                                ),
                                name="conversation_version_sealed_is_empty",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Restriction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "comment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="restrictions",
                                to="conversation.comment",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("label", "A label above it"),
                                    ("limit", "Shown only to who opens it"),
                                    ("hold", "Not shown while it is looked at"),
                                    ("seal", "Sealed: kept, not shown"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                help_text="As decision/12/effect/3.", max_length=120, unique=True
                            ),
                        ),
                        (
                            "label",
                            models.CharField(blank=True, help_text="What readers are told.", max_length=300),
                        ),
                        ("since", models.DateTimeField(default=django.utils.timezone.now)),
                        ("until", models.DateTimeField(null=True)),
                        ("lifted_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("lifted_at", None)),
                                fields=["comment"],
                                name="conversation_restriction_on",
                            ),
                            models.Index(
                                condition=models.Q(("lifted_at", None), ("until__isnull", False)),
                                fields=["until"],
                                name="conversation_restriction_end",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EditingFreeze",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "comment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="freezes",
                                to="conversation.comment",
                            ),
                        ),
                        ("reference", models.CharField(max_length=120, unique=True)),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name="Arrival",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "publication",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="statements.publication",
                            ),
                        ),
                        (
                            "answers",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="conversation.comment",
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        ("address", models.CharField(max_length=320)),
                        ("link", models.URLField(blank=True, max_length=300)),
                        ("text", models.TextField()),
                        ("html", models.TextField()),
                        ("language", models.CharField(max_length=20)),
                        ("crowded", models.BooleanField(default=False)),
                        ("wants_replies", models.BooleanField(default=False)),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "due_at",
                            models.DateTimeField(
                                default=django.utils.timezone.now,
                                help_text="None: given up after an error.",
                                null=True,
                            ),
                        ),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["due_at"],
                                name="conversation_arrival_due",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WordCount",
                    fields=[
                        ("word", models.CharField(max_length=60, primary_key=True, serialize=False)),
                        ("unwanted", models.IntegerField(default=0)),
                        ("wanted", models.IntegerField(default=0)),
                        (
                            "revision",
                            models.BigIntegerField(
                                default=0, help_text="Grows with each change, to load what is new."
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["revision"], name="conversation_words_new")],
                    },
                ),
                migrations.CreateModel(
                    name="Lesson",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "comment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lesson",
                                to="conversation.comment",
                            ),
                        ),
                        ("unwanted", models.BooleanField()),
                        (
                            "version",
                            models.PositiveIntegerField(help_text="Of the comment: the words are in there."),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
            ],
        ),
    ]
