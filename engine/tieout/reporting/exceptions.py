"""What is held, as a list to work through: on a page, as JSON, or for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Container, Iterable, Iterator, Sequence

from tieout.domain.change import Exception_
from tieout.domain.money import format_seconds
from tieout.domain.plan import Plan
from tieout.reporting import codes
from tieout.reporting.figures import counted, pad, safe, width, wrap
from tieout.reporting.paint import Paint, painter
from tieout.reporting.spreadsheet import defused
from tieout.reporting.workbook.tables import Table

_COLUMNS = ("code", "title", "severity", "purpose", "entry", "seconds", "owner", "message")


def select(
    plan: Plan, *, code: str | None = None, purpose: str | None = None, owner: str | None = None,
    severity: str | None = None, entry: str | None = None, among: Container[str] | None = None,
) -> tuple[Exception_, ...]:  # fmt: skip
    """Those that agree with every filter given, the most seconds first. Codes in any case; ``among``:
    keys of entries, chosen by what an exception itself doesn't say."""
    found = [
        e for e in plan.body.exceptions
        if (code is None or e.code == code.upper()) and purpose in (None, e.purpose)
        and owner in (None, e.owner) and severity in (None, e.severity)
        and entry in (None, e.entry) and (among is None or e.entry in among)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda e: (-abs(e.seconds), e.code, e.entry, e.purpose or "")))


def text(
    found: Iterable[Exception_], *, columns: int = 100, colour: bool = False, by_owner: bool = False,
    of: Sequence[Exception_] = (),
) -> str:  # fmt: skip
    """By code, a line for each entry and purpose: all of them, however many there are.

    ``by_owner``: a list for each owner, what nobody owns last. ``of``: all those that were chosen
    from.
    """
    found, paint = tuple(found), painter(colour)
    if not found and of:
        size = counted(len({e.entry for e in of}), "item")
        return f"None of these; {size} of other kinds.\n\nNext: tieout exceptions\n"
    if not found:
        return "Nothing is held.\n\nNext: tieout plan\n"
    lines: list[str] = []
    for owner in _owners(found) if by_owner else ():
        mine = tuple(e for e in found if (e.owner or "") == owner)
        size = counted(len({e.entry for e in mine}), "item")
        lines += [paint(f"→ {safe(owner) or 'nobody'}  ·  {size}", "title"), ""]
        lines += _codes(mine, columns, paint, owners=False)
    lines += [] if by_owner else _codes(found, columns, paint, owners=True)
    return "\n".join([*lines, f"Next: tieout explain {found[0].code}", ""])


def _owners(found: Sequence[Exception_]) -> list[str]:
    """By name; the empty name of what nobody owns comes last."""
    return sorted({e.owner or "" for e in found}, key=lambda owner: (owner == "", owner))


def _codes(
    found: Sequence[Exception_], columns: int, paint: Paint, *, owners: bool
) -> Iterator[str]:
    """A block for each code, with the owner at the end of each line if ``owners``."""
    for code in dict.fromkeys(e.code for e in found):
        rows = [e for e in found if e.code == code]
        size = counted(len({e.entry for e in rows}), "item")
        yield f"{paint(code, 'hold')} {codes.title(code)}  ·  {size}"
        lead = max(width(_lead(e)) for e in rows)
        for e in rows:
            yield from _row(e, lead, columns, f"→ {safe(e.owner)}" if owners and e.owner else "")
        yield ""


def _row(e: Exception_, lead: int, columns: int, owner: str) -> Iterator[str]:
    """What and whose it is beside the key as far as there is room for them, else below."""
    what, message = f"  {pad(_lead(e), lead)}  ", safe(e.message.removeprefix(f"{e.entry} "))
    room = columns - width(what) - width(owner) - 2 * bool(owner)
    if width(message) <= room:
        yield f"{what}{pad(message, room)}  {owner}".rstrip()
        return
    below = wrap(message, columns - 6)
    if room >= 0:
        what = f"{what}{' ' * room}  {owner}"
    elif owner:
        below = [owner, *below]
    yield what.rstrip()
    yield from (f"      {line}" for line in below)


def as_json(found: Iterable[Exception_]) -> str:
    """The machine view: ``exceptions`` with seconds, in the shape of the plan's own."""
    rows = [e.as_json() for e in found]
    document = {"format_version": 1, "exceptions": rows}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_csv(found: Iterable[Exception_]) -> str:
    """For a spreadsheet: a header, a row each, and no cell that it would run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow(_COLUMNS)
    for e in found:
        row = {**vars(e), "title": codes.title(e.code)}
        writer.writerow([_cell(row[name]) for name in _COLUMNS])
    return out.getvalue()


def as_table(found: Iterable[Exception_]) -> Table:
    """The same as one sheet of a workbook."""
    rows = ({**vars(e), "title": codes.title(e.code)} for e in found)
    return Table("exceptions", _COLUMNS, tuple(tuple(row[c] for c in _COLUMNS) for row in rows))


def _cell(value: object) -> str:
    return defused(value) if isinstance(value, str) else "" if value is None else str(value)


def _lead(e: Exception_) -> str:
    hours = format_seconds(e.seconds) if e.seconds else ""
    return f"{hours:>10}  {e.purpose or '':7}  {safe(e.entry)}"
