"""Decisions that no longer do anything: they have expired, or what they speak of is gone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from tieout.config.model import Config, Decision
from tieout.domain.change import Exception_

#: Kinds of decision whose key may be that of an entry.
ABOUT_ENTRIES = ("waive", "assign")


def entry_keys(config: Config) -> list[str]:
    """The entries that decisions speak of."""
    return sorted({d.key for d in config.rules.decisions if _about_entry(d)})


def idle(config: Config, as_of: date, entries: Collection[str]) -> Iterator[Exception_]:
    """TO370 for each decision that has expired, TO371 for one on an entry that there isn't. Both are
    told to who made it and hold nothing; ``entries`` are those of ``entry_keys`` that there are."""
    for decision in config.rules.decisions:
        if decision.expires and decision.expires < as_of:
            yield _told("TO370", decision, f"{decision.id} expired on {decision.expires}: {decision.reason}")
        elif _about_entry(decision) and decision.key not in entries:
            yield _told("TO371", decision, f"{decision.id} speaks of an entry that there isn't")


def _about_entry(decision: Decision) -> bool:
    """Keys of entries have a source before a colon; documents' keys have none."""
    return decision.kind in ABOUT_ENTRIES and ":" in decision.key.partition("/")[0]


def _told(code: str, decision: Decision, message: str) -> Exception_:
    return Exception_(
        code=code, severity="warn", purpose=None, entry=decision.key, owner=decision.by, message=message
    )
