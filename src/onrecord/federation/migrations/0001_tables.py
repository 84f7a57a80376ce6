# SPDX-License-Identifier: Apache-2.0

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from onrecord.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("federation", "0001_initial"),
        ("federation", "0010_received"),
        ("federation", "0020_policy"),
        ("federation", "0021_why_blocks_were_lifted"),
        ("federation", "0022_follower_counts"),
        ("federation", "0023_titles_of_accounts"),
        ("federation", "0024_quotes_are_listed"),
        ("federation", "0025_self_check"),
        ("federation", "0030_former_keys"),
        ("federation", "0031_moves"),
        ("federation", "0040_taken_up"),
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
                    name="Actor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="As press; of an account at a former address of the site press@<former host>.",
                                max_length=300,
                                unique=True,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "\\A[a-z0-9_]{1,30}\\Z",
                                        "Use small letters, digits and underscores, 30 at most.",
                                    )
                                ],
                            ),
                        ),
                        (
                            "former_base",
                            models.CharField(
                                blank=True,
                                help_text="The address of the site that its id has, if it is a former one.",
                                max_length=200,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("newsroom", "Everything the newsroom says"),
                                    ("selection", "One language, one topic, or both"),
                                    (
                                        "instance",
                                        "The program itself: it asks other servers, and says nothing",
                                    ),
                                    (
                                        "former",
                                        "What the newsroom said before it got another name or address",
                                    ),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "language",
                            models.CharField(blank=True, help_text="Empty: every language.", max_length=20),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="statements.topic",
                            ),
                        ),
                        (
                            "title",
                            models.CharField(
                                blank=True, help_text="Shown beside the name. Empty: made up.", max_length=100
                            ),
                        ),
                        ("summary", models.TextField(blank=True, max_length=500)),
                        (
                            "also_known_as",
                            models.JSONField(default=list, help_text="Addresses of accounts that move here."),
                        ),
                        (
                            "moved_to",
                            models.URLField(
                                blank=True,
                                help_text="The account that followers were sent to.",
                                max_length=500,
                            ),
                        ),
                        ("moved_at", models.DateTimeField(null=True)),
                        ("key_number", models.PositiveIntegerField(default=1)),
                        ("keys_since", models.DateTimeField(default=django.utils.timezone.now)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "closed_at",
                            models.DateTimeField(help_text="Answers “gone” from then on.", null=True),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("kind__in", ["newsroom", "instance"])),
                                fields=("kind",),
                                name="federation_actor_kind_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "selection"),
                                    models.Q(("language", ""), ("topic", None)),
                                    _connector="OR",
                                ),
                                name="federation_actor_only_selections_select",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormerKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="former_keys",
                                to="federation.actor",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("public", models.CharField(help_text="As Multikey.", max_length=100)),
                        (
                            "method",
                            models.CharField(help_text="Its address, which proofs name.", max_length=500),
                        ),
                        ("since", models.DateTimeField()),
                        ("until", models.DateTimeField(help_text="The last moment that it proves.")),
                        (
                            "state",
                            models.CharField(help_text="As the register of keys has it.", max_length=12),
                        ),
                        ("reason", models.CharField(blank=True, help_text="Public.", max_length=500)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("actor", "number"), name="federation_former_key_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RemoteHost",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="Host, with the port if it is not the usual.",
                                max_length=255,
                                unique=True,
                            ),
                        ),
                        (
                            "signature",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Not known yet"),
                                    ("cavage", "draft-cavage-http-signatures-12"),
                                    ("rfc9421", "RFC 9421"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
                        (
                            "software",
                            models.CharField(blank=True, help_text="As its NodeInfo says.", max_length=100),
                        ),
                        (
                            "seen_at",
                            models.DateTimeField(
                                default=django.utils.timezone.now,
                                help_text="When something signed came from it last.",
                            ),
                        ),
                        (
                            "synchronised_at",
                            models.DateTimeField(
                                db_index=True,
                                help_text="When it was told last who follows from there, as a digest.",
                                null=True,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="RemoteActor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uri", models.CharField(max_length=500, unique=True)),
                        (
                            "host",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="actors",
                                to="federation.remotehost",
                            ),
                        ),
                        ("inbox", models.CharField(blank=True, max_length=500)),
                        ("shared_inbox", models.CharField(blank=True, max_length=500)),
                        (
                            "followers",
                            models.CharField(
                                blank=True, help_text="Address of its followers collection.", max_length=500
                            ),
                        ),
                        (
                            "handle",
                            models.CharField(
                                blank=True, help_text="Its name there, as press.", max_length=255
                            ),
                        ),
                        ("name", models.CharField(blank=True, help_text="As plain text.", max_length=200)),
                        (
                            "url",
                            models.CharField(
                                blank=True, help_text="Its page for people; http or https.", max_length=500
                            ),
                        ),
                        ("also_known_as", models.JSONField(default=list)),
                        (
                            "keys",
                            models.JSONField(
                                default=list, help_text="Of each: id, kind (pem, multikey) and value."
                            ),
                        ),
                        ("fetched_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("gone_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["host", "id"], name="federation_remote_of_host"),
                            models.Index(fields=["shared_inbox"], name="federation_remote_shared"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("gone_at", None),
                                    models.Q(("inbox", ""), ("name", ""), ("shared_inbox", ""), ("url", "")),
                                    _connector="OR",
                                ),
                                name="federation_remote_gone_is_empty",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DomainBlock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("host", models.CharField(help_text="And every host below it.", max_length=255)),
                        (
                            "reason",
                            models.CharField(help_text="Public: which rule, which facts.", max_length=1000),
                        ),
                        ("since", models.DateTimeField(default=django.utils.timezone.now)),
                        ("until", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("lifted_at", models.DateTimeField(null=True)),
                        (
                            "lifted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "lift_reason",
                            models.CharField(blank=True, help_text="Why it was lifted.", max_length=1000),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("lifted_at", None)),
                                fields=("host",),
                                name="federation_block_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="federation_block_has_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Interaction",
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
                                related_name="interactions",
                                to="statements.publication",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("like", "Liked"),
                                    ("share", "Shared"),
                                    ("reply", "Answered"),
                                    ("quote", "Quoted"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="interactions",
                                to="federation.remoteactor",
                            ),
                        ),
                        (
                            "uri",
                            models.CharField(
                                help_text="Of the activity, or of what replies or quotes.", max_length=500
                            ),
                        ),
                        (
                            "number",
                            models.CharField(
                                blank=True,
                                help_text="Of a quote: part of its stamp's address.",
                                max_length=64,
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "ended_at",
                            models.DateTimeField(help_text="Undone, deleted or revoked.", null=True),
                        ),
                        (
                            "revoked_at",
                            models.DateTimeField(
                                help_text="Of a quote: when its stamp was taken back. It is not given again.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None)),
                                fields=["publication", "kind", "id"],
                                name="federation_interaction_now",
                            ),
                            models.Index(fields=["at"], name="federation_interaction_at"),
                            models.Index(
                                condition=models.Q(("ended_at__isnull", False)),
                                fields=["ended_at"],
                                name="federation_interaction_end",
                            ),
                            models.Index(
                                condition=models.Q(("kind", "quote")), fields=["id"], name="federation_quotes"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("by", "kind", "uri"), name="federation_interaction_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("number", ""), _negated=True),
                                fields=("number",),
                                name="federation_quote_number_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReceivedActivity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "digest",
                            models.BinaryField(
                                help_text="SHA-256 of actor, a zero byte, id.", max_length=32, unique=True
                            ),
                        ),
                        ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="federation.remoteactor",
                            ),
                        ),
                        (
                            "document",
                            models.JSONField(
                                help_text="The activity as it came, until it is handled.", null=True
                            ),
                        ),
                        ("due_at", models.DateTimeField(help_text="Empty: handled, or given up.", null=True)),
                        ("tries", models.PositiveIntegerField(default=0)),
                        ("last_error", models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["due_at"],
                                name="federation_received_due",
                            ),
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["actor", "id"],
                                name="federation_received_turn",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Flag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="flags",
                                to="federation.remoteactor",
                            ),
                        ),
                        ("uri", models.CharField(max_length=500)),
                        (
                            "objects_named",
                            models.JSONField(default=list, help_text="Addresses of what is reported."),
                        ),
                        ("text", models.TextField(blank=True, help_text="What they say, as plain text.")),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("by", "uri"), name="federation_flag_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HostCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="federation.actor",
                            ),
                        ),
                        (
                            "host",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="counts",
                                to="federation.remotehost",
                            ),
                        ),
                        ("followers", models.PositiveIntegerField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["actor", "-followers", "host"], name="federation_host_count_most"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("actor__isnull", False)),
                                fields=("actor", "host"),
                                name="federation_host_count_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("actor", None)),
                                fields=("host",),
                                name="federation_host_count_all_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="federation.actor",
                            ),
                        ),
                        ("day", models.DateField(help_text="By the newsroom's clock.")),
                        ("joined", models.PositiveIntegerField()),
                        ("ended", models.PositiveIntegerField()),
                        ("total", models.PositiveIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("actor", "day"), name="federation_follow_day_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LastCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(help_text="Who came or went before is counted.")),
                        ("whole_at", models.DateTimeField(help_text="When every server was counted.")),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="federation_last_count_only_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Follow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follows",
                                to="federation.actor",
                            ),
                        ),
                        (
                            "follower",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follows",
                                to="federation.remoteactor",
                            ),
                        ),
                        (
                            "activity",
                            models.CharField(
                                help_text="Id of the newest Follow; what Accept names.", max_length=500
                            ),
                        ),
                        ("since", models.DateTimeField(default=django.utils.timezone.now)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "ended_reason",
                            models.CharField(
                                blank=True, help_text="As undone, gone, blocked, moved.", max_length=40
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None)),
                                fields=["actor", "id"],
                                name="federation_follow_now",
                            ),
                            models.Index(fields=["actor", "since"], name="federation_follow_since"),
                            models.Index(
                                condition=models.Q(("ended_at__isnull", False)),
                                fields=["actor", "ended_at"],
                                name="federation_follow_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("actor", "follower"), name="federation_follow_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("ended_reason", "")),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        models.Q(("ended_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="federation_follow_end_has_a_reason",
                            ),
                        ],
                    },
                ),
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
                            "quoters",
                            models.CharField(
                                choices=[
                                    ("anyone", "Anyone"),
                                    ("followers", "Followers of the newsroom alone"),
                                    ("nobody", "Nobody"),
                                ],
                                default="anyone",
                                max_length=12,
                                verbose_name="who may quote statements",
                            ),
                        ),
                        (
                            "public_blocks",
                            models.BooleanField(
                                default=True, verbose_name="publish which servers are blocked, and why"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="federation_policy_only_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SelfCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "problems",
                            models.JSONField(default=list, help_text="Of each error: id and message."),
                        ),
                        (
                            "failing_since",
                            models.DateTimeField(help_text="Empty: nothing was wrong.", null=True),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="federation_self_check_only_one"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
