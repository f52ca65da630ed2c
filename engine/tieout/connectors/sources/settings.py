"""What the config says about a file source, checked: profile, columns, and how to read cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfoNotFoundError

from tieout.config.model import SourceConfig
from tieout.connectors.sources import table
from tieout.connectors.sources.columns import (
    grain_of,
    incomplete,
    laid_over,
    near,
    said_columns,
    wrong,
)
from tieout.connectors.sources.profiles import PROFILES, Column, Profile, Shape
from tieout.connectors.sources.profiles.profile import FIELDS
from tieout.connectors.sources.times import ORDERS, UNITS, Zone
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.domain.entry import Grain

#: Option → the words it takes (None: anything).
OPTIONS: Final[Mapping[str, tuple[str, ...] | None]] = {
    "columns": None,
    "approval": None,
    "key": None,
    "grain": tuple(Grain),
    "date_order": ORDERS,
    "duration": (*UNITS, "clock"),
    "decimal": ("point", "comma"),
    "delimiter": tuple(table.DELIMITERS),
    "encoding": table.ENCODINGS,
    "over_midnight": ("true", "false"),
    "sheet": None,
    "list": None,
}

#: The natural key where neither config nor profile name one. Not the project of a span: people
#: assign it later, and under `files: merge` another key would be a second entry.
KEYS: Final = {
    Grain.SPAN: ("worker", "start"),
    Grain.DAY: ("worker", "date", "customer", "project", "task", "type"),
    Grain.WEEK: ("worker", "from", "to", "customer", "project", "task", "type"),
}
KEY_FIELDS: Final = frozenset(
    ("worker", "start", "end", "date", "from", "to", "customer", "project", "task", "type", "notes")
)


@dataclass(frozen=True)
class Settings:
    """``unit`` is what a bare duration counts (None: nobody said); ``key`` the natural key's
    fields, unused where a column gives the id. ``others``: the same for the profile's other shapes.
    """

    source: str
    profile: Profile
    columns: Mapping[str, Column]
    grain: Grain
    key: tuple[str, ...]
    zone: Zone
    shape: Shape
    date_order: str | None = None
    unit: str | None = None
    decimal_comma: bool = False
    delimiter: str | None = None
    encoding: str | None = None
    over_midnight: bool = False
    sheet: str | None = None
    list_name: str | None = None
    others: tuple[Settings, ...] = ()


def read_settings(config: SourceConfig, timezone: str) -> Settings:
    """The settings of a file source; ``timezone`` is the company's, for a source that names none.

    Raises ``Refused`` with everything that is wrong (TO308, TO310).
    """
    profile = PROFILES.get(config.profile or "generic")
    if profile is None:
        known = ", ".join(PROFILES)
        raise Refused(
            [
                wrong(
                    config,
                    f"no profile {config.profile!r}; there are: {known}",
                    near(str(config.profile), PROFILES),
                    at="profile",
                    code="TO310",
                )
            ]
        )
    columns, found = said_columns(config, FIELDS[profile.kind])
    found += [*_options(config), *_key_fields(config)]
    shapes = [(shape, laid_over(shape.columns, columns)) for shape in profile.shapes]
    if profile.kind == "entries":
        lacks = [[*incomplete(config, laid, grain_of(config, laid))] for _, laid in shapes]
        if all(lacks):
            found += lacks[0]
        else:
            shapes = [one for one, lack in zip(shapes, lacks, strict=True) if not lack]
    try:
        zone = Zone(config.timezone or timezone)
    except (ZoneInfoNotFoundError, ValueError):
        found.append(
            wrong(
                config,
                f"there is no time zone {config.timezone or timezone!r}",
                "use a name of the IANA list, like Europe/Berlin",
                at="timezone",
            )
        )
    if found:
        raise Refused(found)
    first, *others = (_shaped(config, profile, shape, laid, zone) for shape, laid in shapes)
    return replace(first, others=tuple(others))


def _shaped(
    config: SourceConfig, profile: Profile, shape: Shape, columns: Mapping[str, Column], zone: Zone
) -> Settings:
    """The settings for files of one shape."""
    text = {name: str(value).lower() for name, value in config.options.items() if OPTIONS[name]}
    grain = grain_of(config, columns) or Grain.SPAN
    return Settings(
        source=config.name,
        profile=profile,
        columns=columns,
        grain=grain,
        key=_key(config) or shape.key or KEYS[grain],
        zone=zone,
        shape=shape,
        date_order=text.get("date_order"),
        unit=text.get("duration", shape.unit),
        decimal_comma=text.get("decimal") == "comma",
        delimiter=table.DELIMITERS.get(text.get("delimiter", "")),
        encoding=text.get("encoding"),
        over_midnight=text.get("over_midnight") == "true",
        sheet=config.options.get("sheet"),
        list_name=config.options.get("list"),
    )


def _options(config: SourceConfig) -> Iterator[Diagnostic]:
    for name, value in config.options.items():
        words = OPTIONS.get(name)
        if name not in OPTIONS:
            yield wrong(config, f"unknown option {name!r}", near(name, OPTIONS), at=name)
        elif words and str(value).lower() not in words:
            yield wrong(
                config,
                f"{name}: {value!r} is none of {', '.join(words)}",
                near(str(value), words),
                at=name,
            )


def _key_fields(config: SourceConfig) -> Iterator[Diagnostic]:
    for name in _key(config):
        if name not in KEY_FIELDS:
            what = f"key: {name!r} can't be part of a key"
            yield wrong(config, what, near(name, KEY_FIELDS), at="key")


def _key(config: SourceConfig) -> tuple[str, ...]:
    given = config.options.get("key") or ()
    return (given,) if isinstance(given, str) else tuple(str(name) for name in given)
