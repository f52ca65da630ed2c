"""A company's own figures in place of a law's, told a second time: row by row, day by day."""

from dataclasses import replace
from datetime import date, timedelta

from tieout.config.model import LawPack, Override

HOUR = 3600
#: What the random companies have: parameter → (which row, its field, what it is there)
KNOWN = {
    ("tiers/day/8h/over", "6h"): (lambda row: row.window == "day" and row.over == 8 * HOUR, "over", 6 * HOUR),
    ("tiers/week/30h/multiplier", "1.75"): (
        lambda row: row.window == "week" and row.over == 30 * HOUR, "percent", 175,
    ),
    ("limits/worked/1/most", "7h"): (
        lambda row: row.basis.startswith("worked") and row.most == 9 * HOUR, "most", 7 * HOUR,
    ),
    ("gap", "30m"): (None, "gap", HOUR // 2),
}  # fmt: skip


def told(pack: LawPack, overrides: tuple[Override, ...]) -> LawPack:
    """The pack as it is here."""
    for override in (o for o in overrides if o.law == pack.id):
        of, field, value = KNOWN[override.parameter, override.value]
        if of is None:
            pack = replace(pack, **{field: value})
            continue
        name = override.parameter.rpartition("/")[2]
        rows = {
            kind: tuple(
                piece
                for row in getattr(pack, kind)
                for piece in (pieces(row, override, name, field, value) if of(row) else [row])
            )
            for kind in (override.parameter.partition("/")[0],)
        }
        pack = replace(pack, **rows)
    return pack


def pieces(row, override, name, field, value):
    """The row on the days before, on those of the override, and after."""
    day = timedelta(days=1)
    from_, to = max(row.from_, override.from_), min(row.to, override.to)
    if from_ > to:
        return [row]
    told = replace(
        row, from_=from_, to=to, basis=f"{row.basis}; here {name} {override.value}: {override.reason}",
        **{field: value},
    )  # fmt: skip
    before = [] if row.from_ == from_ else [replace(row, to=from_ - day)]
    after = [] if row.to == to else [replace(row, from_=to + day)]
    return [*before, told, *after]


def own(law: str, parameter: str, value: str, from_: date = date.min, to: date = date.max) -> Override:
    assert (parameter, value) in KNOWN
    return Override(
        law=law, parameter=parameter, value=value, reason="agreed", from_=from_, to=to
    )
