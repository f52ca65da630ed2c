"""Books as plain text: Beancount or hledger journals in a folder of the company's repository.

``options``: ``format`` (``beancount`` or ``hledger``), ``chart`` (the people's own ledger, where accounts are
opened; without it tieout opens what it posts to), ``resolution`` (what quantities are a multiple
of: ``1s``, ``6m``, ``1h``; default one second).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tieout.connectors.ports import TargetSettings
from tieout.connectors.targets.plaintext import beancount, findings, hledger
from tieout.connectors.targets.plaintext.blocks import Format
from tieout.connectors.targets.plaintext.files import Folder
from tieout.connectors.targets.plaintext.reader import PlainTextReader
from tieout.connectors.targets.plaintext.writer import PlainTextWriter
from tieout.domain.diagnostic import Diagnostic, Refused

FORMATS: dict[str, Format] = {"beancount": beancount, "hledger": hledger}

_UNITS = {"s": 1, "m": 60, "h": 3600}


def reader(settings: TargetSettings) -> PlainTextReader:
    """Raises ``Refused`` (TO402) when the settings can't be used."""
    problems: list[Diagnostic] = []
    name = str(settings.options.get("format", "beancount"))
    if name not in FORMATS:
        known = ", ".join(sorted(FORMATS))
        problems.append(findings.settings(f"no such format: {name!r}", f"there are: {known}"))
    resolution = _seconds(str(settings.options.get("resolution", "1s")))
    if not resolution:
        problems.append(
            findings.settings(
                f"resolution: {settings.options['resolution']!r} is no length of time",
                "write it as 1s, 6m or 1h",
            )
        )
    if problems:
        raise Refused(problems)
    chart = settings.options.get("chart")
    format = FORMATS[name]
    folder = Folder(settings.root, settings.path, str(chart) if chart else None, format)
    return PlainTextReader(settings, folder, format, resolution)


def writer(
    settings: TargetSettings, checkpoint: Callable[[str], None] | None = None
) -> PlainTextWriter:
    """``checkpoint`` is called between every two durable steps. Raises ``Refused`` (TO402)."""
    return PlainTextWriter(reader(settings), checkpoint)


def _seconds(text: str) -> int:
    """``6m`` → 360; a bare number is in seconds; 0 for anything else."""
    match = re.fullmatch(r"([1-9]\d{0,6})([smh]?)", text)
    return int(match[1]) * _UNITS[match[2] or "s"] if match else 0
