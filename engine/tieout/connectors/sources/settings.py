"""What the config says about a file source, checked: profile, columns, and how to read cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final
from zoneinfo import ZoneInfoNotFoundError

from tieout.config.model import SourceConfig
from tieout.connectors.sources import table
from tieout.connectors.sources.profiles import PROFILES, Column
from tieout.connectors.sources.profiles.profile import ENTRY_FIELDS, RATE_FIELDS, WHO
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
}

#: A grain and the columns that can make it: any one of these sets.
_TIMES: Final = {
    Grain.SPAN: (
        ("start",),
        ("start_date", "start_time"),
        ("date", "start_time"),
        ("date", "clock_in"),
    ),
    Grain.DAY: (("date",),),
    Grain.WEEK: (("from", "to"),),
}
_AMOUNTS: Final = ("duration", "hours", "seconds")
ENDS: Final = ("end", "end_time", "clock_out")
#: The natural key where neither config nor profile name one. Not the project of a span: people
#: assign it later, and under `files: merge` another key would be a second entry.
_KEYS: Final = {
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
    fields, unused where a column gives the id."""

    source: str
    profile: str
    kind: str
    columns: Mapping[str, Column]
    grain: Grain
    key: tuple[str, ...]
    zone: Zone
    date_order: str | None = None
    unit: str | None = None
    decimal_comma: bool = False
    delimiter: str | None = None
    encoding: str | None = None
    over_midnight: bool = False


def read_settings(config: SourceConfig, timezone: str) -> Settings:
    """The settings of a file source; ``timezone`` is the company's, for a source that names none.

    Raises ``Refused`` with everything that is wrong (TO308, TO310).
    """
    profile = PROFILES.get(config.profile or "generic")
    if profile is None:
        known = ", ".join(PROFILES)
        raise Refused(
            [
                _wrong(
                    config,
                    f"no profile {config.profile!r}; there are: {known}",
                    near(str(config.profile), PROFILES),
                    code="TO310",
                )
            ]
        )
    allowed = ENTRY_FIELDS if profile.kind == "entries" else RATE_FIELDS
    columns, found = _columns(config, allowed)
    found += [*_options(config)]
    columns = {**profile.columns, **columns}
    grain = _grain(config, columns)
    if profile.kind == "entries":
        found += [*_incomplete(config, columns, grain)]
    key = _key(config) or profile.key or _KEYS.get(grain or Grain.SPAN, ())
    found += [
        _wrong(config, f"key: {name!r} can't be part of a key", near(name, KEY_FIELDS))
        for name in key
        if name not in KEY_FIELDS
    ]
    try:
        zone = Zone(config.timezone or timezone)
    except (ZoneInfoNotFoundError, ValueError):
        found.append(
            _wrong(
                config,
                f"there is no time zone {config.timezone or timezone!r}",
                "use a name of the IANA list, like Europe/Berlin",
            )
        )
    if found:
        raise Refused(found)
    text = {name: str(value).lower() for name, value in config.options.items() if OPTIONS[name]}
    return Settings(
        source=config.name,
        profile=profile.name,
        kind=profile.kind,
        columns=columns,
        grain=grain or Grain.SPAN,
        key=key,
        zone=zone,
        date_order=text.get("date_order"),
        unit=text.get("duration"),
        decimal_comma=text.get("decimal") == "comma",
        delimiter=table.DELIMITERS.get(text.get("delimiter", "")),
        encoding=text.get("encoding"),
        over_midnight=text.get("over_midnight") == "true",
    )


def near(word: str, known: Any) -> str:
    """``did you mean 'x'?`` or nothing."""
    close = get_close_matches(word, sorted(known), n=1)
    return f"did you mean {close[0]!r}?" if close else ""


def _wrong(config: SourceConfig, what: str, hint: str = "", code: str = "TO308") -> Diagnostic:
    return Diagnostic(code, f"source {config.name}: {what}", hint=hint, next="tieout validate")


def _options(config: SourceConfig) -> Iterator[Diagnostic]:
    for name, value in config.options.items():
        words = OPTIONS.get(name)
        if name not in OPTIONS:
            yield _wrong(config, f"unknown option {name!r}", near(name, OPTIONS))
        elif words and str(value).lower() not in words:
            yield _wrong(
                config, f"{name}: {value!r} is none of {', '.join(words)}", near(str(value), words)
            )


def _columns(
    config: SourceConfig, allowed: frozenset[str]
) -> tuple[dict[str, Column], list[Diagnostic]]:
    """The columns that the config names, and what is wrong with them."""
    given = config.options.get("columns") or {}
    if not isinstance(given, Mapping):
        return {}, [_wrong(config, "columns: must be a mapping of our field to the file's column")]
    if "approval" in config.options:
        given = {**given, "approval": config.options["approval"]}
    columns, found = {}, []
    for name, spec in given.items():
        if name not in allowed:
            found.append(
                _wrong(config, f"columns: there is no field {name!r}", near(name, allowed))
            )
            continue
        column = _column(spec)
        if column is None:
            found.append(
                _wrong(
                    config,
                    f"columns: {name}: neither a column's name, a list of names, "
                    "{fixed: value} nor {column: name, values: {ours: [theirs]}}",
                )
            )
        else:
            columns[name] = column
    return columns, found


def _column(spec: Any) -> Column | None:
    """``Name``, ``[First, Last]``, ``{fixed: x}``, ``{column: Name, values: {ours: [theirs]}}``."""
    if isinstance(spec, str):
        return Column(names=(spec,))
    if isinstance(spec, list | tuple) and spec and all(isinstance(part, str) for part in spec):
        return Column(joined=tuple(spec))
    if not isinstance(spec, Mapping):
        return None
    if set(spec) == {"fixed"} and isinstance(spec["fixed"], str | bool):
        return Column(fixed=str(spec["fixed"]))
    words = spec.get("values", {})
    if not (
        set(spec) <= {"column", "values"}
        and isinstance(spec.get("column"), str)
        and isinstance(words, Mapping)
    ):
        return None
    values = {
        str(theirs).strip().casefold(): str(ours)
        for ours, listed in words.items()
        for theirs in ([listed] if isinstance(listed, str) else listed)
    }
    return Column(names=(spec["column"],), values=values)


def _grain(config: SourceConfig, columns: Mapping[str, Column]) -> Grain | None:
    """What the config says, else what the columns can make; None if they make nothing."""
    said = str(config.options.get("grain", "")).lower()
    if said in tuple(Grain):
        return Grain(said)
    for grain, sets in _TIMES.items():
        if any(set(one) <= set(columns) for one in sets):
            return grain
    return None


def _incomplete(
    config: SourceConfig, columns: Mapping[str, Column], grain: Grain | None
) -> Iterator[Diagnostic]:
    """A worker, a time and an amount are the least that makes an entry; one approval the most."""
    if {"approval", "approved"} <= columns.keys():
        yield _wrong(
            config,
            "the approval is given twice: as approval, and as columns: approved",
            "keep one of the two",
        )
    if not any(name in columns for name in WHO):
        yield _wrong(
            config,
            "columns: nothing says who worked",
            "name one of worker, email, worker_id; {fixed: name} for a file of one person",
        )
    sets = _TIMES.get(grain) if grain else None
    if sets is None or not any(set(one) <= set(columns) for one in sets):
        ways = " · ".join("+".join(one) for grain in _TIMES for one in _TIMES[grain])
        yield _wrong(config, "columns: nothing says when the work was done", f"one of {ways}")
    elif grain is Grain.SPAN and not any(name in columns for name in (*ENDS, *_AMOUNTS)):
        yield _wrong(config, "columns: nothing says when a span ended", "an end or a duration")
    elif grain is not Grain.SPAN and not any(name in columns for name in _AMOUNTS):
        yield _wrong(
            config, "columns: nothing says how long the work took", f"one of {', '.join(_AMOUNTS)}"
        )


def _key(config: SourceConfig) -> tuple[str, ...]:
    given = config.options.get("key") or ()
    return (given,) if isinstance(given, str) else tuple(str(name) for name in given)
