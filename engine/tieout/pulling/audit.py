"""What is worth mending before anything is booked, on both sides: a list of findings, no verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tieout.config.model import Config
from tieout.domain.diagnostic import Severity
from tieout.pulling.alike import near_pairs
from tieout.pulling.matching import meant, without
from tieout.pulling.survey import Name, SeenBooks, SeenSource, Survey

SUGGEST: Final = "tieout suggest --all"
#: How a kind's name reads: its parts in this order, where the source has them.
_SHOWN: Final = {
    "worker": ("name", "email", "id"),
    "project": ("customer", "customer_id", "project", "project_id"),
    "service": ("type", "task", "task_id"),
}
_NAMED: Final = {"worker": "name", "project": "project", "service": "task"}
_IDS: Final = {"worker": ("id", "email"), "project": ("project_id",), "service": ("task_id",)}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing worth mending. ``kind`` is what it is about (worker, customer, entry …), ``names``
    which one: several, where they are alike. ``days``: first and last of its entries."""

    code: str
    severity: Severity
    system: str
    kind: str
    names: tuple[str, ...]
    message: str
    hint: str = ""
    next: str = ""
    entries: int = 0
    seconds: int = 0
    days: tuple[date, date] | None = None

    def as_json(self) -> dict[str, Any]:
        first, last = (day.isoformat() for day in self.days) if self.days else (None, None)
        return {
            "code": self.code, "severity": self.severity.value, "system": self.system,
            "kind": self.kind, "names": list(self.names), "entries": self.entries,
            "seconds": self.seconds, "from": first, "to": last, "message": self.message,
            "hint": self.hint, "next": self.next,
        }  # fmt: skip


def shown(name: Name) -> str:
    """``Ana Reyes · ana@example.org``; of nothing, ``(none)``."""
    texts = [name.fields[key] for key in _SHOWN[name.kind] if key in name.fields]
    return " · ".join(dict.fromkeys(texts)) or "(none)"


def audit(config: Config, seen: Survey) -> tuple[Finding, ...]:
    """Everything found, by system, code and the most time first."""
    found: list[Finding] = []
    for source in seen.sources:
        found += [*_unread(source), *_unmapped(config, source), *_repeated(source)]
        found += [*_alike(source), *_nameless(source), *_go_live(config, source)]
    for books in seen.books:
        found += [*_unread(books), *_shared(config, books), *_accounts(config, books)]
    order = [*(s.name for s in seen.sources), *(b.name for b in seen.books)]
    return tuple(
        sorted(found, key=lambda f: (order.index(f.system), f.code, f.kind, -f.seconds, f.names))
    )


def unmapped(config: Config, source: SeenSource, kind: str) -> Iterator[tuple[Name, bool]]:
    """The names of one kind that no row means on some day, cut to those days; and whether a row
    means them on other days. Where no task is given there is nothing to be mapped."""
    for name in source.of(kind):
        rows = meant(config, name)
        days = without(rows, name)
        if days and (kind == "service" or name.fields):
            yield Name(**{**vars(name), "days": days}), bool(rows)


def _unread(seen: SeenSource | SeenBooks) -> Iterator[Finding]:
    for d in seen.refused:
        yield Finding(
            code=d.code, severity=Severity.ERROR, system=seen.name, kind="file", message=d.message,
            names=(str(d.position),) if d.position else (), hint=d.hint, next=d.next or "tieout pull",
        )  # fmt: skip
    if isinstance(seen, SeenSource) and seen.rejected:
        yield Finding(
            code="TO311", severity=Severity.ERROR, system=seen.name, kind="row", names=(),
            entries=seen.rejected, message=f"{seen.rejected:,} rows can't be read",
            hint="a pull tells each with its line", next="tieout pull",
        )  # fmt: skip


def _unmapped(config: Config, source: SeenSource) -> Iterator[Finding]:
    for kind in ("worker", "project", "service"):
        for name, ended in unmapped(config, source, kind):
            yield _counted(
                name, code="TO603" if ended else "TO602", severity=Severity.WARNING,
                message="its row doesn't hold on these days" if ended else "not mapped",
                hint="lengthen its `valid`, or write a further row" if ended else "",
                next="tieout validate" if ended else SUGGEST,
            )  # fmt: skip
    yield from _customers(config, source)


def _customers(config: Config, source: SeenSource) -> Iterator[Finding]:
    """The tracker's customers none of whose projects leads to a customer of ours."""
    names: defaultdict[str, list[Name]] = defaultdict(list)
    for name in source.of("project"):
        if customer := name.fields.get("customer") or name.fields.get("customer_id"):
            names[customer].append(name)
    for customer, projects in sorted(names.items()):
        rows = [row for name in projects for row in meant(config, name)]
        if not any(getattr(row, "customer", None) for row in rows):
            days = _merged(projects)
            yield Finding(
                code="TO602", severity=Severity.WARNING, system=source.name, kind="customer",
                names=(customer,), message="not mapped", next=SUGGEST,
                entries=sum(n for n, _ in days.values()), seconds=sum(s for _, s in days.values()),
                days=(min(days), max(days)),
            )  # fmt: skip


def _repeated(source: SeenSource) -> Iterator[Finding]:
    count, seconds = source.repeated
    if count:
        yield Finding(
            code="TO604", severity=Severity.WARNING, system=source.name, kind="entry", names=(),
            entries=count, seconds=seconds, message="entries stand there twice, alike in everything",
            hint="the later ones will be held (TO208): take them out of the tracker, or waive them",
            next="tieout explain TO208",
        )  # fmt: skip


def _alike(source: SeenSource) -> Iterator[Finding]:
    """One name under two ids, and names that differ by a slip."""
    for kind, key in (*_NAMED.items(), ("customer", "customer")):
        under = "project" if kind == "customer" else kind
        ids = ("customer_id",) if kind == "customer" else _IDS[kind]
        by_name: defaultdict[str, set[str]] = defaultdict(set)
        for name in source.of(under):
            if text := name.fields.get(key):
                by_name[text].add(next((name.fields[i] for i in ids if i in name.fields), ""))
        for text, found in sorted(by_name.items()):
            if len(found) > 1 and kind != "service":
                yield _pair(
                    source.name, kind, (text,), "TO604",
                    f"one name, {len(found)} ids: {', '.join(sorted(filter(None, found)))}",
                )  # fmt: skip
        for one, other, score in near_pairs(by_name):
            yield _pair(source.name, kind, (one, other), "TO605", f"{score} % alike: one, or two?")


def _pair(system: str, kind: str, names: tuple[str, ...], code: str, message: str) -> Finding:
    return Finding(
        code=code, severity=Severity.WARNING, system=system, kind=kind, names=names,
        message=message, hint="rename one in the tracker, or let one row name both",
        next=f"tieout explain {code}",
    )  # fmt: skip


def _nameless(source: SeenSource) -> Iterator[Finding]:
    """What has no identifier of its own: a rename there is another one here."""
    for kind in ("worker", "project"):
        for name in source.of(kind):
            if not name.fields:
                yield _counted(
                    name, code="TO606", severity=Severity.INFO,
                    message=f"these entries name no {kind}", hint="", next="tieout explain TO606",
                )  # fmt: skip
        named = [name for name in source.of(kind) if name.fields]
        bare = [name for name in named if not any(i in name.fields for i in _IDS[kind])]
        if bare:
            yield Finding(
                code="TO606", severity=Severity.INFO, system=source.name, kind=kind,
                names=tuple(map(shown, bare)), entries=sum(name.entries for name in bare),
                seconds=sum(name.seconds for name in bare),
                message=f"known by name alone ({len(bare)} of {len(named)}): a rename is another {kind}",
                hint=f"export {' or '.join(_IDS[kind])} too, if the tracker can",
                next="tieout explain TO606",
            )  # fmt: skip


def _go_live(config: Config, source: SeenSource) -> Iterator[Finding]:
    streams = [s for s in config.streams.values() if source.name in s.sources and not s.starts]
    if streams and source.days:
        yield Finding(
            code="TO607", severity=Severity.INFO, system=source.name, kind="stream",
            names=tuple(s.name for s in streams), days=source.days,
            message=f"no go-live date: all time from {source.days[0]} on will be booked",
            hint="write `starts:` under the stream if some of it is in the books already",
            next="tieout explain TO607",
        )  # fmt: skip


def _shared(config: Config, books: SeenBooks) -> Iterator[Finding]:
    """Two rows of ours under one name of theirs; rows of ours without one."""
    rows: Sequence[tuple[str, Iterable[Any], tuple[str, ...]]] = (
        ("worker", config.workers, ("employee", "vendor")), ("customer", config.customers, ("customer",)),
        ("project", config.projects, ("job",)),
    )  # fmt: skip
    for kind, versions, keys in rows:
        by_name: defaultdict[str, set[str]] = defaultdict(set)
        nameless: set[str] = set()
        for row in versions:
            names: Mapping[str, str] = row.books.get(books.name, {})
            for key in keys:
                if key in names:
                    by_name[names[key]].add(row.id)
            if not names and kind != "project":
                nameless.add(row.id)
        for text, ids in sorted(by_name.items()):
            if len(ids) > 1:
                yield _pair(
                    books.name, kind, (text,), "TO604",
                    f"the name of {len(ids)} rows of ours: {', '.join(sorted(ids))}",
                )  # fmt: skip
        for one, other, score in near_pairs(by_name):
            yield _pair(books.name, kind, (one, other), "TO605", f"{score} % alike: one, or two?")
        if nameless:
            yield Finding(
                code="TO606", severity=Severity.WARNING, system=books.name, kind=kind,
                names=tuple(sorted(nameless)), message="rows without a name in these books",
                hint=f"add {books.name}: {{{keys[0]}: …}}", next="tieout explain TO217",
            )  # fmt: skip


def _accounts(config: Config, books: SeenBooks) -> Iterator[Finding]:
    """Accounts that differ by a slip, of theirs and of ours."""
    if books.books is None:
        return
    ours = {row.books[books.name] for row in config.accounts if books.name in row.books}
    for one, other, score in near_pairs({*ours, *books.books.balances}):
        yield _pair(books.name, "account", (one, other), "TO605", f"{score} % alike: one, or two?")


def _counted(name: Name, **said: Any) -> Finding:
    days = [day for day in name.days if day != date.min]
    return Finding(
        system=name.source, kind=name.kind, names=(shown(name),), entries=name.entries,
        seconds=name.seconds, days=(min(days), max(days)) if days else None, **said,
    )  # fmt: skip


def _merged(names: Iterable[Name]) -> dict[date, tuple[int, int]]:
    days: dict[date, tuple[int, int]] = {}
    for name in names:
        for day, (count, seconds) in name.days.items():
            before = days.get(day, (0, 0))
            days[day] = (before[0] + count, before[1] + seconds)
    return days
