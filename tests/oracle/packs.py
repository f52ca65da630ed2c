"""The two law packs that the tests reckon with, written down apart from the shipped ones."""

from tieout.config.model import LawPack, Tier

HOUR = 3600
FLSA = "29 U.S.C. 207(a)(1)"
CALIFORNIA = "Cal. Lab. Code 510(a)"


def _tier(window: str, hours: int, percent: int, basis: str, *, exclude: bool = False) -> Tier:
    pay_class = {150: "overtime", 200: "double_time"}[percent]
    return Tier(
        window=window, over=hours * HOUR, percent=percent, pay_class=pay_class,
        exclude=exclude, basis=basis, source=basis,
    )  # fmt: skip


US_FLSA = LawPack(id="law/us-flsa", title="FLSA", tiers=(_tier("week", 40, 150, FLSA),))
US_CA = LawPack(
    id="law/us-ca",
    title="California",
    tiers=(
        _tier("day", 8, 150, CALIFORNIA),
        _tier("day", 12, 200, CALIFORNIA),
        _tier("seventh_day", 0, 150, CALIFORNIA),
        _tier("seventh_day", 8, 200, CALIFORNIA),
        _tier("week", 40, 150, CALIFORNIA, exclude=True),
    ),
)
PACKS = {pack.id: pack for pack in (US_FLSA, US_CA)}
