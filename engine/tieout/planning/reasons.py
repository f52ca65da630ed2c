"""Why a document changes: a machine-readable reason, and the rows or entries that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tieout.config.model import Config, Version
from tieout.domain.books import Claim
from tieout.domain.change import Origin
from tieout.domain.document import Document
from tieout.planning import origins

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
    ``present`` those of them that the sources still have, as they are now; ``gaining`` the desired
    documents that an entry stands in, with the lines that they hadn't."""

    config: Config
    known: Mapping[str, str]
    present: Mapping[str, str]
    gaining: Mapping[str, Sequence[Document]]

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
            reason = "entries_edited" if edited else "entries_added"
            if deleted:
                reason = "entries_changed"
            return Cause(reason, _entries([*edited, *added, *deleted]))
        if same_config or deleted:
            entries = [*removed, *moved]
            reason = "entries_removed" if removed else "entries_moved" if moved else "reclassified"
            return Cause(reason, _entries(entries))
        rows = origins.rows(self.config, before, after)
        if before and removed:
            took = [d for entry in sorted(removed) for d in self.gaining.get(entry, ())]
            rows = origins.taking(self.config, before, took) or rows
        return Cause(
            _config_reason(before, after, bool(removed or moved)),
            tuple(Origin(row=row) for row in rows),
            by_config=True,
            retroactive=self._retroactive(rows),
        )

    def sent_elsewhere(self, stream: str, kind: str, target: str) -> Cause | None:
        """The cause of all that stands in a target to which its stream sends the kind no more."""
        known = self.config.streams.get(stream)
        produce = known.asking(kind) if known else None
        if known is None or (produce and produce.to == target):
            return None
        row = f"streams/{stream}" + (f" produce.{produce.kind}.to" if produce else " produce")
        reason = "sent_elsewhere" if produce else "no_longer_produced"
        return Cause(reason, (Origin(row=row),), by_config=True)

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
