"""One document on a page: lines with entries and rows, the books, what we wrote, what is next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tieout.domain.change import Change
from tieout.domain.document import Document, is_counter
from tieout.domain.money import format_amount, format_rate, format_seconds
from tieout.planning.trace import DocumentTrace, Held, LineTrace, Part, Value, Written
from tieout.reporting.differences import label
from tieout.reporting.figures import counted, cut, money, pad, safe, width, wrap
from tieout.reporting.lineage import hides_total, veil_of
from tieout.reporting.lineage_rows import LABEL, Rows, said, short, sign
from tieout.reporting.paint import painter
from tieout.reporting.plan_text import NARROW, WIDE
from tieout.reporting.privacy import HIDDEN

#: How much of each list the page shows before it says how many more there are.
LINES, ENTRIES, ORIGINS = 40, 4, 6


def text(
    trace: DocumentTrace, *, columns: int = 100, colour: bool = False, show_pay: bool = False
) -> str:
    """The page, 80 to 120 columns wide. Without ``show_pay`` nothing on it tells a wage."""
    page = _Page(trace, min(max(columns, NARROW), WIDE), colour, show_pay)
    return "\n".join(line.rstrip() for line in page.lines()) + "\n"


class _Page:
    """The page of one document under way."""

    def __init__(self, trace: DocumentTrace, columns: int, colour: bool, show_pay: bool) -> None:
        self.trace, self.columns, self.paint = trace, columns, painter(colour)
        self.rows = Rows(columns, self.paint, trace.origins)
        veil = veil_of(trace, show_pay)
        self.lines_hidden = veil.hides_lines(trace.document.kind)
        self.total_hidden = hides_total(trace, veil)
        #: each row is named once, those of every line above them all
        self.named = {*trace.values}
        self.ordered = sorted(trace.lines, key=lambda traced: is_counter(traced.line.key))

    def lines(self) -> Iterator[str]:
        yield from self._headline()
        values = (*self.trace.values, *self._shared())
        if values:
            yield ""
        for value in values:
            yield from self.rows.labelled(value.what, self._value(value))
        for line in self.ordered[:LINES]:
            yield ""
            yield from self._line(line)
        more = len(self.trace.lines) - LINES
        if more > 0:
            yield f"  … and {counted(more, 'more line')}: --format json"
        if self.trace.entries:
            yield ""
            yield "  It was last written from"
            yield from self._entries(self.trace.entries)
        yield ""
        yield from self._states()
        yield ""
        yield f"Next: {self._next()}"

    def _headline(self) -> Iterator[str]:
        trace, document = self.trace, self.trace.document
        state = said(trace.standing)
        mark, meaning = sign(trace.standing)
        key = cut(f"Document {safe(trace.key)}", self.columns - width(state) - 5)
        yield f"{self.paint(key, 'title')}  ·  {self.paint(state, meaning)}"
        same = document.from_ == document.to
        parts = (
            document.from_ if same else f"{document.from_} – {document.to}",
            f"dated {document.date}" if document.date != document.to else "",
            f"in {safe(trace.target)}",
            *self._total(document),
        )
        yield from (f"  {line}" for line in self.rows.joined(parts, 2))
        if trace.standing.message and trace.standing.code:
            first, *rest = wrap(safe(trace.standing.message), self.columns - 4)
            yield f"  {self.paint(mark, meaning)} {first}"
            yield from (f"    {line}" for line in rest)
        if not trace.desired:
            yield "  No entry asks for it now; this is what stands of it."

    def _total(self, document: Document) -> Iterator[str]:
        yield format_seconds(document.seconds)
        if document.currency is not None:
            amount = money(document.amount, document.currency)
            yield HIDDEN if self.total_hidden else amount

    def _shared(self) -> Iterator[Value]:
        """The values of every line, a journal's counter line apart."""
        lines = [traced.values for traced in self.ordered if not is_counter(traced.line.key)]
        for value in lines[0] if len(lines) > 1 else ():
            if all(value in values for values in lines):
                self.named.add(value)
                yield value

    def _value(self, value: Value) -> Iterator[str]:
        shown = safe(value.value or "")
        how = f"({safe(value.how)})" if shown and value.how else safe(value.how)
        yield from self.rows.beside(f"{shown} {how}".strip(), value)

    def _line(self, traced: LineTrace) -> Iterator[str]:
        line, currency = traced.line, self.trace.document.currency
        hours = format_seconds(line.seconds) if line.seconds else ""
        amount = ""
        if currency and not self.lines_hidden:
            if line.rate is not None:
                hours += f" × {format_rate(line.rate)}"
            amount = f"{format_amount(line.amount, currency, grouped=True)} {currency}"
        figures = f"{hours}  {amount:>16}" if amount else hours
        room = self.columns - 4 - width(figures)
        yield f"  {self.paint(pad(safe(label(line)), room), 'title')}  {figures}"
        for value in traced.values:
            if value not in self.named:
                self.named.add(value)
                yield from self.rows.labelled(f"  {value.what}", self._value(value))
        yield from self._entries(traced.entries)

    def _entries(self, parts: Sequence[Part]) -> Iterator[str]:
        for part in parts[:ENTRIES]:
            hours = format_seconds(part.seconds) if part.seconds else ""
            lead = f"    {part.date}  {hours:>9}  {short(part.entry)}  "
            yield lead + self.paint(cut(safe(part.place), self.columns - width(lead)), "faint")
        more = len(parts) - ENTRIES
        if more > 0:
            rest = sum(part.seconds for part in parts[ENTRIES:])
            hours = f", {format_seconds(rest)}" if rest else ""
            yield f"    … and {counted(more, 'more entry', 'more entries')}{hours}: --format json"

    def _states(self) -> Iterator[str]:
        books = [line for held in self.trace.books for line in self._held(held)]
        yield from self.rows.labelled("books", books or ["hold nothing of it"])
        written = [line for act in self.trace.written for line in self._written(act)]
        yield from self.rows.labelled("written", written or ["never"])
        for change in self.trace.changes:
            yield from self.rows.labelled("planned", self._change(change))

    def _held(self, held: Held) -> Iterator[str]:
        final = f"final: {safe(held.final)}" if held.final else ""
        parts = (safe(held.document.key), *self._total(held.document), final)
        yield from self.rows.joined(parts, LABEL + 2)

    def _written(self, act: Written) -> Iterator[str]:
        at = act.at[:16].replace("T", " ") + "Z"
        parts = (safe(act.document), act.action or "removed by retention", at)
        yield from self.rows.joined(parts, LABEL + 2)
        number = f"record {act.number} of the journal"
        parts = (f"plan {str(act.plan)[:8]}", number, f"by {safe(act.actor)}")
        yield from self.rows.joined(parts, LABEL + 2)

    def _change(self, change: Change) -> Iterator[str]:
        yield f"{change.action.value} {safe(change.document)}: {change.reason.replace('_', ' ')}"
        for origin in change.origin[:ORIGINS]:
            value = Value(what="origin", value=None, row=origin.row)
            yield self.paint(self.rows.origin(value), "faint")

    def _next(self) -> str:
        standing = self.trace.standing
        if standing.code:
            return f"tieout explain {standing.code}"
        return "tieout plan -o plan.tieout" if standing.state == "planned" else "tieout reconcile"
