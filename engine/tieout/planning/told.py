"""A whole story told once, with its plan: what every question of lineage is answered from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.config.model import Config
from tieout.domain.change import Change, Exception_
from tieout.domain.document import Document
from tieout.domain.key import base_key
from tieout.domain.plan import Body
from tieout.pipeline import arrow
from tieout.pipeline.lineage import Lineage
from tieout.pipeline.run import Story, compute
from tieout.planning.build import body, inputs
from tieout.planning.gather import Gathered, gather
from tieout.planning.provenance import Provenance
from tieout.planning.trace import Standing

if TYPE_CHECKING:
    import pyarrow as pa

    from tieout.store.snapshot import SnapshotRef


@dataclass(frozen=True)
class Told:
    """The inputs, the story while it is open, and the plan that it comes to."""

    gathered: Gathered
    story: Story
    body: Body

    @property
    def config(self) -> Config:
        return self.gathered.config

    @cached_property
    def lineage(self) -> Lineage:
        return Lineage(self.story)

    @cached_property
    def provenance(self) -> Provenance:
        return Provenance(self.config)

    @cached_property
    def captured(self) -> dict[str, SnapshotRef]:
        """The snapshot of each source that the story was told from."""
        from tieout.store import snapshot

        found = {
            name: snapshot.by_id(self.config.state, name, self.gathered.snapshots[name])
            for name in sorted(self.config.sources)
        }
        return {name: ref for name, ref in found.items() if ref is not None}

    def places(self, kind: str, keys: Iterable[str]) -> dict[str, str]:
        """``file:line`` by key of ``entries`` or ``rates``, whichever source they came from."""
        from tieout.store import entries

        wanted = list(keys)
        found: dict[str, str] = {}
        for ref in self.captured.values():
            found |= entries.places(ref, wanted) if ref.kind == kind and wanted else {}
        return found

    def desired(self, base: str) -> Document | None:
        """The document as it should be: as planned, else as the entries alone ask for it."""
        acts = (c.after for c in self.changes(base) if c.document == base)
        planned = next(filter(None, acts), None)
        text = self.story.desired(base)
        return planned or (Document.from_json(json.loads(text)) if text else None)

    def target(self, base: str) -> str:
        """Which target the document is for, or stands in."""
        desired = self.lineage.target(base)
        return desired or next(
            target
            for state in (self.gathered.records, self.gathered.applied)
            for target, key in _named(state)
            if base_key(key) == base
        )

    def changes(self, base: str) -> tuple[Change, ...]:
        """What the plan does to the chain of this document."""
        return tuple(c for c in self.body.changes if base_key(c.document) == base)

    def exception(self, key: str) -> Exception_ | None:
        """What holds this document, or is to be told of it."""
        return next((e for e in self.body.exceptions if e.entry == key), None)

    def standing(self, base: str) -> Standing:
        """How the document stands, as the plan has it."""
        said, changes = self.exception(base), self.changes(base)
        if said is not None:
            state = "held" if said.severity in ("hold", "block") else "settled"
            return Standing(state=state, code=said.code, message=said.message)
        if changes:
            last = changes[-1]
            return Standing(state="planned", action=last.action.value, message=last.reason)
        return Standing(state="in_books")


@contextmanager
def tell(config: Config) -> Iterator[Told]:
    """Tells the story on the newest snapshots. Raises ``Refused``: something was never pulled."""
    gathered = gather(config)
    with compute(inputs(gathered)) as story:
        yield Told(gathered, story, body(gathered, story))


def _named(state: pa.Table | Sequence[Path]) -> Iterator[tuple[str, str]]:
    """(target, key) of every document in one of the states."""
    named = arrow.read(state, ("target", "key"))
    yield from zip(*(named.column(name).to_pylist() for name in named.column_names), strict=True)
