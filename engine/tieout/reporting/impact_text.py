"""An impact in a terminal: what differs, by whom and by which row, then document by document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tieout.domain.money import format_seconds
from tieout.planning.shares import Part
from tieout.reporting.figures import counted, cut, money, pad, safe, width
from tieout.reporting.impact_view import ImpactView, Row
from tieout.reporting.paint import painter
from tieout.reporting.plan_lines import SIGNS
from tieout.reporting.plan_text import NARROW, WIDE, Page

#: How many names of each breakdown, and how many rows, a page shows.
_NAMES, _ROWS = 8, 12
_TITLES = {"customer": "by customer", "account": "by account, debits positive"}


def text(found: ImpactView, *, columns: int = 100, colour: bool = False, held: int = 5) -> str:
    """The impact as a page. ``columns`` is the terminal's width, kept between 80 and 120; ``held``
    how many exceptions to show of each code."""
    page = _Page(found, min(max(columns, NARROW), WIDE), colour, held)
    return "\n".join(page.lines()) + "\n"


def moved(part: Part) -> tuple[str, str]:
    """What a part adds or takes away: hours and money, each empty where there is none."""
    seconds = part.seconds[1] - part.seconds[0]
    sums = {c: after - before for c, (before, after) in part.money.items()}
    amounts = ", ".join(money(sums[c], c, signed=True) for c in sorted(sums) if sums[c])
    return format_seconds(seconds, signed=True) if seconds else "", amounts


def counts(found: ImpactView) -> list[tuple[str, str]]:
    """How many documents are new, changed and gone, and what is held anew or no more: (meaning,
    words)."""
    impact = found.impact
    names = (("create", "new"), ("update", "changed"), ("void", "gone"))
    numbers = {action: sum(c.action.value == action for c in impact.changes) for action, _ in names}
    signs = {action.value: sign for action, sign in SIGNS.items()}
    said = [(a, f"{signs[a]} {numbers[a]:,} {word}") for a, word in names if numbers[a]]
    more = [(len({e.entry for e in some}), word) for some, word in (
        (impact.appeared, "exceptions come"), (impact.gone, "go"))]  # fmt: skip
    return said + [("hold", f"! {number:,} {word}") for number, word in more if number]


class _Page(Page):
    """The page under way; what documents and exceptions look like is a plan's."""

    def __init__(self, found: ImpactView, columns: int, colour: bool, held: int) -> None:
        super().__init__(found.shown, columns, painter(colour), held)
        self.found = found

    def lines(self) -> Iterator[str]:
        found = self.found
        sections = (
            self._head_line(), self._numbers(), self._table("customer"), self._table("account"),
            self._rows(), self.changes(), self.creates(),
            self.groups(found.shown.held, "!", "hold"), self.groups(found.shown.notes, "·", "note"),
            self._gone(), self._refusing(), self._unread(),
        )  # fmt: skip
        for section in sections:
            block = list(section)
            if block:
                yield from (line.rstrip() for line in block)
                yield ""
        yield f"Next: {found.next}"

    def _head_line(self) -> Iterator[str]:
        found, body = self.found, self.found.impact.head
        title = self.paint(f"Impact of {safe(found.head)} on {safe(found.base)}", "title")
        yield f"{title}  ·  {safe(found.shown.route)}  ·  entries to {body.as_of}"
        if found.impact.base is None:
            yield "  There is no configuration to compare with: all that is asked for is new."

    def _numbers(self) -> Iterator[str]:
        if self.found.nothing:
            yield "  Nothing: both plans ask for the same documents and hold the same."
            return
        yield "  " + "    ".join(self.paint(words, meaning) for meaning, words in counts(self.found))
        rows = [(part.purpose, *moved(part)) for part in self.found.of("purpose")]
        yield from self._cells([row for row in rows if any(row[1:])])
        if self.found.hidden:
            yield self.paint("  cost is hidden: it could tell a wage (--show-pay)", "faint")

    def _table(self, dimension: str) -> Iterator[str]:
        rows = []
        for part in self.found.of(dimension):
            hours, amounts = moved(part)
            if hours or amounts:
                rows.append((f"{safe(part.name)}  {part.purpose}", hours, amounts))
        if rows:
            yield self.paint(f"  {_TITLES[dimension]}", "faint")
        yield from self._cells(rows[:_NAMES])
        if len(rows) > _NAMES:
            yield f"    … and {len(rows) - _NAMES:,} more: tieout impact --format json"

    def _cells(self, rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
        hours = max((width(row[1]) for row in rows), default=0)
        amounts = max((width(row[2]) for row in rows), default=0)
        lead = min(max((width(row[0]) for row in rows), default=0), self.columns - hours - amounts - 10)
        for name, time, amount in rows:
            yield f"    {pad(name, lead)}   {time.rjust(hours)}   {amount.rjust(amounts)}"

    def _rows(self) -> Iterator[str]:
        shown = self.found.rows[:_ROWS]
        if shown:
            yield self.paint("  by what was edited", "faint")
        for row in shown:
            yield from self._row(row)
        if len(self.found.rows) > _ROWS:
            yield f"    … and {len(self.found.rows) - _ROWS:,} more: tieout impact --format json"

    def _row(self, row: Row) -> Iterator[str]:
        for number, place in enumerate(row.places or ("what follows from the rest",)):
            yield f"    {'' if not number else 'with '}{cut(place, self.columns - 9)}"
        for edit in row.edits:
            if edit.before is not None or edit.after is not None:
                values = [safe(v) if v is not None else "none" for v in (edit.before, edit.after)]
                yield self.paint(f"      {cut(' → '.join(values), self.columns - 6)}", "faint")
        if not row.parts:
            yield self.paint("      no document differs for it", "faint")
        for part in map(self.found.veiled, row.parts):
            said = ", ".join(filter(None, moved(part)))
            size = counted(part.documents, "document")
            yield f"      {part.purpose}: {size}{f', {said}' if said else ''}"

    def _gone(self) -> Iterator[str]:
        gone = self.found.impact.gone
        for exception in gone[: self.held]:
            yield f"  ✓ {exception.code} no more: {cut(safe(exception.message), self.columns - 22)}"
        if len(gone) > self.held:
            yield f"    … and {len(gone) - self.held:,} more are settled"

    def _refusing(self) -> Iterator[str]:
        for guard in self.found.refusing:
            already = " (and that of the base)" if guard.name in self.found.refused_before else ""
            yield f"  guard {guard.name} {guard.value} > {guard.limit}: " + self.paint(
                f"the plan would be REFUSED{already}", "bad"
            )

    def _unread(self) -> Iterator[str]:
        for row in self.found.impact.unread:
            yield f"  {safe(row)} differs: what it reads otherwise is seen after a tieout pull"
