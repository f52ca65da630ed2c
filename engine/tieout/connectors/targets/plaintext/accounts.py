"""Which accounts are open: those of the people's chart, or those that tieout opens itself.

Without a ``chart`` tieout keeps a file ``accounts`` of its own: an ``open`` (in hledger: ``account``)
for each account it posts to and a ``commodity`` for each currency, unless a file of the people's has
it already.
With a ``chart`` it opens nothing; an account that isn't open there refuses the document.
"""

from __future__ import annotations

from collections.abc import Iterable

from tieout.connectors.targets.plaintext import findings
from tieout.connectors.targets.plaintext.blocks import Format, Statement, Unreadable
from tieout.connectors.targets.plaintext.files import Folder
from tieout.connectors.targets.plaintext.layout import ACCOUNTS
from tieout.domain.diagnostic import Diagnostic

#: (directive, account or currency)
Declaration = tuple[str, str]


def needed(statements: Iterable[Statement]) -> set[Declaration]:
    """What the statements need declared."""
    result: set[Declaration] = set()
    for statement in statements:
        result |= {("open", leg.account) for leg in statement.legs}
        if statement.legs and statement.currency:
            result.add(("commodity", statement.currency))
    return result


def declared(format: Format, text: str) -> dict[Declaration, str]:
    """(directive, name) → the first date of each ``open``, ``close`` and ``commodity``."""
    result: dict[Declaration, str] = {}
    for segment in format.split(text):
        if segment.word in ("open", "close", "commodity"):
            try:
                values = format.parse(segment).values
            except Unreadable:
                continue
            if values:
                result.setdefault((segment.word, values[0]), segment.date)
    return result


def anywhere(format: Format, text: str) -> dict[Declaration, str]:
    """As :func:`declared`, without a closer look at a text that declares nothing."""
    return declared(format, text) if any(word in text for word in format.DECLARING) else {}


def everywhere(files: Iterable[dict[Declaration, str]]) -> dict[Declaration, str]:
    """What all files declare: in their order, a later one replaces an earlier."""
    result: dict[Declaration, str] = {}
    for found in files:
        result |= found
    return result


def not_open(
    key: str, statement: Statement, chart: str, known: dict[Declaration, str]
) -> Diagnostic | None:
    """The first account of the statement that the chart doesn't have open on its day."""
    for leg in statement.legs:
        opened = known.get(("open", leg.account))
        closed = known.get(("close", leg.account))
        if opened is None or statement.date < opened or (closed and statement.date >= closed):
            return findings.not_open(key, leg.account, statement.date, chart)
    return None


def declarations(folder: Folder, wanted: set[Declaration]) -> tuple[str | None, str | None]:
    """The text of our accounts file before and after ``wanted`` are declared in the books; what
    stands in it keeps its place, what is new goes in by name."""
    path, format = folder.own(ACCOUNTS), folder.format
    before = folder.read(path)
    missing = wanted - declared(format, before or "").keys()
    if missing:
        missing -= everywhere(anywhere(format, text) for _, text in folder.ledger([])).keys()
    if before is not None and not missing:
        return before, before
    head = format.comment(
        "The accounts that tieout posts to. It adds what is missing; "
        "the rest of this file is yours."
    )
    lines = (before or f"{head}\n").splitlines(keepends=True)
    for word, name in sorted(missing):
        line = format.declare(word, name)
        at = next(
            (i for i, held in enumerate(lines) if format.is_declaration(held) and held > line),
            len(lines),
        )
        if at == len(lines) and lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        lines.insert(at, line)
    return before, "".join(lines)
