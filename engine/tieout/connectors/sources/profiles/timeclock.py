"""Timeclock, the format of ledger, hledger and Emacs: `i` checks in to an account, `o` checks out.

One person: say who, `columns: {worker: {fixed: …}}`. The account is the project. A check-out without an
account ends what is open, if that is one thing; what is still open at the end of the file runs.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tieout.connectors.sources.profiles.profile import Profile, Shape, column, maybe
from tieout.connectors.sources.table import LONGEST_CELL, Row, Table

_HEADER: Final = ("start", "end", "account", "description")
_LINE: Final = re.compile(
    r"(?P<act>[iIoO]) +(?P<moment>[\d/.-]+ +\d{1,2}:\d\d(?::\d\d)?)(?: *[+-]\d{4})?"
    r"(?: +(?P<account>.+?)(?: {2,}(?P<description>.*))?)?"
)


class _Open(NamedTuple):
    line: int
    moment: str
    description: str


def open_timeclock(name: str, text: str) -> Table:
    """A row for each check-in, with its check-out. A line that doesn't fit is a fault."""
    return Table(name, _HEADER, 0, lambda: iter(sorted(_rows(text), key=lambda row: row.line)))


def _rows(text: str) -> Iterator[Row]:
    running: dict[str, _Open] = {}
    for number, line in enumerate(io.StringIO(text), 1):
        bare = line.strip()
        if not bare or bare[0] in ";#*":
            continue
        found = _LINE.fullmatch(bare) if len(bare) <= LONGEST_CELL else None
        if not found:
            yield Row(number, (), f"{bare[:60]!r} is not a line of a timeclock")
            continue
        account = found["account"] or ""
        if found["act"] in "iI":
            if account in running:
                yield Row(
                    number,
                    (),
                    f"{account!r} is checked in already, in line {running[account].line}",
                )
            else:
                running[account] = _Open(number, found["moment"], found["description"] or "")
            continue
        if not account and len(running) == 1:
            (account,) = running
        if account not in running:
            which = (
                f"{account!r}"
                if account
                else "which of several accounts"
                if running
                else "anything"
            )
            yield Row(number, (), f"a check-out, and nothing says that {which} is checked in")
            continue
        begun = running.pop(account)
        cells = (begun.moment, found["moment"], account, begun.description)
        yield Row(begun.line, cells)
    for account, begun in running.items():
        yield Row(begun.line, (begun.moment, "", account, begun.description))


PROFILE: Final = Profile(
    name="timeclock",
    shapes=(
        Shape(
            columns={
                "start": column("start"),
                "end": column("end"),
                "project": column("account"),
                "notes": maybe("description"),
            },
            key=("worker", "start", "project"),
        ),
    ),
    text=open_timeclock,
)
