# SPDX-License-Identifier: Apache-2.0
"""Comments as other systems write them down. A format is one module with `read`; it knows no database.

disqus     the XML that Disqus exports
wxr        WordPress eXtended RSS
isso       the SQLite file of Isso
remark42   the backup of Remark42: JSON, one comment in each line
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from onrecord.conversation.formats import disqus, isso, remark42, wxr
from onrecord.conversation.formats.foreign import Foreign

FORMATS: dict[str, Callable[[Path], Iterator[Foreign]]] = {
    "disqus": disqus.read,
    "isso": isso.read,
    "remark42": remark42.read,
    "wxr": wxr.read,
}

__all__ = ["FORMATS", "Foreign"]
