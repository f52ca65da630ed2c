"""One entry on a page: captured, mapped, checked, rounded, classified, priced, booked."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from tieout.domain.money import format_rate, format_seconds
from tieout.planning.trace import EntryLine, EntryTrace, PortionTrace, Rate, Use, Value
from tieout.reporting.figures import cut, money, pad, safe, width
from tieout.reporting.lineage import veiled
from tieout.reporting.lineage_rows import LABEL, Rows, said, sign
from tieout.reporting.paint import painter
from tieout.reporting.plan_text import NARROW, WIDE
from tieout.reporting.plan_view import in_order

_MEANINGS = {"booked": "good", "held": "hold", "excluded": "note"}


def text(
    trace: EntryTrace, *, columns: int = 100, colour: bool = False, show_pay: bool = False
) -> str:
    """The page, 80 to 120 columns wide. Without ``show_pay`` nothing on it tells a wage."""
    page = _Page(veiled(trace, show_pay), min(max(columns, NARROW), WIDE), colour)
    return "\n".join(line.rstrip() for line in page.lines()) + "\n"


class _Page:
    """The page of one entry under way."""

    def __init__(self, trace: EntryTrace, columns: int, colour: bool) -> None:
        self.trace, self.columns, self.paint = trace, columns, painter(colour)
        self.rows = Rows(columns, self.paint, trace.origins)

    def lines(self) -> Iterator[str]:
        yield self._headline()
        yield ""
        yield from self.rows.labelled("captured", self._captured())
        mapped: tuple[Value, ...] = ()
        for portion in self.trace.portions:
            yield ""
            if len(self.trace.portions) > 1:
                yield self.paint(f"  {portion.date}  {format_seconds(portion.seconds)}", "title")
            if portion.mapped != mapped:
                yield from self._mapped(portion)
                yield ""
            mapped = portion.mapped
            yield from self._uses(portion)
            yield ""
            yield from self._priced(portion)
        yield from self._shares()
        yield from self._booked()
        yield ""
        yield f"Next: {self._next()}"

    def _headline(self) -> str:
        days = [str(portion.date) for portion in self.trace.portions]
        shown = days[0] if len(set(days)) == 1 else f"{days[0]} to {days[-1]}"
        tail = f"  ·  {shown}  ·  {format_seconds(self.trace.entry.seconds)}"
        key = cut(f"Entry {safe(self.trace.key)}", self.columns - width(tail))
        return self.paint(key, "title") + tail

    def _captured(self) -> Iterator[str]:
        entry = self.trace.entry
        approval = entry.approval or "no approval"
        if entry.approval and entry.approved_by:
            approval += f" by {entry.approved_by}"
        parts = [self.trace.place, entry.grain, approval, "running" if entry.running else ""]
        yield "  ·  ".join(safe(part) for part in parts if part)
        if self.trace.begins:
            ends = self.trace.ends or "running"
            same_day = ends[:11] == self.trace.begins[:11]
            yield f"{self.trace.begins} – {ends[11:] if same_day else ends}  {self.trace.timezone}"
        elif entry.from_date:
            yield f"{entry.from_date} – {entry.to_date}"
        who = entry.worker_name or entry.worker_email or entry.worker_id
        what = (
            entry.customer_name,
            entry.project_name or entry.project_id,
            entry.task_name or entry.task_id,
            entry.type,
        )
        yield "  ·  ".join(safe(part) for part in (who, " / ".join(filter(None, what))) if part)

    def _mapped(self, portion: PortionTrace) -> Iterator[str]:
        ids = max(len(value.value or "-") for value in portion.mapped)
        for value in portion.mapped:
            left = cut(
                f"{safe(value.value or '-'):{ids}}  {safe(value.how)}", self.columns - LABEL - 2
            )
            yield from self.rows.labelled(
                value.what, self.rows.beside(left, value if value.row else None)
            )

    def _uses(self, portion: PortionTrace) -> Iterator[str]:
        hours = max(width(self._hours(use)) for use in portion.uses)
        for use in portion.uses:
            state = self.paint(f"{use.state:8}", _MEANINGS[use.state])
            why, *more = self._why(use, self.columns - LABEL - hours - 14)
            lines = [f"{self._hours(use):{hours}}  {state}  {why}"]
            lines += [" " * (hours + 12) + rest for rest in more]
            yield from self.rows.labelled(use.purpose, [*lines, *self._rule(use)])

    def _why(self, use: Use, room: int) -> list[str]:
        """The code and what it says of this portion, in lines that fit beside the state."""
        said = f"{use.code}  {safe(use.sentence)}" if use.code else ""
        return textwrap.wrap(said, room, subsequent_indent=" " * 7, break_on_hyphens=False) or [""]

    def _hours(self, use: Use) -> str:
        if use.counted == use.seconds:
            return format_seconds(use.seconds)
        return f"{format_seconds(use.seconds)} → {format_seconds(use.counted)}"

    def _rule(self, use: Use) -> Iterator[str]:
        if use.rule is None:
            return
        words = "rounded: " + use.rule.how if use.rule.how else ""
        if words and use.counted == use.seconds:
            return
        yield from self.rows.beside(words, use.rule)

    def _priced(self, portion: PortionTrace) -> Iterator[str]:
        yield from self.rows.labelled("classes", self._classes(portion))
        pay = (line for rate in portion.pay for line in self._rate(rate))
        yield from self.rows.labelled("pay rate", pay)
        if portion.bill:
            yield from self.rows.labelled("bill rate", self._rate(portion.bill))

    def _classes(self, portion: PortionTrace) -> Iterator[str]:
        premium = any(segment.percent != 100 for segment in portion.segments)
        for segment in portion.segments:
            basis = f"  {segment.basis}" if segment.basis else ""
            name = segment.pay_class.replace("_", " ")
            yield f"{format_seconds(segment.seconds):>8}  {name} {segment.percent} %{basis}"
        if premium and portion.law:
            yield from self.rows.beside(f"{portion.law.value} {portion.law.how}", portion.law)

    def _rate(self, rate: Rate) -> Iterator[str]:
        shown = (
            "(hidden)" if rate.rate is None else f"{format_rate(rate.rate)} {rate.currency} an hour"
        )
        where = Value(what="rate", value=None, row=rate.row, place=rate.place)
        yield from self.rows.beside(f"{shown}, {safe(rate.how)}", where)

    def _shares(self) -> Iterator[str]:
        lines = [
            f"{pad(safe(share.line), 40)}  {money(share.amount, share.currency):>16}"
            for share in self.trace.shares
            if share.amount
        ]
        yield from self.rows.labelled("cost", lines)

    def _booked(self) -> Iterator[str]:
        yield ""
        if not self.trace.lines:
            yield "  It stands in no document."
        documents: dict[str, list[EntryLine]] = {}
        for line in self.trace.lines:
            documents.setdefault(line.document, []).append(line)
        for key, lines in documents.items():
            yield from self._document(key, lines)

    def _document(self, key: str, lines: Sequence[EntryLine]) -> Iterator[str]:
        mark, meaning = sign(lines[0].standing)
        state = said(lines[0].standing)
        room = self.columns - 6 - width(state)
        yield f"  {self.paint(mark, meaning)} {pad(safe(key), room)}  {state}"
        cells = [self._cells(line) for line in lines]
        widths = [max(width(row[place]) for row in cells) for place in range(3)]
        room = self.columns - 6 - sum(widths) - 2 * sum(map(bool, widths))
        for line, (purposes, *figures) in zip(lines, cells, strict=True):
            shown = [purposes.ljust(widths[0])]
            shown += [f.rjust(w) for f, w in zip(figures, widths[1:], strict=True) if w]
            yield "      " + "  ".join([pad(safe(line.line), room), *shown])

    def _cells(self, line: EntryLine) -> tuple[str, str, str]:
        """The purposes, the entry's seconds of the line's, and the line's amount."""
        own = format_seconds(line.seconds) if line.seconds else ""
        if line.line_seconds != line.seconds:
            own = f"{own} of {format_seconds(line.line_seconds)}".strip()
        shown = line.amount is not None and line.currency
        amount = money(line.amount or 0, line.currency or "") if shown else ""
        return ", ".join(in_order(line.purposes)), own, amount

    def _next(self) -> str:
        held = [
            use.code
            for portion in self.trace.portions
            for use in portion.uses
            if use.state == "held"
        ]
        if held:
            return f"tieout explain {held[0]}"
        if self.trace.lines:
            return f"tieout explain {self.trace.lines[0].document}"
        return "tieout plan"
