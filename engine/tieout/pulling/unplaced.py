"""Whether each target can be set up, and has a place for what the streams send it."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.config.findings import quoted
from tieout.config.model import Config
from tieout.connectors import targets
from tieout.connectors.ports import BookReader
from tieout.domain.diagnostic import Diagnostic, Refused, ordered
from tieout.domain.document import Kind


def unplaced(config: Config) -> tuple[Diagnostic, ...]:
    """TO187 for each kind of document that its target can't hold, and what a target's settings lack (TO401
    and the connector's own), told without asking the books anything."""
    found: list[Diagnostic] = []
    readers: dict[str, BookReader] = {}
    for name in sorted(config.targets):
        try:
            readers[name] = targets.reader(config, name)
        except Refused as refusal:
            found += refusal.diagnostics
    return ordered([*found, *_kinds(config, readers)])


def _kinds(config: Config, readers: dict[str, BookReader]) -> Iterator[Diagnostic]:
    for stream in config.streams.values():
        for produce in stream.produce.values():
            reader = readers.get(produce.to)
            # what waits for its review is an invoice once it is released
            kind = Kind.INVOICE if produce.kind == Kind.WORKSHEET else produce.kind
            if reader is None or kind in reader.capabilities.kinds:
                continue
            at = config.positions.get(f"streams/{stream.name} produce.{produce.kind}.to")
            yield Diagnostic(
                "TO187",
                f"the target '{produce.to}' has no place for a {produce.kind}",
                position=at,
                line=quoted(config.root, at) if at else None,
                hint="send it to another target, like plain-text books",
                next="tieout explain TO187",
            )
