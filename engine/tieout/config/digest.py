"""The digest of a configuration: what planning depends on, and nothing of its form.

Covered are the typed values. Left out are where rows stand (positions, addresses) and where the
files of sources and targets lie: a target's path is an identity of the books, not of planning.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any

from tieout.config.model import Config

_FORM = frozenset({"origins", "row", "path", "place", "places"})
#: What no plan depends on: matters of the 1099 report.
_FORM |= {"form_1099", "contract"}
_OTHER_RULES = frozenset({"vendors", "retention"})
_PLANNING = (
    "company",
    "environment",
    "sources",
    "targets",
    "streams",
    "workers",
    "customers",
    "projects",
    "services",
    "accounts",
    "earnings",
)


def digest(config: Config) -> str:
    """SHA-256 (64 hex digits) over the planning inputs. Rows count in the order of id and time,
    which the loader has given them."""
    parts: dict[str, Any] = {name: getattr(config, name) for name in _PLANNING}
    rules = dict(vars(config.rules))
    del rules["reconcile"]  # judges the books, and is no input of a plan
    del rules["privacy"]  # it decides what a snapshot holds, not what is made of it
    rules["unmapped"] = {" ".join(key): policy for key, policy in config.rules.unmapped.items()}
    parts["rules"] = {name: rule for name, rule in rules.items() if name not in _OTHER_RULES}
    text = json.dumps(
        parts, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if type(value) is date:
        return value.isoformat()
    if is_dataclass(value):
        return _values(value.__class__)(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no part of a configuration")


@cache
def _values(kind: Any) -> Callable[[Any], Any]:
    """Of one dataclass: instance → the tuple of its values. There may be 100,000 of them."""
    return attrgetter(*sorted(f.name for f in fields(kind) if f.name not in _FORM))
