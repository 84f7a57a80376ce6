# SPDX-License-Identifier: Apache-2.0
"""The press room as it is baked: its page in each language, pictures, calendars, archives of statements."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from markupsafe import Markup
from PIL import ExifTags, Image

from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import Family, File, Key
from onrecord.prepared import Prepared
from onrecord.press.inquiries import figures
from onrecord.press.models import InquiryPolicy, KitPicture, PressConference, RoomText
from onrecord.press.room import archives, calendar
from onrecord.press.wire.items import assets_of
from onrecord.statements.formats.files import location
from onrecord.statements.models import Edition, PressContact, Publication, Spokesperson
from onrecord.statements.pages import languages, templates
from onrecord.statements.pages.articles import Article
from onrecord.statements.pages.assets import portrait
from onrecord.statements.pages.below import Below
from onrecord.statements.pages.layout import Page, in_every_language
from onrecord.statements.pages.site import Asset, Site, href
from onrecord.statements.pages.statement import page_file
from onrecord.statements.pages.templates import render
from onrecord.statements.pages.words import Words

ROOM, PICTURES, ARCHIVES = "press.room", "press.pictures", "press.archives"
CALENDAR = "press/conferences.ics"
SHOWN_AFTER = timedelta(days=30)
"""So long after it a press conference stays in the calendar."""
_SCREEN = "max-1600x6400"
templates.add_folder(Path(__file__).resolve().parent.parent / "site_templates")


@dataclass(frozen=True, slots=True)
class Download:
    """A picture to download: for screens, and as it was handed in, for print."""

    row: KitPicture
    screen: Asset
    print: Asset


@dataclass(frozen=True, slots=True)
class Date:
    """A press conference as the page shows it."""

    row: PressConference
    when: str
    until: str
    iso: str
    path: str


def keys() -> Iterator[Key]:
    """Return the languages of the newsroom."""
    return ((language,) for language in Site.current().languages)


def room_keys() -> list[tuple[str, Key]]:
    """Return every page of the press room and its pictures, to be baked again."""
    return [*((ROOM, key) for key in keys()), *((PICTURES, key) for key in picture_keys())]


def archive_keys(edition: int) -> list[tuple[str, Key]]:
    """Return what holds the pictures and files of an edition, given by its id, if it has any."""
    return [(ARCHIVES, (str(edition),))] if _any_asset_of(edition) else []


_any_asset_of = Prepared(
    lambda edition: Edition.assets.through.objects.filter(edition=edition).values_list("pk")[:1]
)


def render_room(key: Key) -> Iterable[File]:
    """Render the press room in a language, and its calendars."""
    (language,) = key
    site = Site.current()
    if language not in site.languages:
        return
    home = site.home(language)
    with translation.override(language):
        title = _("Press room")
        description = _("Press contacts, spokespeople, facts, pictures and dates of %(name)s.") % {
            "name": site.name
        }
    page = Page(
        title=title,
        path=f"{home}press/",
        language=language,
        section="press",
        description=description,
        others=in_every_language(site, "press/"),
    )
    yield page_file(page.path, render("press_room.html", _context(site, page, language), language))
    rows = list(_conferences(language))
    yield _calendar_file(f"{home}{CALENDAR}", site, language, rows)
    for row in rows:
        yield _calendar_file(f"{home}{_calendar_path(row)}", site, language, [row])


def picture_keys() -> Iterator[Key]:
    """Return a key for each picture that is shown."""
    for pk in KitPicture.objects.filter(listed=True).order_by("pk").values_list("pk", flat=True):
        yield (str(pk),)


def render_picture(key: Key) -> Iterable[File]:
    """Yield a picture in both sizes."""
    row = KitPicture.objects.filter(pk=int(key[0]), listed=True).select_related("image").first()
    if row is None:
        return
    found = _download(row)
    for asset in dict.fromkeys((found.screen, found.print)):
        yield File(asset.path, asset.body, media_type_of(asset.path), immutable=True)


def archived_keys() -> Iterator[Key]:
    """Return a key for each published edition that carries pictures or files."""
    carrying = Edition.assets.through.objects.values("edition")
    rows = Edition.objects.filter(pk__in=carrying, leaf_index__isnull=False).order_by("pk")
    for pk in rows.values_list("pk", flat=True).iterator():
        yield (str(pk),)


def render_archive(key: Key) -> Iterable[File]:
    """Yield the archive of an edition's pictures and files."""
    edition = (
        Edition.objects.filter(pk=int(key[0]), leaf_index__isnull=False)
        .select_related("statement__publication")
        .first()
    )
    if edition is None:
        return
    site, data = Site.current(), edition.data
    entries = archive_entries(site, data)
    if entries:
        path, whole = edition.statement.publication.path, io.BytesIO()
        archives.write(whole, archive_head(site, data, site.url(path)), edition.released_at, entries)
        yield File(archive_path(path, edition.number), whole.getvalue(), "application/zip", immutable=True)


def archive_entries(site: Site, data: Mapping[str, Any]) -> list[archives.Entry]:
    """Return each picture of a text in its largest size, and each file; what is gone is left out."""
    kept = {file["path"]: file["sha256"] for file in data["files"]}
    entries = []
    for asset in assets_of(site, data, ()):
        path = asset.renditions[0].href.removeprefix(site.address)
        place = location(kept[path])
        if place.exists():
            name = path.rpartition("/")[2].partition("-")[2] or "file"
            entries.append(archives.Entry(name, place, (asset.title, asset.alt, asset.credit)))
    return entries


def archive_head(site: Site, data: Mapping[str, Any], said: str) -> list[str]:
    """Return what the list in an archive begins with: title, where it is from, where the terms of use are."""
    with translation.override(data["lang"]):
        terms = _("Terms of use")
    return [data["title"], said, f"{terms}: {site.url(site.home(data['lang']))}press/"]


def archive_path(path: str, number: int) -> str:
    """Return the address of the archive of an edition."""
    return f"{path}{number}.assets.zip"


def archive_link(site: Site, publication: int, article: Article) -> Below | None:
    """Offer the pictures and files of a statement in one file, below it."""
    if not any(block["kind"] in ("image", "file") for block in article.data["blocks"]):
        return None
    path = Publication.objects.filter(pk=publication).values_list("path", flat=True).get()
    with translation.override(article.facts.language):
        words = _("All pictures and files of this statement in one file (.zip)")
    markup = Markup('<p class="press-files"><a href="{}" download>{}</a></p>').format(
        href(archive_path(path, article.facts.number)), words
    )
    return Below(markup, Markup(""))


def _context(site: Site, page: Page, language: str) -> dict[str, Any]:
    texts = {row.language: row for row in RoomText.objects.all()}
    text = texts.get(language)
    words = Words(language, site.zone)
    people = Spokesperson.shown_in(language).select_related("portrait")
    now = timezone.now()
    downloads = [_download(row) for row in KitPicture.objects.filter(listed=True).select_related("image")]
    dates = [_date(site, language, row, words) for row in _conferences(language)]
    return {
        "site": site,
        "page": page,
        "contacts": list(PressContact.shown_in(language)),
        "spokespeople": [(person, portrait(person)) for person in people],
        "facts": [_fact(line) for line in text.facts.splitlines() if line.strip()] if text else [],
        "terms": text.terms.strip() if text else "",
        "logos": [one for one in downloads if one.row.sort == KitPicture.Sort.LOGO],
        "pictures": [one for one in downloads if one.row.sort == KitPicture.Sort.PICTURE],
        "dates": sorted((one for one in dates if _is_ahead(one.row, now)), key=lambda one: one.row.starts_at),
        "calendar": f"{site.home(language)}{CALENDAR}",
        "ask": f"/inquiries/?language={language}",
        "response_time": _response_time(now, language),
    }


def _response_time(now: datetime, language: str) -> str:
    """Return how fast inquiries are answered, if the newsroom shows that and there are enough answers."""
    found = figures.response_time(now) if InquiryPolicy.current().show_response_time else None
    with translation.override(language):
        return figures.in_words(found) if found else ""


def _fact(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    return (name.strip(), value.strip()) if colon else ("", line.strip())


def _is_ahead(row: PressConference, now: datetime) -> bool:
    return (row.ends_at or row.starts_at + timedelta(hours=2)) >= now


def _conferences(language: str) -> QuerySet[PressConference]:
    wanted = Q(language="") | Q(language=language)
    since = timezone.now() - SHOWN_AFTER
    return PressConference.objects.filter(wanted, listed=True, starts_at__gte=since).order_by(
        "starts_at", "pk"
    )


def _date(site: Site, language: str, row: PressConference, words: Words) -> Date:
    zone = row.zone or site.zone
    local = Words(language, zone)
    return Date(
        row=row,
        when=local.moment(row.starts_at),
        until=_until(row, local, zone, language),
        iso=row.starts_at.astimezone(ZoneInfo(zone)).isoformat(),
        path=f"{site.home(language)}{_calendar_path(row)}",
    )


def _until(row: PressConference, local: Words, zone: str, language: str) -> str:
    """Return when it ends: the time alone if that is on the same day."""
    if row.ends_at is None:
        return ""
    there = ZoneInfo(zone)
    if row.ends_at.astimezone(there).date() != row.starts_at.astimezone(there).date():
        return local.moment(row.ends_at)
    return languages.clock(row.ends_at, zone, language)


def _calendar_path(row: PressConference) -> str:
    return f"press/conference-{row.pk}.ics"


def _calendar_file(path: str, site: Site, language: str, rows: Iterable[PressConference]) -> File:
    host = site.address.partition("://")[2]
    body = calendar.write(
        site.name,
        [
            calendar.Appointment(
                uid=f"press-conference-{row.pk}@{host}",
                title=row.title,
                begins=row.starts_at,
                ends=row.ends_at,
                changed=row.changed_at,
                changes=row.changes,
                place=row.place,
                text=row.text,
                url=row.link or site.url(f"{site.home(language)}press/"),
                cancelled=row.cancelled,
            )
            for row in rows
        ],
    )
    return File(path, body, media_type_of(path))


def _download(row: KitPicture) -> Download:
    rendition = row.image.get_rendition(_SCREEN)
    with rendition.file.open("rb") as file:
        screen = _asset(row, "screen", rendition, file.read())
    with row.image.file.open("rb") as file:
        body = without_place(file.read())
    return Download(row, screen, _asset(row, "print", row.image, body))


def without_place(body: bytes) -> bytes:
    """Return a picture without the place where it was taken, which cameras write into JPEG files.

    All else stays, the credit in it too; the picture itself is written with the tables it had.
    """
    with Image.open(io.BytesIO(body)) as image:
        exif = image.getexif()
        if image.format != "JPEG" or ExifTags.Base.GPSInfo not in exif:
            return body
        del exif[ExifTags.Base.GPSInfo]
        written = io.BytesIO()
        image.save(written, "JPEG", quality="keep", exif=exif, icc_profile=image.info.get("icc_profile"))
    return written.getvalue()


def _asset(row: KitPicture, size: str, picture: Any, body: bytes) -> Asset:
    # `picture`: an image of Wagtail's or a rendition of it, which publish no types
    digest, ending = hashlib.sha256(body).hexdigest()[:12], Path(picture.file.name).suffix.lower()
    path = f"/assets/press-{row.pk}-{size}.{digest}{ending}"
    return Asset(path, body, picture.width, picture.height)


FAMILIES = (
    Family(ROOM, keys, render_room),
    Family(PICTURES, picture_keys, render_picture),
    Family(ARCHIVES, archived_keys, render_archive),
)
