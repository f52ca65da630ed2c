"""Law packs that the tests reckon with, one for each way of counting, written apart from the shipped."""

from datetime import date

from tieout.config.model import LawPack, Tier

HOUR = 3600
FLSA = "29 U.S.C. 207(a)(1)"
CALIFORNIA = "Cal. Lab. Code 510(a)"


def _tier(
    window: str, hours: int, percent: int, basis: str, *, exclude: bool = False,
    rate_below: int | None = None,
) -> Tier:  # fmt: skip
    pay_class = {125: "overtime_25", 150: "overtime", 200: "double_time"}[percent]
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
    tiers=(
        _tier("day", 8, 125, "day"),
        _tier("week", 50, 125, "weeks"),
        _tier("month", 4, 150, "month"),
    ),
)
PACKS = {pack.id: pack for pack in (US_FLSA, US_CA, GREATER, ROLLING, LONG)}
