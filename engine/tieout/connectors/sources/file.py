"""The `file` connector: a folder of exports as one source of time entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tieout.config.model import SourceConfig
from tieout.connectors.ports import Capture
from tieout.connectors.sources.files import find
from tieout.connectors.sources.identity import assign
from tieout.connectors.sources.opening import open_input
from tieout.connectors.sources.rows import read_entries
from tieout.connectors.sources.settings import Settings
from tieout.connectors.sources.table import Table
from tieout.domain.collection import without_collection
from tieout.domain.diagnostic import Diagnostic, Refused, Severity, ordered
from tieout.domain.entry import Coverage, Entry, Rejected


@dataclass
class Gathered:
    """What the files read so far come to; a later file's entry takes an earlier one's place."""

    entries: dict[str, Entry] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    days: list[tuple[date, date]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    left_out: Counter[str] = field(default_factory=Counter)


class FileSource:
    """Reads all files of a source, in the order of their names. Implements ``ports.Source``."""

    def __init__(self, config: SourceConfig, settings: Settings, root: Path) -> None:
        self._config = config
        self._settings = settings
        self._root = root

    def pull(self) -> Capture:
        """Every row is an entry, or rejected, or left out and counted.

        Raises ``Refused`` with what is wrong with any file as a whole, of all files at once.
        """
        with without_collection():
            return self._pull()

    def _pull(self) -> Capture:
        gathered = Gathered()
        inputs: dict[str, str] = {}
        refused: list[Diagnostic] = []
        files = find(self._config, self._root)
        if not files:
            gathered.diagnostics.append(_waiting(self._config))
        for file in files:
            try:
                table, inputs[file.name] = open_input(file, self._settings)
                self._gather(table, gathered)
            except Refused as refusal:
                refused += refusal.diagnostics
        if refused:
            raise Refused(ordered(refused))
        return Capture(
            entries=list(gathered.entries.values()),
            coverage=_coverage(self._config, gathered.days),
            rejected=gathered.rejected,
            rows=gathered.rows,
            inputs=inputs,
            diagnostics=gathered.diagnostics,
            left_out={
                reason: count for reason, count in sorted(gathered.left_out.items()) if count
            },
            gone=sorted(gathered.gone),
            timezone=self._settings.zone.name,
        )

    def _gather(self, table: Table, gathered: Gathered) -> None:
        if not table.header and next(table.rows(), None) is None:
            return  # an empty list: no entry, and no column that could be missing
        read = read_entries(table, self._settings)
        keyed = assign(read.drafts)
        source = self._settings.source
        for identifier, draft in keyed.kept:
            key = f"{source}:{identifier}"
            gathered.left_out["superseded by a later file"] += key in gathered.entries
            gathered.entries[key] = Entry(key, source, *draft.values)  # type: ignore[arg-type]
            gathered.rows[key] = f"{table.name}:{draft.line}"
            gathered.gone.discard(key)
        for identifier, _ in assign(read.gone).kept:
            key = f"{source}:{identifier}"
            gathered.left_out["deleted in the tracker"] += 1
            gathered.gone.add(key)
            gathered.entries.pop(key, None)
            gathered.rows.pop(key, None)
        if read.drafts:
            gathered.days.append(
                (min(d.first for d in read.drafts), max(d.last for d in read.drafts))
            )
        clashing = [
            Rejected(
                table.name, d.line, "TO328", f"the id {d.natural!r} stands on an earlier row too"
            )
            for d in sorted(keyed.clashing, key=lambda d: d.line)
        ]
        gathered.rejected += sorted((*read.rejected, *clashing), key=lambda r: r.line)
        gathered.diagnostics += read.diagnostics
        gathered.left_out.update(read.left_out)
        gathered.left_out["repeated row"] += len(keyed.repeated)


def _waiting(config: SourceConfig) -> Diagnostic:
    return Diagnostic(
        "TO301",
        f"source {config.name}: no export has been put into {config.path} yet",
        Severity.WARNING,
        position=config.place("path"),
        hint="put the tracker's export there",
        next="tieout audit",
    )


def _coverage(config: SourceConfig, days: Sequence[tuple[date, date]]) -> Coverage:
    """What the files know: all time, the config's window, or just the days they show."""
    if config.files == "replace":
        return Coverage(None, None, proves_absence=True)
    if config.window:
        return Coverage(*config.window, proves_absence=True)
    if not days:  # nothing is known of any day
        return Coverage(date.max, date.min, proves_absence=False)
    return Coverage(min(d[0] for d in days), max(d[1] for d in days), proves_absence=False)
