# SPDX-License-Identifier: Apache-2.0

import datetime

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from onrecord.tables import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("press", "0001_initial"),
        ("press", "0002_wire"),
        ("press", "0003_press_room"),
        ("press", "0004_imports"),
        ("press", "0010_distributions"),
        ("press", "0011_embargoes"),
        ("press", "0020_inquiries"),
        ("press", "0030_coverage"),
        ("press", "0031_accreditation"),
    ]

    initial = True

    dependencies = [
        ("delivery", "0001_tables"),
        ("people", "0002_groups"),
        ("statements", "0001_tables"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="Application",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("outlet_name", models.CharField(max_length=200, verbose_name="outlet")),
                        ("role", models.CharField(max_length=100, verbose_name="role")),
                        ("purpose", models.CharField(blank=True, max_length=1000, verbose_name="for what")),
                        (
                            "contact",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="accreditations",
                                to="people.contact",
                            ),
                        ),
                        ("language", models.CharField(max_length=20)),
                        ("begins_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(help_text="The last day.", verbose_name="until")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("unconfirmed", "Waits for the link in the mail"),
                                    ("waiting", "Waits for a decision"),
                                    ("decided", "Decided"),
                                    ("withdrawn", "Taken back"),
                                    ("ended", "Run out"),
                                ],
                                default="unconfirmed",
                                max_length=12,
                            ),
                        ),
                        ("orders", models.JSONField(default=dict, help_text="By reference: kind, words.")),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "renews",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="renewals",
                                to="press.application",
                            ),
                        ),
                        ("door_number", models.CharField(max_length=64)),
                        ("door_hash", models.CharField(max_length=64, unique=True)),
                        ("card_number", models.CharField(max_length=64)),
                        ("card_hash", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "submitted_at",
                            models.DateTimeField(
                                help_text="When it counted: judged by the criteria of then.", null=True
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "over_at",
                            models.DateTimeField(
                                help_text="When it ended, was refused or taken back.", null=True
                            ),
                        ),
                        ("told_of_end_at", models.DateTimeField(null=True)),
                        (
                            "reduced_at",
                            models.DateTimeField(help_text="When what was personal was removed.", null=True),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["state", "ends_on", "id"], name="press_application_ends"),
                            models.Index(fields=["state", "created_at"], name="press_application_old"),
                            models.Index(fields=["reduced_at", "over_at"], name="press_application_over"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("begins_on"))),
                                name="press_application_ends_later",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApplicationFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="press.application",
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("media_type", models.CharField(max_length=40)),
                        ("size", models.PositiveIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["sha256"], name="press_application_file")],
                    },
                ),
                migrations.CreateModel(
                    name="Outlet",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        (
                            "name_key",
                            models.CharField(
                                help_text="The name as it is compared.", max_length=200, unique=True
                            ),
                        ),
                        (
                            "medium",
                            models.CharField(
                                choices=[
                                    ("wire", "News agency"),
                                    ("print", "Newspaper"),
                                    ("magazine", "Magazine"),
                                    ("radio", "Radio"),
                                    ("tv", "Television"),
                                    ("web", "Online medium"),
                                    ("podcast", "Podcast"),
                                    ("newsletter", "Newsletter"),
                                    ("freelance", "Freelance office"),
                                ],
                                default="print",
                                max_length=12,
                                verbose_name="type",
                            ),
                        ),
                        (
                            "country",
                            models.CharField(
                                blank=True,
                                help_text="ISO 3166-1 alpha-2.",
                                max_length=2,
                                verbose_name="country",
                            ),
                        ),
                        (
                            "languages",
                            models.JSONField(
                                blank=True, default=list, help_text="Codes.", verbose_name="languages"
                            ),
                        ),
                        ("website", models.CharField(blank=True, max_length=500, verbose_name="website")),
                        (
                            "note",
                            models.TextField(
                                blank=True, help_text="For the desk alone.", verbose_name="note"
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "ordering": ["name", "pk"],
                        "indexes": [
                            models.Index(fields=["country", "id"], name="press_outlet_country"),
                            models.Index(fields=["medium", "id"], name="press_outlet_medium"),
                            models.Index(fields=["name", "id"], name="press_outlet_name"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Journalist",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "contact",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="journalist",
                                to="people.contact",
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        (
                            "name_key",
                            models.CharField(help_text="The name as it is compared.", max_length=200),
                        ),
                        (
                            "greeting",
                            models.CharField(
                                blank=True,
                                help_text="As “Dear Ms Reyes”. Empty: by name.",
                                max_length=200,
                                verbose_name="greeting",
                            ),
                        ),
                        ("phone", models.CharField(blank=True, max_length=50, verbose_name="telephone")),
                        (
                            "phone_key",
                            models.CharField(blank=True, help_text="Its last nine digits.", max_length=20),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                blank=True,
                                help_text="IANA. Empty: the newsroom's.",
                                max_length=64,
                                verbose_name="time zone",
                            ),
                        ),
                        ("language", models.CharField(max_length=20, verbose_name="language of mails")),
                        (
                            "rhythm",
                            models.CharField(
                                choices=[("each", "Each one, at once"), ("morning", "In my morning")],
                                default="each",
                                max_length=8,
                                verbose_name="how often",
                            ),
                        ),
                        (
                            "standing",
                            models.CharField(
                                choices=[("active", "On the press list"), ("stopped", "Wants nothing")],
                                default="active",
                                max_length=8,
                            ),
                        ),
                        ("stopped_at", models.DateTimeField(null=True)),
                        (
                            "stop_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("request", "Asked by themselves"),
                                    ("one_click", "Asked through the mail program"),
                                    ("staff", "Ended by staff"),
                                    ("hard_bounce", "The address does not exist"),
                                    ("complaint", "Reported as unwanted"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                help_text="Where the data come from.", max_length=200, verbose_name="source"
                            ),
                        ),
                        ("legal_basis", models.CharField(max_length=200, verbose_name="legal basis")),
                        (
                            "noticed_at",
                            models.DateTimeField(
                                help_text="When they were told that they are listed.", null=True
                            ),
                        ),
                        (
                            "notice",
                            models.ForeignKey(
                                help_text="What tells them, or told them. It counts once it was accepted.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="delivery.delivery",
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
                            "note",
                            models.TextField(
                                blank=True, help_text="For the desk alone.", verbose_name="note"
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "ordering": ["name", "pk"],
                        "indexes": [
                            models.Index(fields=["name", "id"], name="press_journalist_name"),
                            models.Index(fields=["name_key"], name="press_journalist_name_key"),
                            models.Index(
                                condition=models.Q(("phone_key", ""), _negated=True),
                                fields=["phone_key"],
                                name="press_journalist_phone",
                            ),
                            models.Index(fields=["standing", "id"], name="press_journalist_standing"),
                            models.Index(
                                condition=models.Q(("notice__isnull", False), ("noticed_at", None)),
                                fields=["id"],
                                name="press_journalist_being_told",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("standing", "stopped"), ("stopped_at__isnull", False)),
                                    models.Q(
                                        models.Q(("standing", "stopped"), _negated=True),
                                        ("stopped_at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="press_journalist_stopped_when",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutletRole",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "journalist",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="roles",
                                to="press.journalist",
                            ),
                        ),
                        (
                            "outlet",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="roles",
                                to="press.outlet",
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=100, verbose_name="role")),
                        ("since", models.DateField(blank=True, null=True)),
                        (
                            "until",
                            models.DateField(
                                blank=True, help_text="The last day. Empty: still there.", null=True
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["outlet", "until", "journalist"], name="press_role_of_outlet"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until__isnull", True)),
                                fields=("journalist", "outlet"),
                                name="press_role_once_at_a_time",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JournalistBeat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "journalist",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="beats",
                                to="press.journalist",
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                help_text="Of the IPTC Media Topics, as 06000000.", max_length=8
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["code", "journalist"], name="press_beat_code")],
                        "constraints": [
                            models.UniqueConstraint(fields=("journalist", "code"), name="press_beat_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JournalistLanguage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "journalist",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="languages",
                                to="press.journalist",
                            ),
                        ),
                        ("language", models.CharField(max_length=20)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["language", "journalist"], name="press_language_read")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("journalist", "language"), name="press_language_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Coverage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("url", models.CharField(max_length=2000, verbose_name="address")),
                        (
                            "url_hash",
                            models.CharField(
                                help_text="SHA-256 of the address as compared.", max_length=64, unique=True
                            ),
                        ),
                        ("headline", models.CharField(blank=True, max_length=300, verbose_name="headline")),
                        (
                            "read_headline",
                            models.CharField(
                                blank=True, help_text="As the page itself last had it.", max_length=300
                            ),
                        ),
                        (
                            "outlet",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coverage",
                                to="press.outlet",
                            ),
                        ),
                        ("outlet_name", models.CharField(blank=True, max_length=200, verbose_name="outlet")),
                        (
                            "outlet_key",
                            models.CharField(
                                blank=True, help_text="The name as it is compared.", max_length=200
                            ),
                        ),
                        (
                            "journalist",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="coverage",
                                to="press.journalist",
                            ),
                        ),
                        (
                            "medium",
                            models.CharField(
                                choices=[
                                    ("wire", "News agency"),
                                    ("print", "Newspaper"),
                                    ("magazine", "Magazine"),
                                    ("radio", "Radio"),
                                    ("tv", "Television"),
                                    ("web", "Online medium"),
                                    ("podcast", "Podcast"),
                                    ("newsletter", "Newsletter"),
                                    ("freelance", "Freelance office"),
                                ],
                                default="web",
                                max_length=12,
                                verbose_name="medium",
                            ),
                        ),
                        ("language", models.CharField(blank=True, max_length=20, verbose_name="language")),
                        (
                            "country",
                            models.CharField(
                                blank=True,
                                help_text="ISO 3166-1 alpha-2.",
                                max_length=2,
                                verbose_name="country",
                            ),
                        ),
                        ("published_on", models.DateField(blank=True, null=True, verbose_name="date")),
                        (
                            "day",
                            models.DateField(
                                help_text="That, or the day on which it was found: the order of lists."
                            ),
                        ),
                        (
                            "note",
                            models.TextField(
                                blank=True, help_text="For the desk alone.", verbose_name="note"
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("manual", "Entered by hand"),
                                    ("bookmark", "Entered with the bookmark"),
                                    ("webmention", "Webmention"),
                                    ("fediverse", "Quoted in the fediverse"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("candidate", "Waits for a look"),
                                    ("confirmed", "Confirmed"),
                                    ("refused", "Refused"),
                                    ("gone", "No longer there"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "waits",
                            models.BooleanField(
                                default=False, help_text="Something new about it waits for a look."
                            ),
                        ),
                        (
                            "gone_at",
                            models.DateTimeField(
                                help_text="Since when the page is known to be gone.", null=True
                            ),
                        ),
                        ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["state", "-day", "-id"], name="press_coverage_newest"),
                            models.Index(
                                fields=["state", "outlet_key", "-day", "-id"], name="press_coverage_outlet"
                            ),
                            models.Index(
                                fields=["state", "country", "-day", "-id"], name="press_coverage_country"
                            ),
                            models.Index(
                                fields=["state", "language", "-day", "-id"], name="press_coverage_language"
                            ),
                            models.Index(
                                fields=["state", "source", "-day", "-id"], name="press_coverage_source"
                            ),
                            models.Index(
                                condition=models.Q(("waits", True)),
                                fields=["-day", "-id"],
                                name="press_coverage_waiting",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CoverageOf",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "coverage",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links",
                                to="press.coverage",
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="coverage_links",
                                to="statements.statement",
                            ),
                        ),
                        (
                            "confirmed_at",
                            models.DateTimeField(help_text="Empty: nobody has looked yet.", null=True),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("coverage", "statement"), name="press_coverage_of_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CoverageCopy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "coverage",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="copies",
                                to="press.coverage",
                            ),
                        ),
                        (
                            "keeping",
                            models.CharField(
                                choices=[
                                    ("hash", "Its hash"),
                                    ("bytes", "Its hash and its bytes, as evidence"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "due_at",
                            models.DateTimeField(help_text="When it is fetched; empty: it was.", null=True),
                        ),
                        ("fetched_at", models.DateTimeField(null=True)),
                        (
                            "address",
                            models.CharField(
                                blank=True, help_text="Where the bytes came from.", max_length=2000
                            ),
                        ),
                        ("media_type", models.CharField(blank=True, max_length=100)),
                        ("size", models.PositiveIntegerField(null=True)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        (
                            "is_kept",
                            models.BooleanField(
                                default=False, help_text="The bytes are in the data directory."
                            ),
                        ),
                        ("problem", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["coverage", "-id"], name="press_copy_of"),
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["due_at"],
                                name="press_copy_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("is_kept", True)),
                                fields=["sha256"],
                                name="press_copy_kept",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Mention",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "number",
                            models.CharField(
                                help_text="In the address of its status page.", max_length=40, unique=True
                            ),
                        ),
                        (
                            "pair_hash",
                            models.CharField(
                                help_text="SHA-256 of source and target.", max_length=64, unique=True
                            ),
                        ),
                        ("source", models.CharField(max_length=2000)),
                        ("target", models.CharField(max_length=2000)),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mentions",
                                to="statements.statement",
                            ),
                        ),
                        (
                            "coverage",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="mentions",
                                to="press.coverage",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "It will be looked at."),
                                    ("linked", "The page links to the statement. The press office is told."),
                                    (
                                        "no_link",
                                        "The page does not link to the statement, so nothing is kept.",
                                    ),
                                    ("gone", "The page is gone, so it is not listed any more."),
                                    (
                                        "unreadable",
                                        "What stands at this address cannot be read here, so nothing is kept.",
                                    ),
                                    ("unreachable", "Nobody answers at this address, so nothing is kept."),
                                ],
                                default="waiting",
                                max_length=12,
                            ),
                        ),
                        ("problem", models.CharField(blank=True, max_length=300)),
                        ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "due_at",
                            models.DateTimeField(help_text="When it is looked at; empty: it was.", null=True),
                        ),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("checked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["due_at"],
                                name="press_mention_due",
                            ),
                            models.Index(fields=["received_at"], name="press_mention_old"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CoveragePolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "takes_mentions",
                            models.BooleanField(default=True, verbose_name="Take Webmentions"),
                        ),
                        (
                            "is_public",
                            models.BooleanField(
                                default=False, verbose_name="Show “In the media” below statements"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Destination",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "outlet",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="destinations",
                                to="press.outlet",
                            ),
                        ),
                        ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                        (
                            "format",
                            models.CharField(
                                help_text="Names a format of `press.formats`.",
                                max_length=20,
                                verbose_name="format",
                            ),
                        ),
                        ("transport", models.CharField(max_length=20, verbose_name="transport")),
                        (
                            "address",
                            models.CharField(
                                blank=True,
                                help_text="Empty where it asks us.",
                                max_length=500,
                                verbose_name="address",
                            ),
                        ),
                        (
                            "host",
                            models.CharField(
                                blank=True, help_text="Host, and port if not the usual one.", max_length=255
                            ),
                        ),
                        (
                            "host_key",
                            models.CharField(
                                blank=True,
                                help_text="The public key by which an SFTP server is known.",
                                max_length=1000,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("active", "Active"),
                                    ("paused", "Paused"),
                                    ("stopped", "Stands still: something was not taken"),
                                    ("closed", "Closed"),
                                ],
                                default="active",
                                max_length=8,
                            ),
                        ),
                        (
                            "languages",
                            models.JSONField(
                                blank=True, default=list, help_text="Codes; none: all languages."
                            ),
                        ),
                        (
                            "embargoed",
                            models.BooleanField(
                                default=False, help_text="May see what is under embargo before its time."
                            ),
                        ),
                        (
                            "number",
                            models.CharField(help_text="What the secret is derived from.", max_length=64),
                        ),
                        (
                            "earlier_number",
                            models.CharField(
                                blank=True, help_text="Signed with too, for a while.", max_length=64
                            ),
                        ),
                        ("earlier_until", models.DateTimeField(null=True)),
                        (
                            "sequence",
                            models.PositiveBigIntegerField(
                                default=0, help_text="Number of the last thing sent there."
                            ),
                        ),
                        ("tests", models.PositiveIntegerField(default=0, help_text="Test messages so far.")),
                        ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "failing_since",
                            models.DateTimeField(help_text="Since when nothing was accepted.", null=True),
                        ),
                        ("last_answer", models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        "ordering": ["name", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="MediaList",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("static", "Chosen by hand"), ("criteria", "By criteria")],
                                default="static",
                                max_length=8,
                            ),
                        ),
                        (
                            "match",
                            models.CharField(
                                choices=[("all", "All criteria have to be met"), ("any", "One is enough")],
                                default="all",
                                max_length=3,
                            ),
                        ),
                        ("note", models.TextField(blank=True, verbose_name="note")),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("archived_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "ordering": ["name", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="ListMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "media_list",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="members",
                                to="press.medialist",
                            ),
                        ),
                        (
                            "journalist",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="press.journalist",
                            ),
                        ),
                        ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("media_list", "journalist"), name="press_member_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Criterion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "media_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="criteria",
                                to="press.medialist",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("beat", "Beat"),
                                    ("language", "Language"),
                                    ("country", "Country of the outlet"),
                                    ("medium", "Type of outlet"),
                                    ("outlet", "Outlet"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "values",
                            models.JSONField(default=list, help_text="Codes, or the numbers of outlets."),
                        ),
                        ("excludes", models.BooleanField(default=False)),
                    ],
                    options={
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("media_list", "position"), name="press_criterion_position"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PressDistribution",
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
                                help_text="None: thrown away.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="statements.statement",
                            ),
                        ),
                        (
                            "embargoed",
                            models.BooleanField(
                                default=False, help_text="Before its moment, as a link to a guarded page."
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("waiting", "Waits for approval"),
                                    ("scheduled", "Has a date"),
                                    ("held", "Waits for a person"),
                                    ("sent", "Sent"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        (
                            "subjects",
                            models.JSONField(default=dict, help_text="By language. None: the title."),
                        ),
                        (
                            "greetings",
                            models.JSONField(
                                default=dict, help_text="Templates, by language. None: the usual one."
                            ),
                        ),
                        (
                            "covers",
                            models.JSONField(default=dict, help_text="Words before the text, by language."),
                        ),
                        (
                            "not_to_followers",
                            models.BooleanField(
                                default=True, help_text="Not to whoever got the edition as a follower."
                            ),
                        ),
                        (
                            "when",
                            models.CharField(
                                choices=[
                                    ("now", "At once"),
                                    ("morning", "In the morning of each recipient"),
                                    ("at", "At a moment"),
                                ],
                                default="now",
                                max_length=8,
                            ),
                        ),
                        ("send_at", models.DateTimeField(null=True)),
                        (
                            "zone",
                            models.CharField(
                                blank=True, help_text="In which `send_at` was chosen.", max_length=64
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                        (
                            "count",
                            models.PositiveIntegerField(
                                default=0, help_text="Recipients, when somebody last decided."
                            ),
                        ),
                        (
                            "remark",
                            models.TextField(blank=True, help_text="Why it went back, or what keeps it."),
                        ),
                        ("sent_at", models.DateTimeField(null=True)),
                        (
                            "people",
                            models.ManyToManyField(
                                help_text="Beside those on lists.", related_name="+", to="press.journalist"
                            ),
                        ),
                        ("without_lists", models.ManyToManyField(related_name="+", to="press.medialist")),
                        ("without_people", models.ManyToManyField(related_name="+", to="press.journalist")),
                        (
                            "authors",
                            models.ManyToManyField(
                                help_text="Who may not approve it.",
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("stage", "scheduled")),
                                fields=["send_at"],
                                name="press_distribution_due",
                            ),
                            models.Index(
                                condition=models.Q(("stage__in", ["waiting", "held"])),
                                fields=["id"],
                                name="press_distribution_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AudienceList",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "distribution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lists",
                                to="press.pressdistribution",
                            ),
                        ),
                        (
                            "media_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="press.medialist",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("note", models.TextField(blank=True)),
                    ],
                    options={
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("distribution", "media_list"), name="press_audience_list_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DistributionPolicy",
                    fields=[
                        (
                            "id",
                            models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                        ),
                        (
                            "approval_above",
                            models.PositiveIntegerField(
                                default=50,
                                help_text="Somebody else has to approve what goes to more people than this.",
                                verbose_name="approval from",
                            ),
                        ),
                        (
                            "replies",
                            models.CharField(
                                choices=[
                                    ("officer", "To whoever made it"),
                                    ("mailbox", "To the mailbox of the press office"),
                                ],
                                default="officer",
                                max_length=8,
                                verbose_name="answers",
                            ),
                        ),
                        (
                            "mailbox",
                            models.EmailField(
                                blank=True, max_length=254, verbose_name="mailbox of the press office"
                            ),
                        ),
                        (
                            "morning",
                            models.TimeField(
                                default=datetime.time(8, 30),
                                help_text="By the recipient’s own clock, on the next day from Monday to Friday.",
                                verbose_name="morning",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="press_policy_only_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Embargo",
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
                                help_text="None: thrown away.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="statements.statement",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(help_text="Of the edition it will be.")),
                        ("until", models.DateTimeField()),
                        ("zone", models.CharField(max_length=64)),
                        ("terms", models.TextField(blank=True, help_text="Empty: the usual ones alone.")),
                        (
                            "terms_version",
                            models.PositiveIntegerField(
                                default=1, help_text="Rises with each change of moment or terms."
                            ),
                        ),
                        (
                            "told",
                            models.PositiveIntegerField(
                                default=1,
                                help_text="Rises with everything that all who have a link are told; the ledger's version.",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("standing", "Under embargo"),
                                    ("held", "On hold: its moment was taken back"),
                                    ("lifted", "Lifted early"),
                                    ("ended", "Ended at its moment"),
                                ],
                                default="standing",
                                max_length=8,
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    ],
                    options={
                        "ordering": ["-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["standing", "held"])),
                                fields=["id"],
                                name="press_embargo_open",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("statement", "number"), name="press_embargo_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EmbargoLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "embargo",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links",
                                to="press.embargo",
                            ),
                        ),
                        (
                            "journalist",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="press.journalist",
                            ),
                        ),
                        (
                            "distribution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="press.pressdistribution",
                            ),
                        ),
                        (
                            "door_number",
                            models.CharField(
                                help_text="What the secret of the link is derived from.", max_length=64
                            ),
                        ),
                        ("door_hash", models.CharField(max_length=64, unique=True)),
                        ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("acknowledged_at", models.DateTimeField(null=True)),
                        (
                            "acknowledged_terms",
                            models.PositiveIntegerField(help_text="Which version of the terms.", null=True),
                        ),
                        (
                            "opened_at",
                            models.DateTimeField(help_text="When the text was first shown.", null=True),
                        ),
                        ("last_opened_at", models.DateTimeField(null=True)),
                        (
                            "opened",
                            models.PositiveIntegerField(default=0, help_text="How often it was shown."),
                        ),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("embargo", "journalist"), name="press_embargo_link_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EmbargoBreach",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "embargo",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="breaches",
                                to="press.embargo",
                            ),
                        ),
                        (
                            "journalist",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="press.journalist",
                            ),
                        ),
                        (
                            "outlet",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="press.outlet",
                            ),
                        ),
                        ("happened_at", models.DateTimeField()),
                        (
                            "evidence",
                            models.CharField(help_text="Address where it can be seen.", max_length=1000),
                        ),
                        ("note", models.TextField(blank=True)),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("forgiven_at", models.DateTimeField(null=True)),
                        (
                            "forgiven_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("forgiven_at", None)),
                                fields=["id"],
                                name="press_breach_not_forgiven",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Import",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(help_text="Of the file.", max_length=200)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("uploaded", "Columns have to be named"),
                                    ("trying", "Being tried"),
                                    ("tried", "Tried: nothing is kept yet"),
                                    ("running", "Being imported"),
                                    ("done", "Imported"),
                                ],
                                default="uploaded",
                                max_length=8,
                            ),
                        ),
                        ("columns", models.JSONField(default=list, help_text="As the file names them.")),
                        (
                            "mapping",
                            models.JSONField(default=dict, help_text="Field of ours: number of the column."),
                        ),
                        (
                            "rows",
                            models.JSONField(
                                default=list, help_text="[line, [values]]; empty once it is done."
                            ),
                        ),
                        ("source", models.CharField(max_length=200, verbose_name="source")),
                        ("legal_basis", models.CharField(max_length=200, verbose_name="legal basis")),
                        (
                            "onto",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="press.medialist",
                            ),
                        ),
                        ("total", models.PositiveIntegerField(default=0)),
                        (
                            "done",
                            models.PositiveIntegerField(default=0, help_text="Rows that are behind it."),
                        ),
                        ("added", models.PositiveIntegerField(default=0)),
                        ("known", models.PositiveIntegerField(default=0)),
                        (
                            "silent",
                            models.PositiveIntegerField(default=0, help_text="Addresses that want no mail."),
                        ),
                        (
                            "problems",
                            models.JSONField(default=list, help_text="[line, what is wrong]; the first 500."),
                        ),
                        ("problem_count", models.PositiveIntegerField(default=0)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("finished_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "ordering": ["-pk"],
                    },
                ),
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
                            models.CharField(
                                help_text="Of the newsroom, in which they are answered.", max_length=20
                            ),
                        ),
                        ("subject_line", models.CharField(blank=True, max_length=300)),
                        ("outlet", models.CharField(blank=True, max_length=200, verbose_name="outlet")),
                        (
                            "outlet_key",
                            models.CharField(blank=True, help_text="As it is compared.", max_length=200),
                        ),
                        ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                        ("phone", models.CharField(blank=True, max_length=50, verbose_name="telephone")),
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
                            "about",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="inquiries",
                                to="statements.statement",
                            ),
                        ),
                        ("deadline_at", models.DateTimeField(null=True, verbose_name="deadline")),
                        (
                            "deadline_zone",
                            models.CharField(blank=True, help_text="IANA, as they gave it.", max_length=64),
                        ),
                        (
                            "order_at",
                            models.DateTimeField(help_text="The deadline, or two weeks after it came in."),
                        ),
                        ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "confirmed_at",
                            models.DateTimeField(
                                help_text="When it was shown that the address is theirs.", null=True
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
                        ("taken_at", models.DateTimeField(null=True)),
                        (
                            "spokesperson",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="statements.spokesperson",
                            ),
                        ),
                        ("draft", models.TextField(blank=True)),
                        (
                            "draft_number",
                            models.PositiveIntegerField(
                                default=0, help_text="Grows with every change of the draft."
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
                        ("signed_off_at", models.DateTimeField(null=True)),
                        (
                            "signed_number",
                            models.PositiveIntegerField(
                                help_text="Which draft that was; it holds for it alone.", null=True
                            ),
                        ),
                        (
                            "answered_at",
                            models.DateTimeField(help_text="When the first answer was sent.", null=True),
                        ),
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
                            "published_as",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="answers_published",
                                to="statements.statement",
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
                            "reply_hash",
                            models.CharField(
                                help_text="Of the token in Reply-To.", max_length=64, unique=True
                            ),
                        ),
                        (
                            "reduced_at",
                            models.DateTimeField(help_text="When what is personal was removed.", null=True),
                        ),
                        (
                            "writers",
                            models.ManyToManyField(
                                help_text="Who wrote the draft.",
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["state", "order_at", "id"], name="press_inquiry_board"),
                            models.Index(
                                fields=["owner", "state", "order_at", "id"], name="press_inquiry_owner"
                            ),
                            models.Index(
                                fields=["kind", "state", "order_at", "id"], name="press_inquiry_kind"
                            ),
                            models.Index(
                                fields=["language", "state", "order_at", "id"], name="press_inquiry_language"
                            ),
                            models.Index(
                                fields=["outlet_key", "state", "order_at", "id"], name="press_inquiry_outlet"
                            ),
                            models.Index(fields=["answered_at"], name="press_inquiry_answered"),
                            models.Index(fields=["received_at"], name="press_inquiry_received"),
                            models.Index(
                                condition=models.Q(("reduced_at__isnull", True), ("state", "closed")),
                                fields=["closed_at"],
                                name="press_inquiry_to_reduce",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                                    models.Q(
                                        models.Q(("state", "closed"), _negated=True),
                                        ("closed_at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="press_inquiry_closed_when",
                            )
                        ],
                    },
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
                            "inquiry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="press.inquiry",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("asked", "Asked"), ("answer", "Answer"), ("note", "Note")],
                                max_length=6,
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
                        (
                            "author",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("text", models.TextField()),
                        (
                            "from_elsewhere",
                            models.BooleanField(default=False, help_text="By mail from another address."),
                        ),
                        (
                            "message_id",
                            models.CharField(
                                blank=True, help_text="Of the mail, without brackets.", max_length=250
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
                            "reusable",
                            models.BooleanField(
                                default=False, help_text="An answer that colleagues may use again."
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["inquiry", "id"], name="press_inquirymessage_of"),
                            models.Index(
                                condition=models.Q(("message_id", ""), _negated=True),
                                fields=["message_id"],
                                name="press_inquirymessage_mail",
                            ),
                            models.Index(fields=["kind", "reusable", "id"], name="press_inquirymessage_kind"),
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
                        (
                            "inquiry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="receipts",
                                to="press.inquiry",
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
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="press.inquirymessage",
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        (
                            "media_type",
                            models.CharField(
                                help_text="As the mail says; nobody relies on it.", max_length=100
                            ),
                        ),
                        ("size", models.PositiveIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("body", models.BinaryField()),
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
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="press_inquirypolicy_only_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoomText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                help_text="Code, such as: en, fr, ar",
                                max_length=20,
                                unique=True,
                                verbose_name="language",
                            ),
                        ),
                        (
                            "facts",
                            models.TextField(
                                blank=True,
                                help_text="One fact a line, as “Inhabitants: 40,000 (2026)”.",
                                verbose_name="fact sheet",
                            ),
                        ),
                        (
                            "terms",
                            models.TextField(
                                blank=True,
                                help_text="What may be done with texts and pictures. It also goes over the wire.",
                                verbose_name="terms of use",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "text of the press room",
                        "verbose_name_plural": "texts of the press room",
                        "ordering": ["language"],
                    },
                ),
                migrations.CreateModel(
                    name="KitPicture",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        (
                            "sort",
                            models.CharField(
                                choices=[("logo", "Logo"), ("picture", "Picture")],
                                default="picture",
                                max_length=10,
                                verbose_name="sort",
                            ),
                        ),
                        (
                            "image",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="wagtailimages.image",
                                verbose_name="picture",
                            ),
                        ),
                        (
                            "alt",
                            models.CharField(
                                help_text="For whoever cannot see it, and for captions.",
                                max_length=300,
                                verbose_name="description",
                            ),
                        ),
                        (
                            "credit",
                            models.CharField(
                                blank=True,
                                help_text="Who has to be named, as: Photo: A. Lind",
                                max_length=200,
                                verbose_name="credit",
                            ),
                        ),
                        (
                            "rights",
                            models.CharField(
                                blank=True,
                                help_text="Only if other than the terms of use of the press room.",
                                max_length=300,
                                verbose_name="rights",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
                        ("listed", models.BooleanField(default=True, verbose_name="shown in the press room")),
                    ],
                    options={
                        "verbose_name": "picture for the press",
                        "verbose_name_plural": "pictures for the press",
                        "ordering": ["position", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="PressConference",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                help_text="Code. Empty: shown in all languages.",
                                max_length=20,
                                verbose_name="language",
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="begins")),
                        ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="ends")),
                        (
                            "zone",
                            models.CharField(
                                blank=True,
                                help_text="Such as: Europe/Brussels",
                                max_length=64,
                                verbose_name="time zone of the place",
                            ),
                        ),
                        ("place", models.CharField(blank=True, max_length=300, verbose_name="place")),
                        (
                            "link",
                            models.URLField(
                                blank=True,
                                help_text="Where it can be followed.",
                                max_length=500,
                                verbose_name="link",
                            ),
                        ),
                        (
                            "text",
                            models.TextField(blank=True, verbose_name="what it is about, and how to come"),
                        ),
                        ("cancelled", models.BooleanField(default=False, verbose_name="called off")),
                        ("changes", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "changed_at",
                            models.DateTimeField(default=django.utils.timezone.now, editable=False),
                        ),
                        ("listed", models.BooleanField(default=True, verbose_name="shown in the press room")),
                    ],
                    options={
                        "verbose_name": "press conference",
                        "verbose_name_plural": "press conferences",
                        "ordering": ["-starts_at"],
                        "indexes": [models.Index(fields=["starts_at"], name="press_conference_when")],
                    },
                ),
                migrations.CreateModel(
                    name="WireItem",
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
                                help_text="None: thrown away.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="statements.statement",
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        (
                            "purpose",
                            models.CharField(
                                help_text="Why it went out; unique with the version.", max_length=40
                            ),
                        ),
                        ("embargoed_until", models.DateTimeField(null=True)),
                        ("title", models.CharField(max_length=300)),
                        ("language", models.CharField(max_length=20)),
                        ("body", models.JSONField(help_text="The item as `press.formats.stored` writes it.")),
                        ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("embargoed_until__isnull", False)),
                                fields=["embargoed_until"],
                                name="press_wireitem_embargoed",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("statement", "version", "purpose"), name="press_wireitem_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Transmission",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "destination",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transmissions",
                                to="press.destination",
                            ),
                        ),
                        ("number", models.PositiveBigIntegerField()),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transmissions",
                                to="press.wireitem",
                            ),
                        ),
                        (
                            "turn",
                            models.CharField(
                                choices=[
                                    ("open", "Waits or is on its way"),
                                    ("done", "Taken"),
                                    ("left-out", "Left out by a person"),
                                ],
                                default="open",
                                max_length=8,
                            ),
                        ),
                        (
                            "delivery",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="transmission",
                                to="delivery.delivery",
                            ),
                        ),
                        (
                            "offered_at",
                            models.DateTimeField(
                                help_text="When whoever fetches was first shown it.", null=True
                            ),
                        ),
                        ("queued_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("done_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("turn", "open")),
                                fields=["destination", "number"],
                                name="press_transmission_open",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("destination", "number"), name="press_transmission_number"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WireToken",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "destination",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tokens",
                                to="press.destination",
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        (
                            "embargoed",
                            models.BooleanField(default=False, help_text="Also opens what is under embargo."),
                        ),
                        ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "used_on",
                            models.DateField(help_text="The last day on which it was used.", null=True),
                        ),
                        ("revoked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="TopicCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "topic",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="statements.topic",
                            ),
                        ),
                        ("code", models.CharField(help_text="As 06000000.", max_length=8)),
                    ],
                ),
            ],
        ),
    ]
