"""Finds what a key means, an entry or a document, and traces it."""

from __future__ import annotations

from tieout.config.model import Config
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.domain.key import abbreviates, base_key
from tieout.planning.told import Told, tell
from tieout.planning.trace import DocumentTrace, EntryTrace
from tieout.planning.trace_document import known, trace_document
from tieout.planning.trace_entry import trace_entry

#: So many keys are listed where several fit.
_LISTED = 6


def is_key(text: str) -> bool:
    """Whether ``text`` can be a key at all: an entry's has a colon, a document's has slashes."""
    return ":" in text or "/" in text


def trace(config: Config, key: str) -> EntryTrace | DocumentTrace:
    """The lineage of an entry (its key, or a beginning that only it has) or of a document (its key,
    or some of its parts in their order, the last one among them).

    Raises ``Refused``: TO294 nothing of that key, TO295 several, TO454 something was never pulled.
    """
    with tell(config) as told:
        source, colon, _ = key.partition(":")
        if colon and "/" not in source:
            return trace_entry(told, _entry(told, key))
        return trace_document(told, _document(told, key))


def _entry(told: Told, key: str) -> str:
    found = told.lineage.entries(key.removesuffix("…"), _LISTED + 1)
    if len(found) == 1:
        return found[0]
    raise Refused([_several("entries", key, found) if found else _none("entry", key)])


def _document(told: Told, key: str) -> str:
    base, keys = base_key(key.strip("/")), known(told)
    found = [base] if base in keys else sorted(k for k in keys if abbreviates(base, k))
    if len(found) == 1:
        return found[0]
    raise Refused([_several("documents", key, found) if found else _none("document", key)])


def _none(what: str, key: str) -> Diagnostic:
    where = {
        "entry": "is in the newest snapshot",
        "document": "is desired, written or in the books",
    }[what]
    return Diagnostic(
        code="TO294",
        message=f"no {what} {key[:80]!r} {where}",
        hint="give the key as a plan or the list of exceptions shows it",
        next="tieout plan --format json",
    )


def _several(what: str, key: str, found: list[str]) -> Diagnostic:
    more = " and more" if len(found) > _LISTED else ""
    return Diagnostic(
        code="TO295",
        message=f"{key[:80]!r} fits several {what}",
        hint=f"say more of it: {', '.join(found[:_LISTED])}{more}",
        next=f"tieout explain {found[0]}",
    )
