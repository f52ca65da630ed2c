"""Sources that are tables as a whole: all files are read, or all that is wrong with them is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tieout.config.model import SourceConfig
from tieout.connectors.sources.files import find
from tieout.connectors.sources.opening import open_input
from tieout.connectors.sources.settings import Settings
from tieout.connectors.sources.table import Table
from tieout.domain.diagnostic import Diagnostic, Refused, ordered


def read_all(
    config: SourceConfig, settings: Settings, root: Path, take: Callable[[Table], None]
) -> dict[str, str]:
    """Hands each file's table to ``take``, in the order of names; the files' SHA-256 by name.

    Raises ``Refused`` with what is wrong with any file as a whole, of all files at once.
    """
    inputs: dict[str, str] = {}
    refused: list[Diagnostic] = []
    for file in find(config, root):
        try:
            table, inputs[file.name] = open_input(file, settings)
            take(table)
        except Refused as refusal:
            refused += refusal.diagnostics
    if refused:
        raise Refused(ordered(refused))
    return inputs
