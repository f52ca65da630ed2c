"""What a change of the configuration does: two plans on the same snapshots, and their difference.

Both are made as on the same day, on the same entries, books and applied state, so that all that
differs between them comes from mappings and rules. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date

from tieout.config.model import Config
from tieout.domain.books import Claim
from tieout.domain.change import Action, Change, Exception_, Origin
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.domain.document import Document
from tieout.domain.key import base_key
from tieout.domain.plan import Body
from tieout.pipeline import contrast
from tieout.pipeline.contrast import Behind, Place
from tieout.pipeline.run import Story, compute
from tieout.planning.build import body, inputs
from tieout.planning.edited import Edits, edits
from tieout.planning.gather import Gathered, gather
from tieout.planning.shares import Part, Shares


@dataclass(frozen=True, kw_only=True)
class Impact:
    """``base`` and ``head`` are the bodies of the two plans; ``base`` None: there is no
    configuration to compare with, and everything that the head asks for is new.

    ``changes`` are the documents that the two desire differently: *before* is the base's version and
    *after* the head's, *origin* the rows that differ and bear on it. ``parts`` add up what differs.
    ``becomes`` says what the head's plan does about a document: the action, or the code under which
    it is held; a document that isn't in it stands in the books as the head wants it.
    """

    base: Body | None
    head: Body
    edits: Edits
    changes: tuple[Change, ...]
    parts: tuple[Part, ...]
    becomes: Mapping[str, str]

    @property
    def appeared(self) -> tuple[Exception_, ...]:
        """What the head holds, or tells, and the base doesn't."""
        return _without(self.head, self.base)

    @property
    def gone(self) -> tuple[Exception_, ...]:
        """What the base holds, or tells, and the head doesn't."""
        return _without(self.base, self.head)

    @property
    def unread(self) -> tuple[str, ...]:
        """The sources that the head reads otherwise: their snapshots are still as the base read."""
        found = (edit for edit in self.edits.found if edit.kind == "sources")
        return tuple(edit.row for edit in found) if self.base else ()


def impact(
    base: Config | None, head: Config, *, as_of: date | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Impact:  # fmt: skip
    """The difference that ``head`` makes to ``base``, on the newest snapshots of the head's state.

    Raises ``Refused`` where something was never pulled (TO454); what only the base asks for is told
    as the base's.
    """
    after = gather(head, as_of=as_of)
    before = _gathered(base, after) if base else None
    return difference(before, after, progress)


def difference(
    before: Gathered | None, after: Gathered, progress: Callable[[str], None] = lambda _: None
) -> Impact:
    """The impact of going from one gathered company to another."""
    with ExitStack() as open_:
        progress("planning the head")
        new = open_.enter_context(compute(inputs(after), progress))
        head = body(after, new)
        if before is None:
            found = Shares(edits(None, after.config), None, after.config)
            changes = tuple(_created(new, found))
            return _impact(None, head, found, changes)
        progress("planning the base")
        old = open_.enter_context(compute(inputs(before), progress))
        base = body(before, old)
        found = Shares(edits(before.config, after.config), before.config, after.config)
        return _impact(base, head, found, tuple(_changed(old, new, found)))


def _impact(base: Body | None, head: Body, shares: Shares, changes: tuple[Change, ...]) -> Impact:
    return Impact(
        base=base, head=head, edits=shares.edits, changes=changes, parts=shares.parts(),
        becomes=_becomes(head),
    )  # fmt: skip


def _gathered(base: Config, after: Gathered) -> Gathered:
    """What the base is planned from: all that the head is, as far as both know it."""
    config = replace(base, state=after.config.state)
    same = {
        name: id_
        for name, id_ in after.snapshots.items()
        if name in (*config.sources, *config.targets)
    }
    try:
        return gather(config, as_of=after.as_of, chosen=same)
    except Refused as refused:
        raise Refused([_of_base(d) for d in refused.diagnostics]) from None


def _of_base(found: Diagnostic) -> Diagnostic:
    return replace(found, message=f"for the base: {found.message}")


def _changed(old: Story, new: Story, shares: Shares) -> Iterable[Change]:
    """Every document that the two stories desire differently, by target and key."""
    before, after = contrast.digests(old), contrast.digests(new)
    places = [p for p in sorted(before.keys() | after.keys()) if before.get(p) != after.get(p)]
    keys = {key for _, key in places}
    was, is_ = _Side.of(old, keys), _Side.of(new, keys)
    for place in places:
        yield _change(place, was, is_, shares)


def _created(new: Story, shares: Shares) -> Iterable[Change]:
    keys = [key for _, key in contrast.digests(new)]
    is_, none = _Side.of(new, keys), _Side({}, {}, {})
    for place in sorted(is_.documents):
        yield _change(place, none, is_, shares)


@dataclass(frozen=True)
class _Side:
    """Of the documents that differ, what one of the stories says of them."""

    documents: Mapping[Place, Document]
    behind: Mapping[str, Behind]
    claims: Mapping[str, tuple[Claim, ...]]

    @classmethod
    def of(cls, story: Story, keys: Iterable[str]) -> _Side:
        keys = set(keys)
        return cls(
            contrast.documents(story, keys), contrast.behind(story, keys), story.claims(keys)
        )


def _change(place: Place, was: _Side, is_: _Side, shares: Shares) -> Change:
    target, key = place
    before, after = was.documents.get(place), is_.documents.get(place)
    behind = [side.behind[key] for side in (was, is_) if place in side.documents and key in side.behind]
    rows = shares.add(before, after, behind)
    document = after or before
    assert document is not None, "one of the two desires what differs"
    claims = {c.entry: c for side in (was, is_) for c in side.claims.get(key, ())}
    return Change(
        action=Action.UPDATE if before and after else Action.CREATE if after else Action.VOID,
        document=key, kind=document.kind, target=target, change_set=key,
        reason=_reason(before, after), sequence=0, phase=0, before=before, after=after,
        origin=tuple(Origin(row=row) for row in rows),
        claims=tuple(claims[entry] for entry in sorted(claims)),
    )  # fmt: skip


def _reason(before: Document | None, after: Document | None) -> str:
    return "changed" if before and after else "desired" if after else "no_longer_desired"


def _becomes(head: Body) -> dict[str, str]:
    found = {base_key(e.entry): e.code for e in head.exceptions if "/" in e.entry.partition(":")[0]}
    return found | {base_key(c.document): c.action.value for c in head.changes}


def _without(those: Body | None, these: Body | None) -> tuple[Exception_, ...]:
    """What stands in the one and not in the other, seconds and words apart."""
    known = {(e.code, e.entry, e.purpose) for e in these.exceptions} if these else set()
    listed = those.exceptions if those else ()
    return tuple(e for e in listed if (e.code, e.entry, e.purpose) not in known)
