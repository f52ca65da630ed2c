"""A company's figures in place of a law's: which there are, what comes of them, and what is amiss.

A figure of a row is called by the row as the pack has it: ``tiers/day/8h/over`` is the threshold of the
tier of the day past 8 hours, ``limits/meal/2/by`` a figure of the second meal that the pack lists. A figure
of the whole pack has one name: ``gap``. The pack itself stays as it is: the company's figures are laid over
it where the law is applied, and each row so changed says so in its legal basis.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import combinations
from typing import Any, Final, TypeVar

from tieout.config.model import ALWAYS, FOREVER, LawPack, Limit, Override, Tier
from tieout.config.scalars import day, duration, flag, multiplier
from tieout.config.working_time import EVERYONE

#: Tiers of the day by the worker's schedule are called by it, not by their window.
SCHEDULES: Final = ("beyond", "other_days")
Row = TypeVar("Row", Tier, Limit)


@dataclass(frozen=True)
class Figure:
    """A field that may be overridden: how it is read and written. ``better``: 1 where more of it is
    better for the worker, -1 where less is, 0 where that can't be said."""

    field: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    better: int = 0


@dataclass(frozen=True)
class Amiss:
    """An override that can't stand (TO182, TO183), or that is told: TO184."""

    code: str
    override: Override
    message: str
    hint: str


def length(seconds: int) -> str:
    """28800 → ``8h``, 12600 → ``210m``, 40 → ``40s``: in the largest unit that says it whole."""
    size, unit = next((s, u) for s, u in ((3600, "h"), (60, "m"), (1, "s")) if seconds % s == 0)
    return f"{seconds // size}{unit}"


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"is not {' or '.join(words)}")
        return str(text)

    return read


def _times(percent: int) -> str:
    return f"{percent // 100}.{percent % 100:02}".rstrip("0").rstrip(".")


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _lengths(**better: int) -> dict[str, Figure]:
    return {name: Figure(name, duration, length, more) for name, more in better.items()}


_PACK: Final[Mapping[str, Figure]] = {
    "combination": Figure("combination", _one_of("highest", "greater")),
    "workday": Figure("workday", _one_of("calendar", "first_work")),
    "flat_bonus": Figure("flat_bonus", _one_of("all", "straight_time")),
    "anchor": Figure("anchor", day),
    **_lengths(gap=1, shift_gap=0, salary_hours=-1),
}
_TIER: Final[Mapping[str, Figure]] = {
    **_lengths(over=-1),
    "multiplier": Figure("percent", multiplier, _times, 1),
    "exclude": Figure("exclude", flag, _truth, -1),
}
_LIMIT: Final[Mapping[str, Figure]] = _lengths(
    over=-1, least=1, slice=1, below=-1, by=-1, every=-1, reduced=1, most=-1, premium=1, waived_to=-1
)


def _tiers(pack: LawPack) -> Iterator[tuple[str, Tier]]:
    """Each with what it is called. Tiers that differ in their dates alone share a name."""
    return (
        (f"tiers/{tier.schedule or tier.window}/{length(tier.over)}", tier) for tier in pack.tiers
    )


def _limits(pack: LawPack) -> Iterator[tuple[str, Limit]]:
    seen: Counter[str] = Counter()
    for limit in pack.limits:
        seen[limit.kind] += 1
        yield f"limits/{limit.kind}/{seen[limit.kind]}", limit


def _says(limit: Limit) -> Iterator[str]:
    """The figures that a limit has; the others mean nothing to its kind."""
    usual = Limit(kind=limit.kind, basis="", source="")
    return (name for name in _LIMIT if getattr(limit, name) != getattr(usual, name))


def standing(pack: LawPack) -> dict[str, str]:
    """Every parameter that may be overridden, with what the law says; empty where it says nothing."""
    found = {name: (figure, getattr(pack, figure.field)) for name, figure in _PACK.items()}
    for address, tier in _tiers(pack):
        for name, figure in _TIER.items():
            found.setdefault(f"{address}/{name}", (figure, getattr(tier, figure.field)))
    for address, limit in _limits(pack):
        for name in _says(limit):
            found[f"{address}/{name}"] = (_LIMIT[name], getattr(limit, name))
    return {
        name: "" if value is None else figure.write(value)
        for name, (figure, value) in found.items()
    }


def overridden(pack: LawPack, overrides: Sequence[Override]) -> LawPack:
    """The pack with the company's figures, which nothing is amiss with (:func:`amiss`)."""
    own = [o for o in overrides if o.law == pack.id]
    if not own:
        return pack
    terms = {
        figure.field: figure.read(o.value) for o in own if (figure := _PACK.get(o.parameter))
    }
    return replace(
        pack,
        tiers=tuple(t for address, tier in _tiers(pack) for t in _told(tier, address, _TIER, own)),
        limits=tuple(t for address, row in _limits(pack) for t in _told(row, address, _LIMIT, own)),
        **terms,
    )


def _told(
    row: Row, address: str, figures: Mapping[str, Figure], overrides: Sequence[Override]
) -> list[Row]:
    """The row as it holds before, while and after each override of it does."""
    pieces = [row]
    for override in overrides:
        name, _, key = override.parameter.rpartition("/")
        if name == address:
            pieces = [p for piece in pieces for p in _split(piece, figures[key], key, override)]
    return pieces


def _split(row: Row, figure: Figure, key: str, by: Override) -> Iterator[Row]:
    from_, to = max(row.from_, by.from_), min(row.to, by.to)
    if from_ > to:
        yield row
        return
    if row.from_ < from_:
        yield replace(row, to=from_ - timedelta(days=1))
    value: dict[str, Any] = {figure.field: figure.read(by.value)}
    basis = f"{row.basis}; here {key} {figure.write(value[figure.field])}: {by.reason}"
    yield replace(row, from_=from_, to=to, basis=basis, place=by.place or row.place, **value)
    if to < row.to:
        yield replace(row, from_=to + timedelta(days=1))


def amiss(packs: Mapping[str, LawPack], overrides: Sequence[Override]) -> list[Amiss]:
    """What can't stand of the overrides of these packs, and which take something from the workers."""
    found = [one for override in overrides for one in _unread(packs.get(override.law), override, packs)]
    wrong = {id(one.override) for one in found}
    sound = [o for o in overrides if id(o) not in wrong]
    for first, second in combinations(sound, 2):
        same = (first.law, first.parameter) == (second.law, second.parameter)
        if same and first.from_ <= second.to and second.from_ <= first.to:
            found.append(Amiss("TO183", second, f"{second.parameter} is given twice for the same days",
                               "let one end before the other begins: from: and to:"))
    if not found:
        found += [one for o in sound if (one := _unordered(packs[o.law], sound, o))]
    return found + [one for o in sound if (one := _weaker(packs[o.law], o))]


def _unread(
    pack: LawPack | None, override: Override, packs: Mapping[str, LawPack]
) -> Iterator[Amiss]:
    if pack is None:
        yield Amiss("TO182", override, f"rules/overtime names no law pack '{override.law}'",
                    _nearest(override.law, sorted(packs)))
        return
    names = standing(pack)
    if override.parameter not in names:
        yield Amiss("TO182", override, f"{pack.id} has no parameter '{override.parameter}'",
                    _nearest(override.parameter, list(names)))
        return
    if override.parameter in _PACK and (override.from_, override.to) != (ALWAYS, FOREVER):
        yield Amiss("TO183", override, f"{override.parameter} is of the whole law and can't be dated",
                    "leave out from: and to:, or write a pack of your own")
    if override.from_ > override.to:
        yield Amiss("TO183", override, f"{override.parameter} ends before it begins", "mend from: or to:")
    try:
        _figure(override.parameter).read(override.value)
    except ValueError as error:
        yield Amiss("TO183", override, f"{override.parameter}: '{override.value}' {error}",
                    f"the law says {names[override.parameter] or 'nothing'}")


def _figure(parameter: str) -> Figure:
    head, _, name = parameter.rpartition("/")
    table = _PACK if not head else _TIER if head.startswith("tiers/") else _LIMIT
    return table[name]


def _nearest(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    return f"there is {', '.join(close or known[:8])}"


def _unordered(pack: LawPack, overrides: Sequence[Override], by: Override) -> Amiss | None:
    """Tiers of one window are a ladder: whoever works longer is never paid less for it."""
    if not by.parameter.startswith("tiers/"):
        return None
    said = by.parameter.split("/")[1]
    window = "day" if said in SCHEDULES else said
    steps = [t for t in overridden(pack, overrides).tiers if t.window == window and not t.schedule]
    for low, high in combinations(sorted(steps, key=lambda t: (t.over, t.percent)), 2):
        same = low.where == high.where or EVERYONE in (low.where, high.where)
        together = same and low.from_ <= high.to and high.from_ <= low.to
        if together and (low.over == high.over or low.percent > high.percent):
            return Amiss("TO183", by, f"with {by.parameter} {by.value} the tiers of {window} are no ladder: "
                         f"over {length(low.over)} × {_times(low.percent)}, "
                         f"over {length(high.over)} × {_times(high.percent)}",
                         "let the multiplier rise with the hours")
    return None


def _weaker(pack: LawPack, by: Override) -> Amiss | None:
    figure = _figure(by.parameter)
    law = standing(pack)[by.parameter]
    if not figure.better or not law:
        return None
    if (figure.read(by.value) - figure.read(law)) * figure.better >= 0:
        return None
    return Amiss(
        "TO184", by, f"{by.parameter} of {pack.id} is {by.value}, which gives less than the law's {law}",
        f"make sure that the law allows it: {by.reason}",
    )  # fmt: skip


def in_force(overrides: Sequence[Override], on: date) -> list[Override]:
    """Those that hold on a day or will later; what has ended is history."""
    return [o for o in overrides if o.to >= on]
