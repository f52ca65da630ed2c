"""What a source names and no row means: which row of ours it is, or what may become of it.

Only an identifier, or a name that is the same, makes a row of ours mean it. What is merely alike is
told with its likeness, and left to a person: hours that go to the wrong worker are paid to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tieout.config.model import Config, Project
from tieout.pulling.alike import folded, ranked
from tieout.pulling.audit import shown, unmapped
from tieout.pulling.matching import Row, rows_of
from tieout.pulling.survey import Name, Survey

#: By kind: the key that is an id, the key that is a name.
_ID: Final = {"worker": "id", "project": "project_id", "service": "task_id"}
_NAME: Final = {"worker": "name", "project": "project", "service": "task"}


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One name, what a row would say of it (``ref``), and the row of ours that it is: ``found`` by
    ``how`` (id, email, name), or None. ``alike``: rows of ours, with per cent, best first.
    ``question``: why nothing can be drafted, in words."""

    name: Name
    ref: Mapping[str, str]
    found: Row | None = None
    how: str = ""
    alike: tuple[tuple[str, int], ...] = field(default=())
    question: str = ""

    @property
    def shown(self) -> str:
        return shown(self.name)


def propose(config: Config, seen: Survey) -> tuple[Proposal, ...]:
    """A proposal for each name that no row means, workers first; of one thing only one."""
    found: dict[tuple[str, str, tuple[tuple[str, str], ...]], Proposal] = {}
    for kind in ("worker", "project", "service"):
        for source in seen.sources:
            for name, ended in unmapped(config, source, kind):
                if not ended:
                    proposal = _proposal(config, name)
                    key = (source.name, kind, tuple(sorted(proposal.ref.items())))
                    found.setdefault(key, proposal)
    return tuple(found.values())


def _proposal(config: Config, name: Name) -> Proposal:
    ref = _ref(name)
    if not ref:
        what = "time of a customer without a project" if name.fields else "time without any name"
        return Proposal(name=name, ref=ref, question=f"{what}: name it in the tracker")
    rows = rows_of(config, name.kind)
    for how, row in _certain(rows, name):
        return Proposal(name=name, ref=ref, found=row, how=how)
    text = name.fields.get(_NAME[name.kind])
    names = {row.id: row.name for row in rows if row.name}
    alike = tuple(ranked(text, names)) if text else ()
    return Proposal(name=name, ref=ref, alike=alike)


def _ref(name: Name) -> dict[str, str]:
    """What the row says: the id alone where there is one; of a project by name its customer too."""
    given = name.fields
    keys: tuple[str, ...]
    if name.kind == "worker":
        keys = next(((key,) for key in ("id", "email", "name") if key in given), ())
    elif name.kind == "project":
        keys = ("project_id",) if "project_id" in given else _project_keys(given)
    elif not given:
        return {"task": "any"}
    else:
        keys = next(((key,) for key in ("type", "task_id", "task") if key in given), ())
    return {key: given[key] for key in keys}


def _project_keys(given: Mapping[str, str]) -> tuple[str, ...]:
    return (*_customer(given), "project") if "project" in given else ()


def _customer(given: Mapping[str, str]) -> tuple[str, ...]:
    return next(((key,) for key in ("customer_id", "customer") if key in given), ())


def _certain(rows: tuple[Row, ...], name: Name) -> Iterator[tuple[str, Row]]:
    """The one row that it is beyond doubt: ids first. Two that fit are none."""
    given = name.fields
    key, called = given.get(_ID[name.kind]), given.get(_NAME[name.kind])
    email = given.get("email", "").lower()
    ways = (
        ("id", lambda row: bool(key) and row.id == key),
        ("email", lambda row: bool(email) and email in _texts(row, "email")),
        (
            "id",
            lambda row: bool(key) and key in _texts(row, _ID[name.kind]) and _elsewhere(row, name),
        ),
        ("name", lambda row: _called(row, called or "", name)),
    )
    for how, fits in ways:
        found = {row.id: row for row in rows if fits(row)}
        if len(found) == 1:
            yield how, next(iter(found.values()))


def _texts(row: Row, key: str) -> set[str]:
    """What a row says under a key, in whatever source."""
    return {ref[key] for refs in row.refs.values() for ref in refs if key in ref}


def _elsewhere(row: Row, name: Name) -> bool:
    """An id of another source is the same only where the name is too: trackers number from one."""
    called = name.fields.get(_NAME[name.kind])
    return bool(called and row.name and folded(called) == folded(row.name))


def _called(row: Row, called: str, name: Name) -> bool:
    """The same name; of a project, for a customer that doesn't contradict it."""
    names = {folded(text) for text in (row.name, *_texts(row, _NAME[name.kind])) if text}
    if folded(called) not in names or (name.kind == "worker" and name.source in row.refs):
        return False  # two people may have one name: this source knows that row already
    theirs = name.fields.get("customer")
    ours = _texts(row, "customer")
    if isinstance(row, Project) and row.customer:
        ours.add(row.customer)
    return not (theirs and ours) or folded(theirs) in {folded(text) for text in ours}
