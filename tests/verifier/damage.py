# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with the bytes of an edition, a proof, a register, a note, a policy or an archive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from onrecord.proof.bundle import Bundle
from onrecord.proof.encoding import from_base64, to_base64

Bytes = Callable[[bytes], bytes]
PARTS = ("edition", "proof", "register", "register_proof", "register_note")
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493


def one_byte(rng: Random, data: bytes) -> bytes:
    """Change one byte, add one, take one away, or cut the end off."""
    at = rng.randrange(len(data)) if data else 0
    other = bytes([data[at] ^ (1 << rng.randrange(8))]) if data else b"?"
    longer = data[:at] + rng.choice([b"\n", b" ", b"\0", b"=", b"A"]) + data[at:]
    return rng.choice([data[:at] + other + data[at + 1 :], longer, data[:at] + data[at + 1 :], data[:at]])


def with_part(source: Bundle, part: str, data: bytes) -> Bundle:
    """Return the bundle with another of its PARTS."""
    return replace(source, **{part: data})  # type: ignore[arg-type]  # files is not among the parts


# JSON that is not canonical, or not JSON, although it reads alike.


def _replaced(old: bytes, *new: bytes) -> Callable[[Random], Bytes]:
    def make(rng: Random) -> Bytes:
        other = rng.choice(new)
        return lambda data: data.replace(old, other, 1)

    return make


_TITLE, _LANG, _PREV = b'"title":"', b'"lang":"en"', b'"prev":null'

JSON_DAMAGE: tuple[Callable[[Random], Bytes], ...] = (
    _replaced(b",", b", ", b",,", b""),
    _replaced(
        b'"edition":1', b'"edition":1.0', b'"edition":1e0', b'"edition":01', b'"edition":-0', b'"edition":+1'
    ),
    _replaced(
        b'"edition":1',
        b'"edition":9007199254740991',
        b'"edition":9007199254740992',
        b'"edition":-9007199254740991',
        b'"edition":' + b"9" * 40,
        b'"edition":+1',
        b'"edition":true',
        b'"edition":NaN',
    ),
    _replaced(
        b'"title":"', b'"title":"e\xcc\x81', b'"title":"\xc3\xa9', b'"title":"\\u00e9', b'"title":"\\/'
    ),
    _replaced(
        b'"title":"', b'"title":"\\ud800', b'"title":"\xed\xa0\x80', b'"title":"\xff', b'"title":"\x01'
    ),
    _replaced(_TITLE, b'"title":"\\u0001', b'"title":"\\u000A', b'"title":"\\n', b'"title":"\x7f'),
    _replaced(_TITLE, b'"title":"\r', b'"title":"\\r', b'"title":"\\u001F', b'"title":"\xef\xbb\xbf'),
    _replaced(
        b'"lang":"en"',
        b'"lang":"en","lang":"en"',
        b'"lang":"en","kk":{"\xf0\x9f\x98\x80":1,"\xef\xbf\xbd":2}',
    ),
    _replaced(
        b'"lang":"en"',
        b'"kk":{"\xef\xbf\xbd":2,"\xf0\x9f\x98\x80":1},"lang":"en"',
        b'"__proto__":1,"lang":"en"',
    ),
    _replaced(
        b'"lang":"en"', b'"kk":' + b"[" * 63 + b"]" * 63 + b',"lang":"en"', b'"kk":{"a\\r":1},"lang":"en"'
    ),
    _replaced(
        b'"lang":"en"', b'"kk":' + b"[" * 64 + b"]" * 64 + b',"lang":"en"', b'"kk":[1,[],{}],"lang":"en"'
    ),
    _replaced(_LANG, b'"kk":' + b"[" * 65 + b"]" * 65 + b',"lang":"en"', b'"kk":[1,],"lang":"en"'),
    _replaced(
        b'"prev":null',
        b'"prev":nul',
        b'"prev":Null',
        b'"prev":{}',
        b'"prev":{"index":0}',
        b'"prev":undefined',
    ),
    lambda rng: lambda data: b"\xef\xbb\xbf" + data,
    lambda rng: lambda data: data + b"\n",
    lambda rng: lambda data: b"[" + data + b"]",
    lambda rng: lambda data: rng.choice([b"", b"null", b"[]", b"{}", b'"x"', b"0", b"-", b"{", b"[" * 9999]),
    lambda rng: lambda data: one_byte(rng, data),
)

EDITION_ODDITIES: Mapping[str, tuple[object, ...]] = {
    "v": ("onrecord/edition/2", None, 1),
    "edition": (0, -1, 2, "1", None, 2**53 - 1),
    "op": (
        "correct",
        "withdraw",
        "update",
        "translate",
        "erase",
        "register",
        "policy",
        "decisions",
        "delete",
        "",
    ),
    "reason": ("", "A figure was wrong.", 1, False),
    "lang": ("", "e", "zh-Hans", "english-language", "en_GB", "ar-", "abcdefghi", "en\n"),
    "issued": (
        "2026-02-29T08:00:00Z",
        "2024-02-29T23:59:59Z",
        "2026-11-24T24:00:00Z",
        "2026-11-24T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-11-24 08:00:00Z",
        "٢٠٢٦-11-24T08:00:00Z",
        "2026-11-24T08:00:00Z\n",
        "1900-02-29T00:00:00Z",
    ),
    "prev": (
        {"index": 0, "commitment": to_base64(bytes(32))},
        {"index": -1, "commitment": to_base64(bytes(32))},
        {"index": True, "commitment": to_base64(bytes(32))},
        {"index": 0, "commitment": to_base64(bytes(31))},
        {"index": 0, "commitment": "A" * 43},
        [],
        0,
    ),
    "blocks": (
        None,
        {},
        [1],
        [{"id": "a", "kind": "p", "text": ""}],
        [{"id": "a", "kind": "p"}],
        [{"id": "a", "kind": "p", "text": "x"}, {"id": "a", "kind": "p", "text": "y"}],
        [{"id": "", "kind": "p", "text": "x"}],
        [{"id": "a", "kind": "p", "text": "one\r\ntwo"}],
    ),
    "files": (
        None,
        [{"name": "x", "type": "t", "size": -1, "sha256": "0" * 64}],
        [{"name": "x", "type": "t", "size": True, "sha256": "0" * 64}],
        [{"name": "x", "type": "t", "size": 1, "sha256": "A" * 64}],
        [{"name": "", "type": "t", "size": 1, "sha256": "0" * 64}],
        [{"name": "x", "type": "t", "size": 1, "sha256": "0" * 64}],
    ),
    "html_sha256": (None, "0" * 64, "0" * 63, "F" * 64),
    "title": ("", None, "\ud7ff", "\ufeffx"),
    "log": ("", None, "town.example/log ", "TOWN.example/log"),
    "statement": ("", 7),
    "extra": ({"any": ["thing", 1, None]}, "\u2028"),
}

REGISTER_ODDITIES: Mapping[str, tuple[object, ...]] = {
    "v": ("onrecord/register/2", None),
    "organisation": (None, {}, {"name": ""}, {"name": "X", "domain": ""}, {"name": "X", "identifiers": None}),
    "root": (
        None,
        {"threshold": 0},
        {"threshold": 1, "keys": []},
        {"threshold": -1, "keys": []},
        {"threshold": True, "keys": []},
        {"threshold": 1, "keys": ["x"]},
    ),
    "keys": (None, [], [{}], [1], [{"role": "release", "state": "active", "from_index": 0}]),
    "max_sealed_days": (None, -1, "30", 0),
    "mirrors": (None, [""], ["https://mirror.example/"], [1]),
    "witnesses": (None, ["x"], [None]),
    "accounts": (None, {}, 1),
}


def odd_member(rng: Random, oddities: Mapping[str, tuple[object, ...]]) -> dict[str, object]:
    """Return one member with a value it should perhaps not have."""
    name = rng.choice(sorted(oddities))
    return {name: rng.choice(oddities[name])}


# Checkpoints that are signed as they stand.


def _lines(change: Callable[[list[str]], list[str]]) -> Callable[[Random], Callable[[str], str]]:
    return lambda rng: lambda text: "\n".join(change(text.removesuffix("\n").split("\n"))) + "\n"


CHECKPOINT_ODDITIES: tuple[Callable[[Random], Callable[[str], str]], ...] = (
    _lines(lambda lines: [*lines, "extension"]),
    _lines(lambda lines: [*lines, "", "more"]),
    _lines(lambda lines: [lines[0], "0", lines[2]]),
    _lines(lambda lines: [lines[0], "0", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="]),
    _lines(lambda lines: [lines[0], f"0{lines[1]}", lines[2]]),
    _lines(lambda lines: [lines[0], str(2**63 - 1), lines[2]]),
    _lines(lambda lines: [lines[0], str(2**63), lines[2]]),
    _lines(lambda lines: [lines[0], str(int(lines[1]) + 1), lines[2]]),
    _lines(lambda lines: [lines[0], "٣", lines[2]]),
    _lines(lambda lines: [lines[0], lines[1], lines[2][:-1]]),
    _lines(lambda lines: [lines[0], lines[1], to_base64(bytes(31))]),
    _lines(lambda lines: ["city.example/log", *lines[1:]]),
    _lines(lambda lines: [f"{lines[0]}\u00a0", *lines[1:]]),
    _lines(lambda lines: lines[:2]),
)


# Damage to one part of what a reader has.


def _some_byte(rng: Random, source: Bundle) -> Bundle:
    present = [part for part in PARTS if getattr(source, part) is not None]
    part = rng.choice(present)
    return with_part(source, part, one_byte(rng, getattr(source, part)))


def _lines_of_a_proof(rng: Random, source: Bundle) -> Bundle:
    part = rng.choice(["proof", "register_proof"] if source.register_proof else ["proof"])
    lines = getattr(source, part).decode().split("\n")
    at = rng.randrange(len(lines))
    other = rng.randrange(len(lines))
    changed = list(lines)
    way = rng.randrange(6)
    if way == 0:
        changed.insert(at, lines[other])
    elif way == 1:
        del changed[at]
    elif way == 2:
        changed[at], changed[other] = changed[other], changed[at]
    elif way == 3:
        changed[at] = f" {lines[at]}" if rng.random() < 0.5 else f"{lines[at]}\r"
    elif way == 4:
        changed[2] = f"index {rng.choice([0, 1, 2, 7, '00', '-1', '+1', '', 2**63, '１', 2**63 - 1])}"
    else:
        changed[1] = rng.choice(["extra ", "extra e30=", "extra =", "extra AA", "extra"])
    return with_part(source, part, "\n".join(changed).encode())


def _base64_spelled_otherwise(rng: Random, source: Bundle) -> Bundle:
    lines = source.proof.decode().split("\n")
    padded = [at for at, line in enumerate(lines) if line.endswith("=")]
    at = rng.choice(padded)
    body = lines[at].rstrip("=")
    table = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    stray = body[:-1] + table[(table.index(body[-1]) + 1) % 64] + "=" * (len(lines[at]) - len(body))
    lines[at] = rng.choice([stray, body, lines[at] + "=", lines[at].replace("+", "-").replace("/", "_")])
    return replace(source, proof="\n".join(lines).encode())


def _extra_data(rng: Random, source: Bundle) -> Bundle:
    lines = source.proof.decode().split("\n")
    extra = from_base64(lines[1].removeprefix("extra "), what="the extra data")
    changed = rng.choice(
        [
            one_byte(rng, extra),
            extra.replace(b'{"leaf"', b'{"a":1,"leaf"'),
            extra.replace(b'"nonce":"', b'"nonce":"AAAA'),
            extra.replace(b'\\"k\\":\\"', b'\\"k\\":\\"A'),
            extra.replace(b'\\"c\\"', b'\\"C\\"'),
            extra.replace(b"onrecord/leaf/1", b"onrecord/leaf/2"),
            extra.replace(b":", b": ", 1),
        ]
    )
    lines[1] = f"extra {to_base64(changed)}"
    return replace(source, proof="\n".join(lines).encode())


def _signature_bytes(rng: Random, source: Bundle) -> Bundle:
    """Change a signature as only somebody could who knows the curve: S + L, R of small order, S of zero."""
    lines = source.proof.decode().split("\n")
    at = rng.choice([number for number, line in enumerate(lines) if line.startswith("— ")])
    head, _, encoded = lines[at].rpartition(" ")
    data = from_base64(encoded, what="a signature")
    known, r, s = data[:-64], data[-64:-32], int.from_bytes(data[-32:], "little")
    weak = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    one = (1).to_bytes(32, "little")
    changed = rng.choice(
        [
            r + (s + ED25519_ORDER).to_bytes(32, "little"),
            one + s.to_bytes(32, "little"),
            weak + bytes(32),
            one + bytes(32),
            bytes(64),
            b"\xff" * 64,
            r[:31] + bytes([r[31] ^ 0x80]) + s.to_bytes(32, "little"),
        ]
    )
    lines[at] = f"{head} {to_base64(known + changed)}"
    return replace(source, proof="\n".join(lines).encode())


def _signature_lines(rng: Random, source: Bundle) -> Bundle:
    """Repeat, drop or rename signature lines."""
    text, separator, rows = source.proof.rpartition(b"\n\n")
    lines = rows.decode().removesuffix("\n").split("\n")
    line = rng.choice(lines)
    head, _, encoded = line.rpartition(" ")
    changed = rng.choice(
        [
            [*lines, line],
            lines[1:],
            [*lines, "— somebody.else/key AAAAAAAAAAAA"],
            [*lines, f"{head} {encoded[:-8]}"],
            [f"{head}\u00a0x {encoded}"],
            [f"{head}\ufeff {encoded}"],
            [f"{head}+ {encoded}"],
            ["- " + line.removeprefix("— ")],
            [line] * 101,
            [*lines, f"{head} {to_base64(b'1234' + bytes(72))}"],
            [*lines, f"{head} {to_base64(from_base64(encoded, what='it')[:4] + bytes(72))}"],
        ]
    )
    rows = "".join(f"{row}\n" for row in changed).encode()
    return replace(source, proof=text + separator + rows)


def _parts_exchanged(rng: Random, source: Bundle) -> Bundle:
    one, other = rng.sample(PARTS, 2)
    changed = {one: getattr(source, other), other: getattr(source, one)}
    return replace(source, **{name: part for name, part in changed.items() if part is not None})


PART_DAMAGE: tuple[Callable[[Random, Bundle], Bundle], ...] = (
    _some_byte,
    _some_byte,
    _some_byte,
    _lines_of_a_proof,
    _base64_spelled_otherwise,
    _extra_data,
    _signature_bytes,
    _signature_lines,
    _parts_exchanged,
)
