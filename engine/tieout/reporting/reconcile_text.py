"""A reconciliation in a terminal. *Ties out* is said here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tieout.domain.change import WRITES
from tieout.domain.money import format_amount, format_seconds
from tieout.reporting import register_text
from tieout.reporting.figures import argument, counted, listed, pad, safe, width
from tieout.reporting.paint import Paint, painter
from tieout.reporting.plan_text import conservation_table
from tieout.reporting.plan_view import in_order
from tieout.reporting.privacy import HIDDEN_BALANCE
from tieout.reporting.reconciliation import Balance, Hours, Part, Reconciliation, Verdict

#: How many rows by worker, customer, project and period a page shows where they differ.
_PARTS = 10
_MEANING = {Verdict.TIES: "good", Verdict.OPEN: "bad", Verdict.NOT_PROVED: "faint"}


def text(found: Reconciliation, *, columns: int = 100, colour: bool = False) -> str:
    """The page: the verdict, where every second went, then each leg with its variances."""
    paint, columns = painter(colour), min(max(columns, 80), 120)
    conservation = found.plan.body.conservation
    sections = (
        _headline(found, paint),
        conservation_table([conservation[p] for p in in_order(conservation)], paint, columns),
        _leg(found, 0, paint), _hours(found.hours), _parts(found.parts, columns),
        _leg(found, 1, paint), register_text.lines(found, columns),
        _leg(found, 2, paint), _balances(found.balances, columns), _footnotes(found),
    )  # fmt: skip
    blocks = ["\n".join(line.rstrip() for line in section) for section in sections]
    return "\n\n".join(block for block in blocks if block) + f"\n\nNext: {next_command(found)}\n"


def verdict(found: Reconciliation) -> str:
    """The one sentence: ``Ties out (legs 1 and 3; leg 2 not proved)``."""

    def numbers(outcome: Verdict) -> str:
        legs = [str(leg.number) for leg in found.legs if leg.verdict is outcome]
        return f"leg{'s' if len(legs) > 1 else ''} {listed(legs)}" if legs else ""

    unproved = numbers(Verdict.NOT_PROVED)
    rest = f"; {unproved} not proved" if unproved else ""
    if found.ties:
        return f"Ties out ({numbers(Verdict.TIES)}{rest})"
    wrong = numbers(Verdict.OPEN)
    return f"Does not tie out ({wrong}{rest})" if wrong else "Not proved"


def next_command(found: Reconciliation) -> str:
    """What to do about it."""
    if found.drifted:
        return f'tieout drift {argument(found.drifted[0])} --accept --reason "…"'
    if any(change.action in WRITES for change in found.plan.body.changes):
        return "tieout plan -o plan.tieout"
    held = any(e.severity in ("hold", "block") for e in found.plan.body.exceptions)
    return "tieout exceptions" if held else "tieout report" if found.ties else "tieout state verify"


def _headline(found: Reconciliation, paint: Paint) -> Iterator[str]:
    body = found.plan.body
    sentence = paint(verdict(found), "good" if found.ties else "bad")
    books = ", ".join(sorted(body.targets))
    place = "" if body.environment == "default" else f" [{safe(body.environment)}]"
    yield f"{sentence}  ·  {safe(', '.join(body.streams))} ↔ {safe(books)}{place}  ·  to {body.as_of}"


def _leg(found: Reconciliation, number: int, paint: Paint) -> Iterator[str]:
    leg = found.legs[number]
    why = f": {safe(leg.why)}" if leg.why else ""
    yield f"Leg {leg.number}  {leg.title}  {paint(leg.verdict.value, _MEANING[leg.verdict])}{why}"


def _hours(rows: tuple[Hours, ...]) -> Iterator[str]:
    for row in rows:
        lines = [("in the sources", row.source), ("in our documents", row.booked)]
        lines += [("difference", row.source - row.booked)]
        causes = [*row.causes.items(), ("unexplained", row.unexplained)]
        yield f"  {row.purpose}"
        for name, value in lines:
            yield f"    {name:46}{format_seconds(value):>14}"
        for name, value in causes:
            yield f"      {name:44}{format_seconds(value):>14}"


def _parts(parts: tuple[Part, ...], columns: int) -> Iterator[str]:
    apart = [part for part in parts if part.booked != part.planned or _moves(part.amounts)]
    if apart:
        yield "  Where the documents will move when the plan is applied:"
    for part in apart[:_PARTS]:
        hours = f"{format_seconds(part.booked)} → {format_seconds(part.planned)}"
        money = ", ".join(
            f"{format_amount(a, c, grouped=True)} → {format_amount(b, c, grouped=True)} {c}"
            for c, (a, b) in sorted(part.amounts.items()) if a != b
        )  # fmt: skip
        figures = "   ".join(filter(None, (hours, money)))
        name = f"{part.purpose}  {part.dimension} {safe(part.name)}"
        yield f"    {pad(name, max(columns - 7 - width(figures), 20))}   {figures}"
    if len(apart) > _PARTS:
        yield f"    … and {len(apart) - _PARTS:,} more: tieout reconcile --format json"


def _moves(amounts: Mapping[str, tuple[int, int]]) -> bool:
    return any(before != after for before, after in amounts.values())


def _balances(rows: tuple[Balance, ...], columns: int) -> Iterator[str]:
    for row in rows:
        mark = "✓" if row.ties else "✗"
        name = f"{safe(row.account)} {row.currency}"
        if row.hidden:
            yield f"  {mark} {pad(name, columns - 4 - width(HIDDEN_BALANCE))}{HIDDEN_BALANCE}"
            continue
        figures = f"ours {_money(row, row.ours)}   books {_money(row, row.balance)}"
        yield f"  {mark} {pad(name, columns - 4 - width(figures))}{figures}"
        reasons = [*row.causes.items(), ("planned, not applied yet", -row.planned)]
        lacking = row.should - row.ours - row.planned
        reasons += [("unexplained", row.unexplained), ("not as the plan says", lacking)]
        for reason, value in reasons:
            if value:
                yield f"      {pad(reason, columns - 20)}{_money(row, value):>14}"


def _money(row: Balance, minor: int) -> str:
    return format_amount(minor, row.currency, grouped=True)


def _footnotes(found: Reconciliation) -> Iterator[str]:
    if found.foreign:
        postings = counted(found.foreign, "posting")
        yield f"{postings} of other people in these books: counted above, never touched."
    for key in found.drifted[:_PARTS]:
        yield f"Changed in the books: {safe(key)}"
