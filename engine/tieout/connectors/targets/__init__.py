"""Targets by name: which module meets a target's connector, and what it has to know.

A third party adds a connector through the entry-point group ``tieout.targets``: its name is the
``connector:`` of the config, its object a module (or anything) with the functions of
:class:`~tieout.connectors.ports.Target`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from tieout.config.entities import OWN
from tieout.config.model import Config
from tieout.connectors.ports import BookReader, BookWriter, TargetSettings
from tieout.domain.diagnostic import Diagnostic, Refused

GROUP = "tieout.targets"
#: connector → the module that meets it
BUILT_IN = {
    "plaintext": "tieout.connectors.targets.plaintext",
    "tryton": "tieout.connectors.targets.tryton",
}


def settings(config: Config, name: str) -> TargetSettings:
    """What the target ``name`` has to know. Raises ``Refused`` (TO401) for an unknown name."""
    target = config.targets.get(name)
    if target is None:
        raise Refused([_unknown("target", name, list(config.targets))])
    return TargetSettings(
        name=name,
        company=config.company.id,
        environment=config.environment.name,
        root=str(config.root),
        path=target.path,
        options=target.options,
        tax=dict(_taxes(config, name)),
        names=_names(config),
        state=str(config.state),
    )


def reader(config: Config, name: str) -> BookReader:
    """The target's reader. Raises ``Refused`` (TO401, and what the connector finds)."""
    values = settings(config, name)
    result: BookReader = _connector(config, name).reader(values)
    return result


def writer(
    config: Config, name: str, checkpoint: Callable[[str], None] | None = None
) -> BookWriter:
    """The target's writer; only ``applying`` calls this. ``checkpoint``: for fault tests, called by
    connectors that know it between every two durable steps."""
    connector, values = _connector(config, name), settings(config, name)
    result: BookWriter = (
        connector.writer(values, checkpoint) if checkpoint else connector.writer(values)
    )
    return result


def _connector(config: Config, name: str) -> Any:
    settings(config, name)  # an unknown target is told before an unknown connector
    wanted = config.targets[name].connector
    if wanted in BUILT_IN:
        return import_module(BUILT_IN[wanted])
    others = {point.name: point for point in entry_points(group=GROUP)}
    if wanted in others:
        return others[wanted].load()
    raise Refused([_unknown("connector", wanted, [*BUILT_IN, *others])])


def _unknown(what: str, name: str, known: list[str]) -> Diagnostic:
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(sorted(known))}"
    return Diagnostic("TO401", f"no such {what}: {name!r}", hint=hint, next="tieout validate")


def _taxes(config: Config, target: str) -> Iterator[tuple[str, tuple[int, str]]]:
    """Each code with its account; beside it ``code:entity`` for who has an account of its own."""
    for code, rule in sorted(config.rules.tax.items()):
        yield code, (rule.percent, _account(config, target, rule.account))
        for own in sorted({row.id for row in config.accounts if OWN in row.id}):
            role, _, entity = own.partition(OWN)
            if role == rule.account:
                yield f"{code}{OWN}{entity}", (rule.percent, _account(config, target, own))


def _account(config: Config, target: str, role: str | None) -> str:
    """The books' name of a tax account, as last mapped; the role itself where it isn't."""
    newest = _newest([row for row in config.accounts if row.id == role]).get(role or "")
    return (newest.books.get(target) if newest else None) or role or ""


def _names(config: Config) -> dict[tuple[str, str], str]:
    """(role of party, id) → display name, as last written."""
    names = {("customer", row.id): row.name for row in _newest(config.customers).values()}
    for worker in _newest(config.workers).values():
        names["vendor" if worker.kind == "contractor" else "employee", worker.id] = worker.name
    return names


def _newest(rows: Any) -> dict[str, Any]:
    """Id → the version that is in force last."""
    return {row.id: row for row in sorted(rows, key=lambda row: row.from_)}
