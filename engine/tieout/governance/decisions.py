"""Decisions as rows in git: which one speaks of the same thing, and how one is written.

A row is kept in ``rules/decisions/<yyyy-mm>.yaml`` of the day on which it was decided. The file is
a person's too: what stands in it, comments included, is written back as it was.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tieout.config.files import outside
from tieout.config.model import Decision
from tieout.domain.diagnostic import Diagnostic, Position, Refused
from tieout.domain.key import base_key

if TYPE_CHECKING:
    from ruamel.yaml import YAML

#: What a row says, in the order in which it says it.
FIELDS: Final = (
    "id", "kind", "key", "action", "code", "owner", "reason", "by", "on", "into", "expires",
    "attachment", "desired", "actual",
)  # fmt: skip
_HEAD: Final = """\
# What was decided in {month}. A row settles one thing, and holds while the digests that it was
# decided on do. Written by `tieout drift`, `correct`, `release` and `attest`; remove a row and it is
# open again.

decisions:
"""


@dataclass(frozen=True)
class Recorded:
    """A decision as it now stands in ``file`` (from the company's folder). ``before`` is the
    decision on the same thing whose place it took; ``known``: this very decision stood there."""

    decision: Decision
    file: str
    before: Decision | None = None

    @property
    def known(self) -> bool:
        return self.before == self.decision


def on_the_same(decisions: Iterable[Decision], wanted: Decision) -> Decision | None:
    """The decision that settles what ``wanted`` would: same kind, document or entry, and state."""
    return next((d for d in reversed(list(decisions)) if _subject(d) == _subject(wanted)), None)


def same(standing: Decision, wanted: Decision) -> bool:
    """Whether both say the same of the same thing, whoever said it, when and for what reason."""
    return all(
        getattr(standing, name) == getattr(wanted, name)
        for name in ("action", "into", "owner", "expires", "attachment")
    )


def numbered(decisions: Sequence[Decision], wanted: Decision) -> Decision:
    """With the next free id of its day. Two digits keep ids in the order of their making."""
    taken = {d.id for d in decisions}
    number = 1
    while (name := f"d-{wanted.on}-{number:02}") in taken:
        number += 1
    return replace(wanted, id=name, row=f"decisions/{name}")


def record(root: Path, wanted: Decision, standing: Decision | None, file: str | None) -> Recorded:
    """Writes a decision that has its id: in the place of ``standing``, which is in ``file``, or as
    a further row of its month. Raises ``Refused`` (TO711) where the file can't be written."""
    name = file or f"rules/decisions/{wanted.on:%Y-%m}.yaml"
    path = root / name
    if outside(root, name):
        raise Refused([_unwritable(name, "the way to it leads out of the company's folder")])
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else _head(wanted)
        _replace(path, _with(text, wanted, standing))
    except OSError as error:
        raise Refused([_unwritable(name, error.strerror or str(error))]) from error
    return Recorded(wanted, name, standing)


def _subject(decision: Decision) -> tuple[str | None, ...]:
    """What a decision is about. A drift is a pair of states; a correction, what should be."""
    about = decision.kind, base_key(decision.key), decision.desired, decision.code
    return (*about, decision.actual) if decision.kind == "drift" else about


def _head(decision: Decision) -> str:
    return _HEAD.format(month=f"{decision.on:%Y-%m}")


def _with(text: str, wanted: Decision, standing: Decision | None) -> str:
    """The file's text with the row in it."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    yaml = _round_trip()
    data = yaml.load(text)
    rows = data["decisions"]
    if not rows:
        rows = data["decisions"] = CommentedSeq()
    values = {name: getattr(wanted, name) for name in FIELDS}
    given = CommentedMap((name, value) for name, value in values.items() if value is not None)
    place = next((row for row in rows if standing and str(row.get("id")) == standing.id), None)
    if place is None:
        rows.append(given)
    else:
        for name in [name for name in place if name not in given]:
            del place[name]
        place.update(given)
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


def _round_trip() -> YAML:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096  # a person's long line stays one
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _replace(path: Path, text: str) -> None:
    """Whole or not at all: a new file takes the old one's place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _unwritable(name: str, why: Any) -> Diagnostic:
    return Diagnostic(
        code="TO711",
        message=f"the decision can't be written: {why}",
        position=Position(name),
        hint="decisions are files of the company's folder: make it writable, then decide again",
        next="tieout validate",
    )
