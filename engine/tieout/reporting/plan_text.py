"""A plan in a terminal: headline first, then what changes, what is held, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tieout.domain.change import Change, Conservation
from tieout.domain.document import Purpose
from tieout.domain.money import format_seconds
from tieout.domain.plan import Plan
from tieout.governance.approvals import Approval
from tieout.reporting import codes
from tieout.reporting.causes import UNSETTLED
from tieout.reporting.figures import counted, cut, listed, moneys, pad, safe, width, wrap
from tieout.reporting.paint import Paint, painter
from tieout.reporting.plan_lines import SIGNS, Row, reasons, rows, total
from tieout.reporting.plan_view import Creates, HeldGroup, PlanView, view
from tieout.reporting.privacy import HIDDEN

#: A page has between these many columns, whatever the terminal has.
NARROW, WIDE = 80, 120
#: How much of each list a page shows before it says how many more there are.
CHANGES, LINES, ORIGINS, LARGEST, PARTIES = 20, 12, 3, 10, 6


def text(
    plan: Plan, *, file: str | None = None, columns: int = 100, colour: bool = False,
    show_pay: bool = False, held: int = 5, approvals: Iterable[Approval] = (),
) -> str:  # fmt: skip
    """The plan as a page for people.

    ``file`` is where the plan is saved, if it is, ``columns`` the terminal's width (kept between
    80 and 120), ``held`` how many held entries to show of each code, ``approvals`` what was said of
    it since. Without ``show_pay`` cost stays hidden as ``reporting.privacy`` says.
    """
    page = Page(
        view(plan, file=file, show_pay=show_pay, approvals=approvals),
        min(max(columns, NARROW), WIDE), painter(colour), held,
    )  # fmt: skip
    return "\n".join(page.lines()) + "\n"


def conservation_table(parts: Sequence[Conservation], paint: Paint, columns: int) -> Iterator[str]:
    """Where every second of the source went, a row per purpose; columns of nothing are left out."""
    if not parts:
        return
    names = ("source", "booked", "rounding", "grain", "held", "excluded")
    optional = ("rounding", "grain")
    shown = [n for n in names if n not in optional or any(getattr(p, n) for p in parts)]
    cells = [[format_seconds(getattr(p, n), signed=n in optional) for n in shown] for p in parts]
    widths = [max(width(row[i]) for row in [*cells, shown]) for i in range(len(shown))]
    lead = max(len(p.purpose) for p in parts)
    heads = "   ".join(n.rjust(w) for n, w in zip(shown, widths, strict=True))
    yield paint(f"  {'':{lead}}   {heads}", "faint")
    rows = [
        f"  {part.purpose:{lead}}   "
        + "   ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True))
        for part, row in zip(parts, cells, strict=True)
    ]
    exact = all(part.exact for part in parts)
    words = "every second accounted for" if exact else "seconds are missing: please report"
    beside = width(rows[0]) + 5 + len(words) <= columns
    for number, (part, row) in enumerate(zip(parts, rows, strict=True)):
        mark = "✓" if part.exact else "✗"
        said = f"{mark} {words}" if beside and number == 0 else mark
        yield f"{row}   {paint(said, 'good' if part.exact else 'bad')}"
    if not beside:
        yield f"  {paint(words, 'good' if exact else 'bad')}"


class Page:
    """The plan's page under way: what is shown, how wide, in which colours."""

    def __init__(self, shown: PlanView, columns: int, paint: Paint, held: int) -> None:
        self.view, self.columns, self.paint, self.held = shown, columns, paint, held

    def lines(self) -> Iterator[str]:
        sections = (
            self._headline(), self._conservation(),
            self._calm() if self.view.plan.empty else self._counts(), self.changes(),
            self.creates(), self.groups(self.view.held, "!", "hold"),
            self.groups(self.view.notes, "·", "note"), self._guards(),
        )  # fmt: skip
        for section in sections:
            block = list(section)
            if block:
                yield from (line.rstrip() for line in block)
                yield ""
        yield f"Next: {self.view.next}"

    def _headline(self) -> Iterator[str]:
        shown, body = self.view, self.view.plan.body
        place = "" if body.environment == "default" else f" [{body.environment}]"
        parts = [
            f"Plan {shown.plan.id[:8]}", safe(shown.route) + place, shown.version,
            f"entries to {body.as_of}",
            f"{counted(body.entries, 'entry', 'entries')}, {format_seconds(shown.seconds)}",
        ]  # fmt: skip
        line = self.paint(parts[0], "title")
        used = width(parts[0])
        for part in parts[1:]:
            if used + 5 + width(part) > self.columns:
                yield line
                line, used = f"  {part}", 2 + width(part)
            else:
                line, used = f"{line}  ·  {part}", used + 5 + width(part)
        yield line
        if body.only:
            yield f"  only {safe(', '.join(body.only))}"

    def _conservation(self) -> Iterator[str]:
        return conservation_table(self.view.conservation, self.paint, self.columns)

    def _calm(self) -> Iterator[str]:
        yield f"  Nothing to do: {self._standing()}."
        waiting = len({row.entry for group in self.view.held for row in group.rows})
        if waiting:
            yield f"  {counted(waiting, 'item')} held, below; each waits for its owner."

    def _standing(self) -> str:
        """Why an empty plan is empty, and no more than is true."""
        codes = {exception.code for exception in self.view.plan.body.exceptions}
        if self.view.plan.body.only:
            return "the selected documents are as they should be, or held"
        if codes & UNSETTLED:
            return "where the books differ, somebody must decide first"
        return "the books hold what the entries, mappings and rules ask for"

    def _counts(self) -> Iterator[str]:
        summary = self.view.plan.summary
        names = [*((a.value, sign) for a, sign in SIGNS.items()), ("hold", "!")]
        counts = [
            self.paint(f"{sign} {summary[name]:,} {'held' if name == 'hold' else name}", name)
            for name, sign in names if summary[name]
        ]  # fmt: skip
        yield "  " + "    ".join(counts)
        amounts = [
            f"{safe(a.name)} {HIDDEN if a.totals is None else moneys(a.totals, signed=True)}"
            for a in self.view.amounts
        ]
        yield from self.flow(amounts[:PARTIES])
        if len(amounts) > PARTIES:
            yield f"  … and {counted(len(amounts) - PARTIES, 'more amount')}"

    def flow(self, parts: Sequence[str]) -> Iterator[str]:
        line = ""
        for part in parts:
            if line and width(line) + 4 + width(part) > self.columns:
                yield line
                line = ""
            line = f"{line}    {part}" if line else f"  {part}"
        if line:
            yield line

    def changes(self) -> Iterator[str]:
        for change in self.view.changes[:CHANGES]:
            yield from self._change(change)
        more = len(self.view.changes) - CHANGES
        if more > 0:
            yield f"  … and {counted(more, 'more change')}: {self._show('json')}"

    def _change(self, change: Change) -> Iterator[str]:
        yield self._head(change)
        lines = rows(self.view, change)
        yield from self._aligned(lines[:LINES])
        if len(lines) > LINES:
            yield f"      … and {counted(len(lines) - LINES, 'more line')}"
        why, *origins = reasons(self.view, change)
        yield self.paint(f"      {cut(why, self.columns - 6)}", "faint")
        for origin in origins[:ORIGINS]:
            yield self.paint(f"        {cut(origin, self.columns - 8)}", "faint")
        if len(origins) > ORIGINS:
            yield self.paint(f"        … and {len(origins) - ORIGINS:,} more", "faint")

    def _head(self, change: Change) -> str:
        sign, amount = SIGNS[change.action], total(self.view, change)
        key = pad(safe(self.view.key(change.document)), self.columns - 6 - width(amount))
        return f"  {self.paint(sign, change.action.value)} {key}  {amount}"

    def _aligned(self, lines: Sequence[Row]) -> Iterator[str]:
        hours = max((width(row.hours) for row in lines), default=0)
        amounts = max((width(row.amount) for row in lines), default=0)
        room = self.columns - 6 - hours - amounts - 3 * bool(hours) - 3 * bool(amounts)
        for row in lines:
            cells = [pad(row.name, room)]
            cells += [row.hours.rjust(hours)] if hours else []
            cells += [row.amount.rjust(amounts)] if amounts else []
            yield "      " + "   ".join(cells)

    def creates(self) -> Iterator[str]:
        """A few new documents one by one; many by kind and party, then the largest."""
        largest = self.view.largest
        if len(largest) > LARGEST:
            yield from self._columns([self._group_cells(group) for group in self._few_parties()])
            many = len(self.view.creates) - len(self._few_parties())
            if many:
                more = counted(many, "more party", "more parties")
                yield f"  … and for {more}: {self._show('json')}"
            yield ""
            yield self.paint("  the ten largest", "faint")
        yield from (self._head(change) for change in largest[:LARGEST])

    def _few_parties(self) -> tuple[Creates, ...]:
        """Of each kind the parties with most hours."""
        by_kind: dict[str, list[Creates]] = {}
        for group in sorted(self.view.creates, key=lambda g: (-abs(g.seconds), g.party)):
            by_kind.setdefault(group.kind, []).append(group)
        kept = {id(group) for groups in by_kind.values() for group in groups[:PARTIES]}
        return tuple(group for group in self.view.creates if id(group) in kept)

    def _group_cells(self, group: Creates) -> tuple[str, ...]:
        totals = group.amount.totals
        amount = HIDDEN if totals is None else moneys(totals)
        who = f"{group.kind} {safe(group.party)}".rstrip()
        return (who, f"{len(group.changes):,}", format_seconds(group.seconds), amount)

    def _columns(self, table: Sequence[tuple[str, ...]]) -> Iterator[str]:
        widths = [max(width(row[i]) for row in table) for i in range(4)]
        room = max(self.columns - 4 - 9 - sum(widths[1:]), 12)
        for who, *figures in table:
            cells = [f.rjust(w) for f, w in zip(figures, widths[1:], strict=True)]
            yield f"  {self.paint('+', 'create')} {'   '.join([pad(who, room), *cells])}"

    def groups(self, groups: Sequence[HeldGroup], sign: str, meaning: str) -> Iterator[str]:
        for group in groups:
            yield from self._group_head(group, self.paint(sign, meaning))
            shown = group.rows[: self.held]
            hours = [format_seconds(row.seconds) if row.seconds else "" for row in shown]
            for row, time in zip(shown, hours, strict=True):
                lead = f"{time.rjust(max(map(len, hours)))}  " if any(hours) else ""
                what = safe(row.message)
                if not row.message.startswith(row.entry):
                    what += f"  ({safe(self.view.key(row.entry))})"
                first, *rest = wrap(what, self.columns - 6 - len(lead))
                yield f"      {lead}{first}"
                yield from (f"      {' ' * len(lead)}{line}" for line in rest)
            more = len(group.rows) - self.held
            if more > 0:
                yield f"      … and {more:,} more: tieout exceptions --code {group.code}"

    def _group_head(self, group: HeldGroup, sign: str) -> Iterator[str]:
        """What, how much, for which purposes; the owners beside it where they fit, else below."""
        parts = [f"{group.code} {codes.title(group.code)}", group.size]
        parts += [format_seconds(group.seconds)] if group.seconds else []
        every = len(group.purposes) == len(Purpose)
        parts += ["every purpose"] if every else [", ".join(group.purposes)] * any(group.purposes)
        head = cut("  ·  ".join(parts), self.columns - 4)
        owners = f"→ {safe(listed(list(group.owners)))}" if group.owners else ""
        beside = owners and width(head) + width(owners) + 5 <= self.columns
        yield f"  {sign} {head}{f' {owners}' if beside else ''}"
        if owners and not beside:
            yield cut(f"      {owners}", self.columns)

    def _guards(self) -> Iterator[str]:
        for guard in self.view.refused:
            refused = self.paint("REFUSED", "bad")
            yield f"  guard {guard.name} {guard.value} > {guard.limit}   {refused}"
            yield f"      to allow: {self.view.override(guard)}"
        for guard in self.view.allowed:
            overridden = self.paint("OVERRIDDEN", "update")
            yield f"  guard {guard.name} {guard.value} > {guard.limit}   {overridden}"
            for given in self.view.overrides(guard):
                told = f"by {given.approver} on {given.at[:10]}: {given.overrides[guard.name]}"
                yield from (f"      {line}" for line in wrap(safe(told), self.columns - 6))
        if self.view.allowed and not self.view.refused:
            yield "  No guard refuses the plan any more: it can be applied."

    def _show(self, form: str) -> str:
        return f"tieout show {self.view.name} --format {form}"
