"""What the config says of a source's columns, and which of them make an entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from tieout.config.model import SourceConfig
from tieout.connectors.sources.profiles.profile import WHO, Column
from tieout.domain.diagnostic import Diagnostic
from tieout.domain.entry import Grain

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


def near(word: str, known: Any) -> str:
    """``did you mean 'x'?`` or nothing."""
    close = get_close_matches(word, sorted(known), n=1)
    return f"did you mean {close[0]!r}?" if close else ""


def wrong(
    config: SourceConfig, what: str, hint: str = "", *, at: str, code: str = "TO308"
) -> Diagnostic:
    """``at``: the option that is wrong, by which it is found in the file."""
    return Diagnostic(
        code, f"source {config.name}: {what}", position=config.place(at), hint=hint,
        next="tieout validate",
    )  # fmt: skip


def said_columns(
    config: SourceConfig, allowed: frozenset[str]
) -> tuple[dict[str, Column], list[Diagnostic]]:
    """The columns that the config names, and what is wrong with them."""
    given = config.options.get("columns") or {}
    if not isinstance(given, Mapping):
        what = "columns: must be a mapping of our field to the file's column"
        return {}, [wrong(config, what, at="columns")]
    if "approval" in config.options:
        given = {**given, "approval": config.options["approval"]}
    columns, found = {}, []
    for name, spec in given.items():
        at = name if name in config.options else f"columns.{name}"
        if name not in allowed:
            found.append(
                wrong(config, f"columns: there is no field {name!r}", near(name, allowed), at=at)
            )
            continue
        column = _column(spec)
        if column is None:
            found.append(
                wrong(
                    config,
                    f"columns: {name}: neither a column's name, a list of names, "
                    "{fixed: value} nor {column: name, values: {ours: [theirs]}}",
                    at=at,
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


def grain_of(config: SourceConfig, columns: Mapping[str, Column]) -> Grain | None:
    """What the config says, else what the columns can make; None if they make nothing."""
    said = str(config.options.get("grain", "")).lower()
    if said in tuple(Grain):
        return Grain(said)
    for grain, sets in _TIMES.items():
        if any(set(one) <= set(columns) for one in sets):
            return grain
    return None


def incomplete(
    config: SourceConfig, columns: Mapping[str, Column], grain: Grain | None
) -> Iterator[Diagnostic]:
    """A worker, a time and an amount are the least that makes an entry; one approval the most."""
    if {"approval", "approved"} <= columns.keys():
        yield wrong(
            config,
            "the approval is given twice: as approval, and as columns: approved",
            "keep one of the two",
            at="approval",
        )
    if not any(name in columns for name in WHO):
        yield wrong(
            config,
            "columns: nothing says who worked",
            "name one of worker, email, worker_id; {fixed: name} for a file of one person",
            at="columns",
        )
    sets = _TIMES.get(grain) if grain else None
    if sets is None or not any(set(one) <= set(columns) for one in sets):
        ways = " · ".join("+".join(one) for grain in _TIMES for one in _TIMES[grain])
        what = "columns: nothing says when the work was done"
        yield wrong(config, what, f"one of {ways}", at="columns")
    elif grain is Grain.SPAN and not any(name in columns for name in (*ENDS, *_AMOUNTS)):
        what = "columns: nothing says when a span ended"
        yield wrong(config, what, "an end or a duration", at="columns")
    elif grain is not Grain.SPAN and not any(name in columns for name in _AMOUNTS):
        what = "columns: nothing says how long the work took"
        yield wrong(config, what, f"one of {', '.join(_AMOUNTS)}", at="columns")


def laid_over(ours: Mapping[str, Column], said: Mapping[str, Column]) -> dict[str, Column]:
    """The profile's columns with the config's over them; it says the approval in one of two ways."""
    approvals = {"approval", "approved"}
    if approvals & said.keys():
        ours = {name: column for name, column in ours.items() if name not in approvals}
    return {**ours, **said}
