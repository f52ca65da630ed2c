"""Which rows of the mappings mean what a source names (docs/semantics.md, 1.2), for few names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from tieout.config.model import Config, Project, Service, Worker
from tieout.pulling.survey import Name

Row = Worker | Project | Service


def rows_of(config: Config, kind: str) -> tuple[Row, ...]:
    """All rows that a kind of name may mean."""
    rows: Mapping[str, tuple[Row, ...]] = {
        "worker": config.workers, "project": config.projects, "service": config.services,
    }  # fmt: skip
    return rows[kind]


def meant(config: Config, name: Name) -> tuple[Row, ...]:
    """The rows that name it, on whatever day they hold."""
    return tuple(row for row in rows_of(config, name.kind) if _names(row, name))


def without(rows: Iterable[Row], name: Name) -> dict[date, tuple[int, int]]:
    """The days of a name on which none of these rows holds, with entries and seconds."""
    rows = tuple(rows)
    return {
        day: counted
        for day, counted in name.days.items()
        if not any(row.from_ <= day <= row.to for row in rows)
    }


def _names(row: Row, name: Name) -> bool:
    """Whether every key of one of the row's alternatives agrees. An entry with a type is meant only
    by rows that say it."""
    typed = "type" in name.fields
    return any(
        (name.kind != "service" or typed == ("type" in ref))
        and all(_same(key, name.fields.get(key), text) for key, text in ref.items())
        for ref in row.refs.get(name.source, ())
    )


def _same(key: str, theirs: str | None, ours: str) -> bool:
    return theirs is not None and (theirs.lower() if key == "email" else theirs) == ours
