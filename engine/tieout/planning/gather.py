"""What a plan is made from: the newest snapshots, the applied state, the books as captured.

Nothing is fetched here: ``pull`` has stored it. What is missing is told with the command that mends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tieout.config.model import Config
from tieout.domain.books import Books
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.domain.entry import Coverage, Rejected
from tieout.pipeline import arrow
from tieout.pulling.unplaced import unplaced

if TYPE_CHECKING:
    import pyarrow as pa

    from tieout.store.snapshot import SnapshotRef


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """The inputs of one plan.

    ``snapshots``: source or target name → snapshot id. ``coverage``: source → what it declares to know.
    ``books`` without their records, which stand in ``records``; ``applied``, as the pipeline has it,
    without the texts that stand there too.
    ``rejected``: source → rows that could not be read but were accepted.
    """

    config: Config
    as_of: date
    snapshots: Mapping[str, str]
    entries: Sequence[Path]
    rates: Sequence[Path]
    applied: pa.Table
    books: Mapping[str, Books]
    records: pa.Table | Sequence[Path]
    coverage: Mapping[str, Coverage]
    resolutions: Mapping[str, int]
    identities: Mapping[str, str]
    exchange: Sequence[Path] = ()
    rejected: Mapping[str, tuple[Rejected, ...]] = field(default_factory=dict)
    serial: int = 0
    journal_head: str | None = None

    def recorded(self, *columns: str) -> Iterator[tuple[Any, ...]]:
        """These columns of every record in the books."""
        found = arrow.read(self.records, columns)
        return zip(*(found.column(name).to_pylist() for name in columns), strict=True)


def gather(
    config: Config, *, as_of: date | None = None, chosen: Mapping[str, str] | None = None
) -> Gathered:
    """Collects the inputs. ``chosen`` names older snapshots (name → id). Raises ``Refused`` (TO454:
    something was never pulled; TO455: no such snapshot; TO187: a target has no place for a kind)."""
    from tieout.connectors import targets
    from tieout.store import applied, books
    from tieout.store import entries as captured
    from tieout.store.journal import Journal

    if problems := unplaced(config):
        raise Refused(problems)
    refs = _refs(config, chosen or {})
    read = {name: books.read_for_planning(refs[name]) for name in sorted(config.targets)}
    readers = {name: targets.reader(config, name) for name in sorted(config.targets)}
    sources = [refs[name] for name in sorted(config.sources)]
    serial, head = 0, None
    journal = Journal.read(config.state, config.company.id, config.environment.name)
    if journal is not None:
        with journal:
            serial, head = journal.head()
    zone = ZoneInfo(config.company.timezone)
    return Gathered(
        config=config,
        as_of=as_of or max(ref.captured_at for ref in refs.values()).astimezone(zone).date(),
        snapshots={name: ref.id for name, ref in sorted(refs.items())},
        entries=[captured.entries(ref) for ref in sources if ref.kind == "entries"],
        rates=[captured.rates(ref) for ref in sources if ref.kind == "rates"],
        exchange=[captured.exchange(ref) for ref in sources if ref.kind == "exchange"],
        applied=applied.export(
            config.state, {name: books.digests(records) for name, (_, records) in read.items()}
        ),
        books={name: rest for name, (rest, _) in read.items()},
        records=[records for _, records in read.values()],
        coverage={ref.name: ref.coverage for ref in sources},
        resolutions={name: reader.capabilities.resolution for name, reader in readers.items()},
        identities={name: reader.identity for name, reader in readers.items()},
        rejected={ref.name: captured.read_rejected(ref) for ref in sources},
        serial=serial,
        journal_head=head,
    )


def _refs(config: Config, chosen: Mapping[str, str]) -> dict[str, SnapshotRef]:
    from tieout.store import snapshot

    refs: dict[str, SnapshotRef] = {}
    problems: list[Diagnostic] = []
    env = config.environment.name
    pull = "tieout pull" if env == "default" else f"tieout pull --env {env}"
    for name in sorted([*config.sources, *config.targets]):
        wanted = chosen.get(name)
        ref = (
            snapshot.by_id(config.state, name, wanted)
            if wanted
            else snapshot.newest(config.state, name)
        )
        if ref is not None:
            refs[name] = snapshot.sound(ref)
        elif wanted:
            problems.append(
                Diagnostic(
                    code="TO455",
                    message=f"{name} has no snapshot {wanted}",
                    hint="name a snapshot by its id, or by a beginning that only it has",
                    next=pull,
                )
            )
        else:
            problems.append(
                Diagnostic(
                    code="TO454",
                    message=f"{name} was never pulled",
                    hint="a plan is made from snapshots, so that it can be made again",
                    next=pull,
                )
            )
    if problems:
        raise Refused(problems)
    return refs
