# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFont

from onrecord.bakery.headers import is_named_by_content
from onrecord.people.models import User
from onrecord.statements.formats import cards, faces, png
from onrecord.statements.formats.cards import HEIGHT, WIDTH, Look, card_path, draw, plan
from onrecord.statements.formats.png import band, canvas, empty, encode
from onrecord.statements.pages import keys_for
from onrecord.statements.pages.statement import render_statement
from tests.statements.drafts import released

LOOK = Look("Town of Elmford", "news.elmford.example", "#8a1538")
TITLE_ROWS = (196, 504)


def data(**changes: Any) -> dict[str, Any]:
    base = {
        "title": "Water is safe to drink",
        "lang": "en",
        "kind": "press-release",
        "dated": "2026-11-24",
        "statement": "https://news.elmford.example/s/2026/water/",
        "edition": 2,
    }
    return {**base, **changes}


def drawn(**changes: Any) -> Image.Image:
    picture = Image.open(BytesIO(draw(plan(data(**changes), LOOK), LOOK)))
    picture.load()
    return picture


def ink_in_title(picture: Image.Image) -> tuple[int, int, int, int] | None:
    top, bottom = TITLE_ROWS
    return picture.convert("L").crop((0, top, WIDTH, bottom)).point(lambda value: 255 - value).getbbox()


def test_a_card_has_the_size_other_sites_ask_for() -> None:
    path, body = card_path(data(), LOOK), draw(plan(data(), LOOK), LOOK)
    picture = drawn()

    assert picture.size == (WIDTH, HEIGHT) == (1200, 630)
    assert picture.format == "PNG"
    assert len(body) < 60_000
    assert picture.convert("RGB").getpixel((5, 5)) == (0x8A, 0x15, 0x38)
    assert picture.convert("RGB").getpixel((5, 400)) == (255, 255, 255)
    assert path.startswith("/s/2026/water/2/card-")
    assert is_named_by_content(path)


def test_the_path_is_known_without_drawing_and_changes_with_what_is_drawn() -> None:
    path = card_path(data(), LOOK)

    assert draw(plan(data(), LOOK), LOOK) == draw(plan(data(), LOOK), LOOK)
    others = [
        card_path(data(title="Other"), LOOK),
        card_path(data(dated="2026-11-25"), LOOK),
        card_path(data(kind="denial"), LOOK),
        card_path(data(), Look("Other", LOOK.host, LOOK.accent)),
        card_path(data(), Look(LOOK.name, LOOK.host, "#000080")),
    ]
    assert len({path, *others}) == 6


def test_another_packer_makes_the_same_picture_under_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    path, drawn = card_path(data(), LOOK), draw(plan(data(), LOOK), LOOK)
    cards._head.cache_clear()
    cards._foot.cache_clear()
    monkeypatch.setattr(png, "_packing", zlib)
    monkeypatch.setattr(cards, "PACKED_BY", "zlib 1.2.13")

    with Image.open(BytesIO(drawn)) as one, Image.open(BytesIO(draw(plan(data(), LOOK), LOOK))) as other:
        assert one.tobytes() == other.tobytes()
    assert card_path(data(), LOOK) != path


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Water is safe to drink " * 8),
        ("en", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2),
        ("en", "W" * 200),
        ("ru", "Вода в Элмфорде безопасна для питья " * 5),
        ("ar", "أعلن المجلس أن مياه الشرب في المدينة آمنة (2026) " * 4),
        ("he", "המים בטוחים לשתייה " * 10),
        ("zh-hans", "市政府宣布：饮用水安全，今后将公布每一次检测结果。" * 8),
    ],
)
def test_a_title_of_any_length_stays_within_bounds(language: str, title: str) -> None:
    bounds = ink_in_title(drawn(lang=language, title=title[:200]))

    if faces.face_for(faces.drawable(title), language) is None:
        assert bounds is None
    else:
        assert bounds is not None
        left, _top, right, bottom = bounds
        assert left >= 50
        assert right <= WIDTH - 40
        assert bottom <= TITLE_ROWS[1] - TITLE_ROWS[0]


def test_scripts_are_set_from_the_side_where_reading_starts() -> None:
    left = ink_in_title(drawn(title="Water"))
    right = ink_in_title(drawn(title="المياه", lang="ar"))

    assert left is not None
    assert left[0] < 100
    if faces.has_shaping():
        assert right is not None
        assert right[2] > WIDTH - 100


def test_a_title_that_no_typeface_can_write_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "_system", tuple)
    faces._face_for.cache_clear()
    try:
        assert ink_in_title(drawn(title="饮用水安全", lang="zh-hans")) is None
        assert ink_in_title(drawn(title="Вода", lang="ru")) is not None
    finally:
        faces._face_for.cache_clear()


def test_letters_that_have_to_be_joined_are_left_out_where_nothing_joins_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(faces, "has_shaping", lambda: False)
    monkeypatch.setattr(cards, "has_shaping", lambda: False)

    assert faces.face_for("المياه", "ar") is None
    assert ink_in_title(drawn(title="المياه", lang="ar")) is None
    assert faces.face_for("Water", "en") is not None


def test_pictographs_are_left_out_and_the_words_stay() -> None:
    assert faces.drawable("Short 🎉 party\u200d\ufe0f\x07") == "Short party"
    assert ink_in_title(drawn(title="Short 🎉 party")) == ink_in_title(drawn(title="Short party"))


def test_the_faces_that_come_along_have_what_they_promise() -> None:
    for text in (
        "Zażółć gęślą jaźń “Ελλάδα” – Đặng, №5 €",
        "Съешь ещё этих булок",
        "أعلن المجلس 2026 (EU)",
        "שלום",
    ):
        face = faces.face_for(text, "en") if faces.has_shaping() else True
        assert face, text
        if isinstance(face, faces.Face):
            assert Path(face.path).parent == faces.FONTS


def test_coverage_is_what_the_font_draws() -> None:
    ranges = faces._coverage(str(faces.OWN[0]))
    font = ImageFont.truetype(str(faces.OWN[0]), 20)
    missing = font.getmask("\U0010fffd").getbbox(), bytes(font.getmask("\U0010fffd"))

    for code in (*range(0x21, 0x7F), 0x410, 0x3B1, 0x1EA0, 0x20AC):
        assert faces._covers(ranges, [code])
        assert bytes(font.getmask(chr(code))) != missing[1]
    assert not faces._covers(ranges, [0x6C34])


def test_a_file_that_is_no_font_covers_nothing(tmp_path: Path) -> None:
    for body in (
        b"",
        b"nonsense",
        b"ttcf" + b"\xff" * 60,
        b"\0\1\0\0\0\1" + b"\0" * 6 + b"cmap" + b"\xff" * 12,
    ):
        (tmp_path / "x.ttf").write_bytes(body)
        faces._coverage.cache_clear()
        assert faces._coverage(str(tmp_path / "x.ttf")) == ()


def test_any_picture_is_written_as_its_bands_say() -> None:
    picture = canvas(40, 50)
    for place in range(0, 1000, 7):
        picture.putpixel((2 + place % 40, place // 40), place % 15)
    palette = [(value, value * 2, value * 3) for value in range(15)]

    bands = [band(picture), empty(40, 7), band(picture.crop((0, 0, 42, 20)))]
    with Image.open(BytesIO(encode(40, bands, palette))) as read:
        read.load()
        assert read.size == (40, 77)
        assert all(
            read.getpixel((x, y)) == (0 if 50 <= y < 57 else picture.getpixel((x + 2, y % 57)))
            for x in range(40)
            for y in range(77)
        )


def test_an_edition_in_the_log_has_its_card(olga: User, ines: User) -> None:
    edition = released(olga, ines)

    key = (str(edition.statement.publication.pk), str(edition.pk))
    (file,) = (found for found in render_statement(key) if found.path.endswith(".png"))

    assert file.immutable
    assert file.media_type == "image/png"
    assert file.path.startswith(f"{edition.statement.publication.path}1/card-")
    assert ("statements.statement", key) in keys_for(edition)
