"""Why a document changes: a machine-readable reason, and the rows or entries that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tieout.config.model import Config, Version
from tieout.domain.books import Claim
from tieout.domain.change import Origin
from tieout.domain.document import Document, Line

#: More entries than this are counted, not listed: the claims of the change name them all.
_LISTED = 12


@dataclass(frozen=True)
class Cause:
    """``by_config``: no entry changed, so a mapping or a rule did."""

    reason: str
    origin: tuple[Origin, ...]
    by_config: bool = False
    retroactive: bool = False


@dataclass(frozen=True)
class Causes:
    """What can be known of the whole plan: ``known`` are the entries (key → content digest) that any
    changed document claimed before, so that an entry that only moved isn't taken for a new one;
    ``present`` those of them that the sources still have, as they are now."""

    config: Config
    known: Mapping[str, str]
    present: Mapping[str, str]

    def of(
        self,
        before: Document | None,
        after: Document | None,
        old: Sequence[Claim],
        new: Sequence[Claim],
        planned_with: str | None,
    ) -> Cause:
        """The cause of a change. ``planned_with``: the digest of the config that made ``before``."""
        was, now = {c.entry: c for c in old}, {c.entry: c for c in new}
        edited = [e for e in was.keys() & now.keys() if was[e].digest != now[e].digest]
        edited += [
            e for e in now.keys() - was.keys() if self.known.get(e, now[e].digest) != now[e].digest
        ]
        added = [e for e in now.keys() - was.keys() if e not in self.known]
        removed = list(was.keys() - now.keys())
        deleted = [e for e in removed if self.present.get(e) != was[e].digest]
        moved = [e for e in now.keys() - was.keys() if self.known.get(e) == now[e].digest]
        same_config = planned_with is None or planned_with == self.config.digest
        if edited or added:
            return Cause(
                "entries_edited" if edited else "entries_added", _entries([*edited, *added])
            )
        if same_config or deleted:
            entries = [*removed, *moved]
            reason = "entries_removed" if removed else "entries_moved" if moved else "reclassified"
            return Cause(reason, _entries(entries))
        rows = self._rows(before, after)
        return Cause(
            _config_reason(before, after, bool(removed or moved)),
            tuple(Origin(row=row) for row in rows),
            by_config=True,
            retroactive=self._retroactive(rows),
        )

    def _rows(self, before: Document | None, after: Document | None) -> list[str]:
        """The addresses of the mapping rows and rules that the differing lines were made from."""
        found: dict[str, None] = {}
        for document, lines in _differing(before, after):
            day = date.fromisoformat(document.date)
            for line in lines:
                found |= dict.fromkeys(self._of_line(document, line, day))
            if document.role == "customer":
                found |= dict.fromkeys(
                    _addresses(self.config.customers, document.party, day, ("currency", "tax"))
                )
        return list(found)

    def _of_line(self, document: Document, line: Line, day: date) -> Iterable[str]:
        config = self.config
        rates = list(self._rates(document, line))
        yield from rates
        other = _addresses(config.projects, line.project, day, ("customer", "class_", "method"))
        yield from (address for address in other if not rates or "@" in address)
        yield from _addresses(
            config.services, line.service, day, ("revenue", "expense", "item", "tax")
        )
        yield from _addresses(config.workers, line.worker, day, ("jurisdiction", "overtime"))
        yield from _addresses(config.accounts, line.account, day, ("books",))
        if line.pay_class and document.party:
            yield from _addresses(config.workers, document.party, day, ("jurisdiction", "overtime"))
            yield "rules/overtime"

    def _rates(self, document: Document, line: Line) -> Iterable[str]:
        """Where the project says the line's rate. Rates go by the day of work, so that of several
        dated ones a document may have more than one."""
        first, last = line.date or document.from_, line.date or document.to
        for row in self.config.projects if line.rate is not None else ():
            if (
                row.id == line.project
                and row.from_ <= date.fromisoformat(last)
                and date.fromisoformat(first) <= row.to
            ):
                said = {
                    "worker_rates": row.worker_rates.get(line.worker or ""),
                    "service_rates": row.service_rates.get(line.service or ""),
                    "rate": row.rate,
                }
                fields = (field for field, rate in said.items() if rate == line.rate)
                yield from (row.origins.get(field, row.row) for field in fields)

    def _retroactive(self, rows: Iterable[str]) -> bool:
        """Whether any of these rows says that it may reach back."""
        config = self.config
        wanted = {row.split(" ")[0] for row in rows}
        versions: tuple[Version, ...] = (
            *config.workers,
            *config.customers,
            *config.projects,
            *config.services,
            *config.accounts,
            *config.earnings,
        )
        return any(v.retroactive for v in versions if v.row in wanted)


def _entries(keys: Iterable[str]) -> tuple[Origin, ...]:
    ordered = sorted(keys)
    rest = len(ordered) - _LISTED
    listed = tuple(Origin(row=key) for key in ordered[:_LISTED])
    return (*listed, Origin(row=f"{rest} more entries")) if rest > 0 else listed


def _config_reason(before: Document | None, after: Document | None, moved: bool) -> str:
    if moved:
        return "remapped"
    if before and after:
        rates = [{line.rate for line in d.lines} for d in (before, after)]
        if rates[0] != rates[1]:
            return "rate_changed"
    return "mapping_changed"


def _differing(
    before: Document | None, after: Document | None
) -> list[tuple[Document, tuple[Line, ...]]]:
    old = set(before.lines) if before else set()
    new = set(after.lines) if after else set()
    result = []
    if after:
        result.append((after, tuple(line for line in after.lines if line not in old)))
    if before:
        result.append((before, tuple(line for line in before.lines if line not in new)))
    return result


def _addresses(
    rows: Iterable[Version], id_: str | None, day: date, fields: Iterable[str]
) -> Iterable[str]:
    """The row of this id in force on the day, and the dated values of it among ``fields``."""
    if id_ is None:
        return
    mine = [row for row in rows if getattr(row, "id") == id_]  # noqa: B009
    row = next((r for r in mine if r.from_ <= day <= r.to), mine[-1] if mine else None)
    if row is not None:
        dated = [row.origins[field] for field in fields if field in row.origins]
        yield from dated or [row.row]
