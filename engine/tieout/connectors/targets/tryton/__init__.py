"""A Tryton database as books: timesheet lines, moves and invoices, over JSON-RPC.

``options``: ``address`` and ``database``; ``login`` and ``secret`` (references alone: ``${env:NAME}``);
``once``: ``lookup`` (an unchanged Tryton: the key stands in a text, and is looked up before anything is
created) or ``unique`` (with our module in Tryton, whose database refuses a second record of one key);
``settle``: how long an answer may be under way before a look-up counts (``lookup`` alone; ``10s``).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tieout.config.secrets import has_reference
from tieout.connectors.ports import Once, TargetSettings
from tieout.connectors.targets.tryton import findings
from tieout.connectors.targets.tryton.reader import TrytonReader
from tieout.connectors.targets.tryton.writer import TrytonWriter
from tieout.connectors.wire.http import insecure
from tieout.domain.diagnostic import Diagnostic, Refused

_NEEDED = ("address", "database", "login", "secret")
_SETTLE = "10s"


def reader(settings: TargetSettings) -> TrytonReader:
    """Raises ``Refused`` (TO430) when the settings can't be used. Nothing is asked yet."""
    problems = _problems(settings)
    if problems:
        raise Refused(problems)
    options = settings.options
    strict = options.get("once", Once.LOOKUP) == Once.UNIQUE
    return TrytonReader(settings, strict, _seconds(str(options.get("settle", _SETTLE))) or 0)


def writer(
    settings: TargetSettings, checkpoint: Callable[[str], None] | None = None
) -> TrytonWriter:
    """``checkpoint`` is called between every two calls that change something. Raises ``Refused`` (TO430)."""
    return TrytonWriter(reader(settings), checkpoint)


def _problems(settings: TargetSettings) -> list[Diagnostic]:
    options, where = settings.options, f"targets.{settings.name}"
    problems = [
        findings.settings(f"{where}: {name!r} is missing", "docs/tryton.md shows a whole target")
        for name in _NEEDED
        if not options.get(name)
    ]
    why = insecure(str(options["address"])) if options.get("address") else None
    if why:
        problems.append(
            findings.settings(f"{where}: the address can't be used: {why}", "write https://…")
        )
    if options.get("secret") and not has_reference(str(options["secret"])):
        hint = "write secret: ${env:TRYTON_PASSWORD}, and give the password to the environment"
        problems.append(
            findings.settings(f"{where}: a secret never stands in a file of ours", hint)
        )
    if options.get("once", Once.LOOKUP) not in (Once.LOOKUP, Once.UNIQUE):
        problems.append(
            findings.settings(
                f"{where}: no such once: {options['once']!r}", "there are: lookup, unique"
            )
        )
    if _seconds(str(options.get("settle", _SETTLE))) is None:
        hint = "write it as 10s or 2m"
        problems.append(findings.settings(f"{where}: settle: no length of time", hint))
    return problems


def _seconds(text: str) -> int | None:
    match = re.fullmatch(r"(\d{1,6})([sm]?)", text)
    return int(match[1]) * (60 if match[2] == "m" else 1) if match else None
