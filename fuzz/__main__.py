# SPDX-License-Identifier: Apache-2.0
"""Fuzzes all parsers: `python -m fuzz SECONDS`. Ends with a status other than 0 if it finds a bug."""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

MAX_SIZE = 16_384


def main() -> None:
    """Fuzz for so many seconds, from the valid inputs of every target."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    if find_spec("atheris") is None:
        sys.stdout.write("fuzz: skipped. atheris has no wheel for this Python and machine.\n")
        return
    import atheris
    from django.conf import settings

    settings.configure(USE_I18N=False)  # what is wrong with an address is said in words that Django looks up
    with atheris.instrument_imports(
        include=[
            "onrecord.proof",
            "onrecord.delivery.inbound",
            "onrecord.outbound.reading",
            "onrecord.press.inquiries",
        ]
    ):
        from fuzz.targets import TARGETS, attempt
    from fuzz.corpus import samples

    names = sorted(TARGETS)

    def one_input(data: bytes) -> None:
        """The first byte chooses the target."""
        if data:
            attempt(names[data[0] % len(names)], data[1:])

    with tempfile.TemporaryDirectory() as folder:
        for name, inputs in samples().items():
            for number, content in enumerate(inputs):
                (Path(folder) / f"{name}-{number}").write_bytes(bytes([names.index(name)]) + content)
        options = [
            f"-max_total_time={seconds}",
            f"-max_len={MAX_SIZE}",
            "-timeout=10",
            "-print_final_stats=1",
        ]
        atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={Path.cwd()}/fuzz-", folder], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
