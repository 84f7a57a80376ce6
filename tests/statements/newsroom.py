# SPDX-License-Identifier: Apache-2.0
"""A newsroom with a bit of everything: what a reader can meet on the pages of a town.

Everything is written, approved and released through the actions, by Olga and Ines.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image as Picture
from PIL import ImageDraw
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Locale

from onrecord.people.models import User
from onrecord.statements import actions
from onrecord.statements.formats.files import WIDTHS
from onrecord.statements.models import Edition, PressContact, Spokesperson, Statement, Topic, TopicName

DAY = date(2026, 11, 24)
"""The date line of the newest statements."""

ARABIC = {
    "title": "مياه الشرب في إلمفورد آمنة",
    "summary": "فحصت البلدية مياه الشرب يوم الاثنين ووجدتها آمنة في جميع الأحياء.",
    "place": "إلمفورد",
    "body": [
        ("paragraph", "<p>فحص مختبر مستقل أربعًا وعشرين عينة من المياه، وكانت كلها مطابقة للمعايير.</p>"),
        (
            "quotation",
            {
                "text": "يمكن للجميع أن يشربوا من الصنبور.",
                "speaker": "حنا براند",
                "role": "مديرة مرفق المياه",
            },
        ),
        ("paragraph", "<p>ستنشر البلدية نتائج الفحوص كل أسبوع حتى نهاية العام.</p>"),
    ],
}
FRENCH = {
    "title": "L’eau d’Elmford est potable",
    "summary": "La ville a fait analyser l’eau lundi : elle est potable dans tous les quartiers.",
    "place": "Elmford",
    "body": [
        ("paragraph", "<p>Un laboratoire indépendant a analysé vingt-quatre échantillons prélevés lundi.</p>")
    ],
}


@dataclass
class Newsroom:
    """Who works here and what they said; attributes name the editions worth looking at."""

    writer: User
    editor: User
    picture_width: int = 1800
    corrected: Edition | None = None
    withdrawn: Edition | None = None
    pending: Edition | None = None
    french: Edition | None = None
    arabic: Edition | None = None


def fill(writer: User, editor: User, *, others: int = 9, picture_width: int = 1800) -> Newsroom:
    """Publish a corrected statement with translations, a withdrawn one, one to be reviewed, and others."""
    newsroom = Newsroom(writer, editor, picture_width)
    topics = _topics()
    for number, (title, summary) in enumerate(_OTHERS[:others]):
        _release(newsroom, title, summary, dated=DAY - timedelta(days=40 - number * 3), topics=topics[1:2])
    newsroom.withdrawn = _withdrawn(newsroom, topics)
    first = _release(
        newsroom, *_WATER, body=_water_body(newsroom.picture_width), topics=topics[:1], people=True
    )
    newsroom.french = _translate(newsroom, first, "fr", FRENCH)
    newsroom.corrected = _correct(newsroom, first)
    newsroom.arabic = _translate(newsroom, newsroom.corrected, "ar", ARABIC)
    newsroom.pending = _pending(newsroom)
    return newsroom


def write(newsroom: Newsroom, title: str, summary: str, **fields: Any) -> Statement:
    """Return a saved draft."""
    locale, _created = Locale.objects.get_or_create(language_code=fields.pop("language", "en"))
    people, topics = fields.pop("people", False), fields.pop("topics", [])
    body = fields.pop("body", None) or [("paragraph", f"<p>{summary}</p>")]
    fields = {"place": "Elmford", "dated": DAY, **fields}
    statement = Statement(title=title, summary=summary, body=body, locale=locale, **fields)
    statement.topics.set(topics)
    if people:
        statement.spokespeople.set(_spokespeople())
        statement.contacts.set(_contacts())
    return actions.save_draft(statement, by=newsroom.writer)


def release(newsroom: Newsroom, statement: Statement, **change: str) -> Edition:
    """Return the next edition of a draft, approved by somebody else."""
    actions.submit(statement, by=newsroom.writer, **change)
    actions.approve(statement, by=newsroom.editor)
    return _logged(actions.release(statement, by=newsroom.editor))


def withdraw(newsroom: Newsroom, statement: Statement, reason: str) -> Edition:
    """Return the edition that withdraws a statement."""
    actions.propose_withdrawal(statement, by=newsroom.writer, reason=reason)
    actions.approve(statement, by=newsroom.editor)
    return _logged(actions.release(statement, by=newsroom.editor))


def picture(width: int = 1800) -> Image:
    """Return a picture of a river between two hills."""
    height = width // 2
    drawn = Picture.new("RGB", (width, height), "#c9d6dd")
    pen = ImageDraw.Draw(drawn)
    pen.polygon(
        [(0, height), (0, height * 0.5), (width * 0.4, height * 0.75), (width * 0.5, height)], "#6c7f63"
    )
    pen.polygon([(width, height), (width, height * 0.35), (width * 0.55, height)], "#55694f")
    pen.ellipse([width * 0.7, height * 0.1, width * 0.78, height * 0.26], "#f3e7c2")
    content = io.BytesIO()
    drawn.save(content, "PNG")
    image = Image.objects.create(title="Intake", file=ContentFile(content.getvalue(), "intake.png"))
    for limit in WIDTHS:
        image.get_rendition(f"max-{limit}x{limit * 4}")
    return image


def _logged(edition: Edition) -> Edition:
    # Within a transaction nothing follows by itself yet.
    return actions.sequence(edition.pk)


def _release(newsroom: Newsroom, title: str, summary: str, **fields: Any) -> Edition:
    return release(newsroom, write(newsroom, title, summary, **fields))


def _correct(newsroom: Newsroom, edition: Edition) -> Edition:
    statement = Statement.objects.get(pk=edition.statement_id)
    body = _water_body(newsroom.picture_width)
    body[0] = ("paragraph", body[0][1].replace("twenty-four", "twenty-six").replace("Monday", "Sunday"))
    statement.body = body
    actions.save_draft(statement, by=newsroom.writer)
    note = "Twenty-six samples were taken, not twenty-four, and on Sunday, not on Monday."
    return release(newsroom, statement, change="correction", change_note=note)


def _translate(newsroom: Newsroom, edition: Edition, language: str, text: dict[str, Any]) -> Edition:
    Locale.objects.get_or_create(language_code=language)
    original = Statement.objects.get(pk=edition.statement_id)
    translation = actions.translate(original, by=newsroom.writer, language=language)
    for name, value in text.items():
        setattr(translation, name, value)
    actions.save_draft(translation, by=newsroom.writer)
    return release(newsroom, translation)


def _withdrawn(newsroom: Newsroom, topics: list[Topic]) -> Edition:
    title, summary = (
        "The old bridge stays closed until June",
        "An inspection found cracks in the second pier.",
    )
    edition = _release(
        newsroom, title, summary, kind="advisory", topics=topics, dated=DAY - timedelta(days=2)
    )
    statement = Statement.objects.get(pk=edition.statement_id)
    reason = "The inspection was of another bridge. The old bridge has been open all along; we are sorry."
    return withdraw(newsroom, statement, reason)


def _pending(newsroom: Newsroom) -> Edition:
    summary = "No message of the town asks residents for their bank details. The letters are forged."
    statement = write(newsroom, "Letters asking for bank details are not from us", summary, kind="denial")
    actions.save_draft(statement, by=newsroom.editor)  # who has a hand in the text does not approve it
    return _logged(actions.publish_now_review_after(statement, by=newsroom.editor))


def _topics() -> list[Topic]:
    water, town = (
        Topic.objects.get_or_create(slug=slug, defaults={"name": name})[0]
        for slug, name in (("water", "Water"), ("town-life", "Town life"))
    )
    for language, name in (("fr", "Eau"), ("ar", "المياه")):
        TopicName.objects.get_or_create(topic=water, language=language, defaults={"name": name})
    return [water, town]


def _spokespeople() -> list[Spokesperson]:
    person, _created = Spokesperson.objects.get_or_create(
        name="Hanna Brand",
        role="Director of the waterworks",
        defaults={"expertise": "Water, sewers, flooding", "languages": "English, French"},
    )
    return [person]


def _contacts() -> list[PressContact]:
    person, _created = PressContact.objects.get_or_create(
        name="Olga Writer",
        defaults={
            "role": "Press officer",
            "phone": "+32 2 555 01 20",
            "email": "press@elmford.example",
            "hours": "Mon–Fri 8:00–18:00",
            "languages": "English, French",
        },
    )
    return [person]


def _water_body(picture_width: int) -> list[tuple[str, Any]]:
    report = Document.objects.create(
        title="Report", file=ContentFile(b"%PDF-1.4 not a real report", "report.pdf")
    )
    image = {
        "image": picture(picture_width),
        "alt": "The river Elm between two green hills",
        "caption": "The intake above Elmford takes its water from the river Elm.",
        "credit": "Photo: Town of Elmford",
    }
    measured = ["<p>Bacteria, at the tap and at the source</p>", "<p>Lead, copper and nitrate</p>"]
    return [
        ("paragraph", _TESTED),
        ("paragraph", _CLOUDY),
        ("quotation", {"text": _QUOTED, "speaker": "Hanna Brand", "role": "director of the waterworks"}),
        ("heading", {"text": "What was measured", "level": "2"}),
        ("list", {"style": "bullets", "items": measured}),
        ("table", _table(_LEAD)),
        ("image", image),
        ("heading", {"text": "What happens next", "level": "3"}),
        ("paragraph", "<p>The town will publish the results of each week until the end of the year.</p>"),
        ("file", {"file": report, "description": "The laboratory’s report"}),
        ("note", "<p>Samples and methods can be seen at the waterworks, Mill Lane 4, by appointment.</p>"),
    ]


def _table(raw: dict[str, Any]) -> Any:
    block = Statement.body.field.stream_block.child_blocks["table"]
    return block.to_python(raw)


_LEAD = {
    "columns": [{"type": "text", "heading": "District"}, {"type": "text", "heading": "Lead (µg/l)"}],
    "rows": [{"values": ["Old Town", "0.4"]}, {"values": ["Mill Quarter", "0.3"]}],
    "caption": "Lead in drinking water by district; the limit is 5 µg/l",
}
_QUOTED = (
    "Everybody in Elmford can drink from the tap. We publish every result so that nobody "
    "has to take our word for it."
)
_TESTED = (
    "<p>An independent laboratory examined twenty-four samples that were taken on Monday in all six "
    "districts. Every one of them met <a href='https://example.org/limits'>the limits for drinking "
    "water</a>, most by a wide margin.</p>"
)
_CLOUDY = (
    "<p>Residents had reported <i>cloudy water</i> at the weekend. It came from air in the pipes after "
    "a pump was replaced on Friday, is <b>harmless</b>, and was gone by Sunday evening.</p>"
)
_FOUND = (
    "Tests in every district found the town’s drinking water within all limits. Cloudy water at the weekend "
    "came from air in the pipes and was harmless."
)
_WATER = ("Elmford’s water is safe to drink, tests in all six districts show", _FOUND)
_OTHERS = (
    ("Town library opens on Sundays from December", "Readers asked for it; volunteers make it possible."),
    ("Council adopts the budget for 2027", "The budget is balanced and raises no taxes."),
    ("Tram line 4 resumes service after repairs", "All stops are served again from Thursday."),
    ("Winter shelter opens two weeks early", "Sixty beds are ready in the former school in Mill Lane."),
    ("New trees for Station Street", "Forty-two limes replace the planes felled in the storm of March."),
    ("Statement on the fire at the paper mill", "Nobody was hurt. The smoke was not poisonous."),
    ("How to vote in the district elections", "Polling stations are open from eight to eighteen hours."),
    ("Night buses run every half hour at weekends", "The trial begins on Friday and lasts until Easter."),
    ("Swimming hall closes for repairs until spring", "The roof has to be renewed before the winter."),
)
