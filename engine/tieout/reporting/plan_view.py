"""A plan as people read it: headline, what changes by whom, what is held and why.

This is the one arrangement that text, Markdown and the report share. It sorts, groups and sums
what the plan says and decides nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tieout.domain.change import WRITES, Action, Change, Conservation, Exception_, Guard, Origin
from tieout.domain.document import Document, Kind, Purpose, is_counter
from tieout.domain.plan import Plan
from tieout.governance.approvals import Approval, of
from tieout.reporting.figures import argument, counted, listed, short_key
from tieout.reporting.privacy import Veil, veil

#: Changes to what stands in the books come first, and those that take away before all others.
_ORDER = (Action.VOID, Action.UPDATE, Action.ADJUST, Action.ADOPT, Action.FORGET)
_UNSAVED = "plan.tieout"
_SEVERITIES = ("block", "hold", "warn", "info")
_HOLDS = ("block", "hold")
_SALES = (Kind.INVOICE, Kind.CREDIT_NOTE, Kind.WORKSHEET)


@dataclass(frozen=True)
class Amount:
    """What the plan moves for one party or account: minor units by currency, None while hidden."""

    name: str
    totals: Mapping[str, int] | None


@dataclass(frozen=True)
class Creates:
    """New documents of one kind and party, taken together."""

    kind: str
    party: str
    changes: tuple[Change, ...]
    amount: Amount

    @property
    def seconds(self) -> int:
        return sum(map(_hours, self.changes))


@dataclass(frozen=True)
class Held:
    """One entry or document, with every purpose for which it can't be booked for this reason.

    ``seconds`` is the most that any of them lacks: the same hour is not counted once a purpose.
    """

    entry: str
    seconds: int
    purposes: tuple[str, ...]
    owner: str | None
    message: str
    severity: str


@dataclass(frozen=True)
class HeldGroup:
    """All that was found under one code, the most seconds first.

    ``holds``: it keeps something out of the books and isn't only news.
    """

    code: str
    holds: bool
    rows: tuple[Held, ...]

    @property
    def seconds(self) -> int:
        return sum(row.seconds for row in self.rows)

    @property
    def purposes(self) -> tuple[str, ...]:
        return in_order({purpose for row in self.rows for purpose in row.purposes})

    @property
    def owners(self) -> tuple[str, ...]:
        return tuple(sorted({row.owner for row in self.rows if row.owner}))

    @property
    def size(self) -> str:
        """``3 entries``; ``2 documents`` where whole ones are concerned, ``1 row`` that isn't read."""
        if self.code.startswith("TO3"):
            return counted(len(self.rows), "row")
        entries = sum("/" not in row.entry.partition(":")[0] for row in self.rows)
        parts = [(entries, "entry", "entries"), (len(self.rows) - entries, "document", "")]
        return listed([counted(n, one, many) for n, one, many in parts if n])


@dataclass(frozen=True)
class PlanView:
    """Everything a page about a plan shows, arranged.

    ``file`` is where it is saved, if it is; ``approvals`` those of this very plan.
    """

    plan: Plan
    veil: Veil
    file: str | None
    conservation: tuple[Conservation, ...]
    amounts: tuple[Amount, ...]
    changes: tuple[Change, ...]
    creates: tuple[Creates, ...]
    held: tuple[HeldGroup, ...]
    notes: tuple[HeldGroup, ...]
    guards: tuple[Guard, ...]
    approvals: tuple[Approval, ...] = ()

    @property
    def route(self) -> str:
        """``studio → books``"""
        body = self.plan.body
        return f"{', '.join(body.streams)} → {', '.join(sorted(body.targets))}"

    @property
    def version(self) -> str:
        """Which configuration: its commit, with a warning when the files were edited since."""
        envelope = self.plan.envelope
        name = (envelope.commit or self.plan.body.config)[:7]
        return f"config {name}{' + uncommitted edits' if envelope.dirty else ''}"

    @property
    def seconds(self) -> int:
        """What the sources hold; the same for each purpose of one stream."""
        return max((c.source for c in self.conservation), default=0)

    @property
    def name(self) -> str:
        """The plan's file as one can paste it into a shell; its usual name while it isn't saved."""
        return argument(self.file or _UNSAVED)

    @property
    def refused(self) -> tuple[Guard, ...]:
        """The guards that stand in the way: passed by the plan, and overridden by nobody."""
        return tuple(g for g in self.guards if not g.ok and not self.overrides(g))

    @property
    def allowed(self) -> tuple[Guard, ...]:
        """The guards that the plan passes and that somebody has overridden."""
        return tuple(guard for guard in self.guards if self.overrides(guard))

    def overrides(self, guard: Guard) -> tuple[Approval, ...]:
        """The approvals that let the plan pass this guard, in the order in which they were given;
        none of a guard that doesn't refuse."""
        return tuple(a for a in self.approvals if not guard.ok and guard.name in a.overrides)

    @property
    def largest(self) -> tuple[Change, ...]:
        """New documents by hours, the most first: hours compare across currencies and kinds."""
        new = [c for group in self.creates for c in group.changes]
        return tuple(sorted(new, key=lambda c: (-abs(_hours(c)), c.document)))

    @property
    def next(self) -> str:
        """The command to run next."""
        if self.file is None and not self.plan.empty:
            return f"tieout plan -o {_UNSAVED}"
        if self.refused:
            return self.override(self.refused[0])
        if self._blocked:
            return "tieout exceptions"
        return "tieout reconcile" if self.plan.empty else f"tieout apply {self.name}"

    @property
    def _blocked(self) -> bool:
        """Whether something blocks; the guard of that name stands for all of it."""
        passed = any("blocked" in approval.overrides for approval in self.approvals)
        return not passed and any(r.severity == "block" for group in self.held for r in group.rows)

    def override(self, guard: Guard) -> str:
        """The very line that lets the plan pass a guard."""
        return f'tieout approve {self.name} --override {guard.name} --reason "…"'

    def key(self, key: str) -> str:
        return short_key(key, self.plan.body.streams)

    def origin(self, change: Change | Exception_) -> tuple[Mapping[str, object], ...]:
        """Each origin with what the envelope knows of its row: file, line, commit, author, when."""
        return tuple(located(o, self.plan.envelope.origins) for o in change.origin)


def view(
    plan: Plan, *, file: str | None = None, show_pay: bool = False,
    approvals: Iterable[Approval] = (),
) -> PlanView:  # fmt: skip
    """Arrange ``plan`` for reading. ``file`` is where it is saved; ``show_pay`` lifts the veil;
    of the ``approvals`` those of another plan count for nothing."""
    body, shade = plan.body, veil(plan.body.changes, show_pay=show_pay)
    groups = _held(body.exceptions)
    rest = [c for c in body.changes if c.action is not Action.CREATE]
    return PlanView(
        plan=plan, veil=shade, file=file,
        conservation=tuple(body.conservation[p] for p in in_order(body.conservation)),
        amounts=_amounts(body.changes, shade),
        changes=tuple(sorted(rest, key=lambda c: (_ORDER.index(c.action), c.document))),
        creates=_creates(body.changes, shade),
        held=tuple(group for group in groups if group.holds),
        notes=tuple(group for group in groups if not group.holds),
        guards=tuple(shade.guard(guard, body.changes) for guard in body.guards),
        approvals=of(plan, approvals),
    )  # fmt: skip


def in_order(purposes: Iterable[str]) -> tuple[str, ...]:
    """Purposes as the house tells them: record, pay, cost, billing."""
    return tuple(p.value for p in Purpose if p in set(purposes))


def located(origin: Origin, known: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """An origin of the body, filled from the envelope where the envelope knows its row."""
    return {**origin.as_json(), **known.get(origin.row, {})}


def _hours(change: Change) -> int:
    return change.after.seconds if change.after else 0


def _difference(change: Change) -> tuple[str, int]:
    """Currency and minor units that a change adds to the books (negative: takes away)."""
    document = change.after or change.before
    after = change.after.amount if change.after else 0
    before = change.before.amount if change.before else 0
    return (document.currency or "" if document else "", after - before)


def _totals(changes: Iterable[Change]) -> dict[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for currency, amount in map(_difference, changes):
        if currency:
            totals[currency] += amount
    return dict(totals)


def _amounts(changes: tuple[Change, ...], shade: Veil) -> tuple[Amount, ...]:
    """By customer for what is sold, then by account for what work costs."""
    by_party: dict[str, list[Change]] = defaultdict(list)
    by_kind: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.action not in WRITES:
            continue
        if change.kind in _SALES:
            by_party[party(change)].append(change)
        elif _difference(change)[0]:
            by_kind[change.kind].append(change)
    sales = [Amount(name, _totals(group)) for name, group in by_party.items()]
    sales.sort(key=lambda a: (-max(map(abs, (a.totals or {"": 0}).values()), default=0), a.name))
    costs = [_cost(kind, group, shade) for kind, group in sorted(by_kind.items())]
    return tuple(a for a in (*sales, *costs) if a.totals is None or any(a.totals.values()))


def _cost(kind: str, changes: list[Change], shade: Veil) -> Amount:
    """Named by its account role where there is but one: parts of a document are never shown."""
    documents = [d for c in changes for d in (c.before, c.after) if d]
    roles = {x.account for d in documents for x in d.lines if x.account and not is_counter(x.key)}
    name = roles.pop() if len(roles) == 1 else {"journal": "labour cost"}.get(kind, f"{kind}s")
    return Amount(name, None if shade.hides_total(kind, changes) else _totals(changes))


def _creates(changes: tuple[Change, ...], shade: Veil) -> tuple[Creates, ...]:
    groups: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        if change.action is Action.CREATE:
            groups[(change.kind, party(change))].append(change)
    order = [kind.value for kind in Kind]
    return tuple(
        Creates(kind, who, tuple(group), Amount(
            who, None if shade.hides_total(kind, group) else _totals(group)))
        for (kind, who), group in sorted(
            groups.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    )  # fmt: skip


def party(change: Change) -> str:
    """Whose document it is, by the company's own id; empty for one that is nobody's."""
    document: Document | None = change.after or change.before
    return (document.party if document else None) or ""


def _held(exceptions: Iterable[Exception_]) -> tuple[HeldGroup, ...]:
    """By code, the most seconds first."""
    found: dict[tuple[str, bool], dict[str, list[Exception_]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for exception in exceptions:
        found[(exception.code, exception.severity in _HOLDS)][exception.entry].append(exception)
    groups = [HeldGroup(code, holds, _rows(entries)) for (code, holds), entries in found.items()]
    return tuple(sorted(groups, key=lambda g: (-abs(g.seconds), g.code)))


def _rows(entries: Mapping[str, list[Exception_]]) -> tuple[Held, ...]:
    rows = [
        Held(
            entry=entry, seconds=max((e.seconds for e in same), key=abs),
            purposes=in_order({e.purpose for e in same if e.purpose}),
            owner=next((e.owner for e in same if e.owner), None),
            message=same[0].message, severity=min(same, key=_gravity).severity,
        )
        for entry, same in entries.items()
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda r: (-abs(r.seconds), r.entry)))


def _gravity(exception: Exception_) -> int:
    return _SEVERITIES.index(exception.severity)
