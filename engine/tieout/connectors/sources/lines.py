"""A format of lines, each told by one pattern, → rows."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from tieout.connectors.sources.table import LONGEST_CELL, Row, Table


def open_lines(name: str, text: str, pattern: re.Pattern[str]) -> Table:
    """A table whose columns are the pattern's named groups. A line that doesn't fit is a fault."""

    def rows() -> Iterator[Row]:
        for number, line in enumerate(io.StringIO(text), 1):
            if not (bare := line.strip()):
                continue
            found = pattern.fullmatch(bare) if len(bare) <= LONGEST_CELL else None
            if found:
                yield Row(number, [cell or "" for cell in found.groups()])
            else:
                yield Row(number, (), f"{bare[:60]!r} is not a line of this format")

    return Table(name, tuple(pattern.groupindex), 0, rows)
