"""Law packs that the tests reckon with, one for each way of counting, written apart from the shipped."""

from dataclasses import replace
from datetime import date
from typing import Any

from tieout.config.model import Gate, LawPack, Limit, Tier

HOUR = 3600
FLSA = "29 U.S.C. 207(a)(1)"
CALIFORNIA = "Cal. Lab. Code 510(a)"


def _tier(
    window: str, hours: int, percent: int, basis: str, *, exclude: bool = False,
    rate_below: int | None = None,
) -> Tier:  # fmt: skip
    pay_class = {125: "overtime_25", 175: "overtime_75", 150: "overtime", 200: "double_time"}[percent]
    return Tier(
        window=window, over=hours * HOUR, percent=percent, pay_class=pay_class,
        exclude=exclude, basis=basis, source=basis, rate_below=rate_below,
    )  # fmt: skip


US_FLSA = LawPack(id="law/us-flsa", title="FLSA", tiers=(_tier("week", 40, 150, FLSA),))
US_CA = LawPack(
    id="law/us-ca",
    title="California",
    salary_hours=40 * HOUR,
    flat_bonus="straight_time",
    tiers=(
        _tier("day", 8, 150, CALIFORNIA),
        _tier("day", 12, 200, CALIFORNIA),
        _tier("seventh_day", 0, 150, CALIFORNIA),
        _tier("seventh_day", 8, 200, CALIFORNIA),
        _tier("week", 40, 150, CALIFORNIA, exclude=True),
    ),
)
#: The greater of day and week, and hours in a row over pauses of up to an hour.
GREATER = LawPack(
    id="law/greater",
    title="Greater",
    combination="greater",
    gap=HOUR,
    tiers=(
        _tier("day", 10, 150, "day"),
        _tier("consecutive", 9, 150, "row"),
        _tier("week", 30, 150, "week"),
    ),
)
#: 24 hours from when work begins, for who is paid less than 30 an hour; then the week.
ROLLING = LawPack(
    id="law/rolling",
    title="Rolling",
    workday="first_work",
    tiers=(
        _tier("day", 8, 150, "day", rate_below=300_000),
        _tier("week", 30, 200, "week", exclude=True),
    ),
)
#: Two weeks together, and a month past which overtime costs more.
LONG = LawPack(
    id="law/long",
    title="Long",
    weeks=2,
    anchor=date(2026, 3, 4),
    holidays="IE",                         # which has 17 March
    tiers=(
        _tier("day", 8, 125, "day"),
        replace(_tier("week", 50, 125, "weeks"), holiday=12 * HOUR),
        _tier("month", 4, 150, "month"),
    ),
)


def _limit(kind: str, **fields: Any) -> Limit:
    return Limit(kind=kind, basis=f"{kind} {sorted(fields)}", source="a test", **fields)


#: Rows for some only, and a limit of each kind near to what a random week comes to.
STRICT = LawPack(
    id="law/strict",
    title="Strict",
    shift_gap=2 * HOUR,
    tiers=(
        replace(_tier("day", 6, 150, "builders"), where=Gate(industry=("building",))),
        replace(_tier("day", 9, 200, "agreed"), where=Gate(agreement="long_day")),
        replace(_tier("day", 0, 125, "beyond"), where=Gate(agreement="plan"), schedule="beyond"),
        replace(_tier("day", 7, 175, "others"), where=Gate(agreement="plan"), schedule="other_days"),
        replace(_tier("week", 30, 125, "small"), where=Gate(employees_below=10)),
        replace(_tier("week", 25, 150, "young"), where=Gate(hired_from=date(2026, 1, 1))),
    ),
    limits=(
        _limit("break", over=4 * HOUR, least=1800, slice=900),
        _limit("break", over=8 * HOUR, least=HOUR, slice=900),
        _limit("meal", over=5 * HOUR, least=1800, by=4 * HOUR, waiver="long_day", waived_to=9 * HOUR),
        _limit("meal", over=10 * HOUR, least=1800, by=9 * HOUR, number=2, eligible=True),
        _limit("rest_break", over=2 * HOUR, every=3 * HOUR, least=600, below=HOUR),
        _limit("daily_rest", least=12 * HOUR, reduced=8 * HOUR),
        _limit("daily_rest", least=10 * HOUR, where=Gate(unless="long_day")),
        _limit("weekly_rest", least=40 * HOUR),
        _limit("worked", window="day", most=9 * HOUR),
        _limit("worked", window="week", most=20 * HOUR),
        _limit("worked", window="week", periods=2, most=15 * HOUR),
        _limit("worked", window="month", most=50 * HOUR, to=date(2026, 3, 20)),
        _limit("overtime", window="month", periods=2, most=4 * HOUR),
        _limit("overtime", window="year", most=6 * HOUR),
    ),
)
PACKS = {pack.id: pack for pack in (US_FLSA, US_CA, GREATER, ROLLING, LONG, STRICT)}
