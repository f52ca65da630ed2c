"""Time trackers and other sources of time. :func:`open_source` is the door.

Third parties add a connector through the entry-point group ``tieout.sources``: its name is what
`connector:` says, its object is called as ``open_source`` is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.config.model import SourceConfig
from tieout.connectors.ports import Source
from tieout.domain.diagnostic import Diagnostic, Refused

if TYPE_CHECKING:
    from tieout.connectors.sources.settings import Settings


def open_source(config: SourceConfig, timezone: str, root: Path) -> Source:
    """A source that is ready to be pulled.

    ``timezone`` is the company's, for a source that names none; ``root`` the company's folder.
    Raises ``Refused`` (TO308, TO310) with everything that is wrong with the settings.
    """
    if config.connector == "file":
        return _file(config, timezone, root)
    from importlib.metadata import entry_points

    for entry_point in entry_points(group="tieout.sources", name=config.connector):
        opened: Source = entry_point.load()(config, timezone, root)
        return opened
    raise Refused(
        [
            Diagnostic(
                "TO310",
                f"source {config.name}: there is no connector {config.connector!r}",
                position=config.place("connector"),
                hint="`connector: file` reads exports; others come as packages",
                next="tieout validate",
            )
        ]
    )


def _file(config: SourceConfig, timezone: str, root: Path) -> Source:
    from tieout.connectors.sources.exchange import ExchangeSource
    from tieout.connectors.sources.file import FileSource
    from tieout.connectors.sources.payments import PaymentSource
    from tieout.connectors.sources.rates import RateSource
    from tieout.connectors.sources.settings import read_settings

    settings = read_settings(config, timezone)
    made: dict[str, Callable[[SourceConfig, Settings, Path], Source]] = {
        "rates": RateSource,
        "exchange": ExchangeSource,
        "payments": PaymentSource,
        "entries": FileSource,
    }
    return made[settings.profile.kind](config, settings, root)
