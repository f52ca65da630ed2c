"""What the engine made of a test's givens: its own run of the story, asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, replace
from fractions import Fraction

from tieout.config.model import Config, Rounding
from tieout.config.overrides import overridden
from tieout.domain.change import Exception_
from tieout.domain.diagnostic import Position
from tieout.domain.document import Document, Kind
from tieout.domain.entry import ENTRY_COLUMNS, RATE_COLUMNS
from tieout.domain.exchange import EXCHANGE_COLUMNS
from tieout.domain.money import minor_digits
from tieout.governance.ruletests.model import Observed, Reason
from tieout.governance.ruletests.world import World
from tieout.pipeline.found import findings
from tieout.pipeline.neutrality import audited
from tieout.pipeline.qualified import qualified
from tieout.pipeline.run import Inputs, Story, compute
from tieout.pipeline.tested import PaidClass, in_minor_units, paid, paid_classes, regular_rates
from tieout.planning.exceptions import entry_exceptions
from tieout.planning.findings import bias_findings, law_findings
from tieout.planning.provenance import rounding_words

_CALM = ("info", "warn")
_NO_RATE = "TO212"


def observe(world: World) -> Observed:
    """Runs the pipeline on the world and asks what came of it. Raises what the pipeline raises."""
    from tieout.connectors import targets
    from tieout.pipeline.arrow import as_arrow

    config = world.config
    inputs = Inputs(
        config=config,
        as_of=world.as_of,
        entries=as_arrow(list(ENTRY_COLUMNS.items()), [astuple(e) for e in world.entries]),
        rates=as_arrow(list(RATE_COLUMNS.items()), [astuple(r) for r in world.rates]),
        exchange=as_arrow(list(EXCHANGE_COLUMNS.items()), [astuple(r) for r in world.exchange]),
        resolutions={
            name: targets.reader(config, name).capabilities.resolution for name in config.targets
        },
    )
    with compute(inputs) as story:
        return _asked(world, story)


def _asked(world: World, story: Story) -> Observed:
    documents = list(story.documents())
    classes = paid_classes(story)
    told, law = _told(world, story), findings(story)
    observed = Observed(
        hours=_summed(classes),
        total=None,
        premium=None,
        qualified=None,
        rates=(),
        percents=sorted({one.percent for one in classes if one.percent > 100}),
        rounded=_rounded(world, story),
        held=told["held"],
        findings={code: texts for (code, _), texts in told["found"].items()}
        | _by_code(law_findings(world.config, law))
        | _by_code(bias_findings(world.config, audited(story))),
        law=law,
        documents=[d for d in documents if d.key.startswith(world.produced)],
        because_hours=_why_hours(world.config, classes),
        because_rounded={p: _why_rounded(world.config, p) for p in ("pay", "billing")},
    )
    return _with_pay(observed, story, documents) if world.rates else observed


def _with_pay(observed: Observed, story: Story, documents: Iterable[Document]) -> Observed:
    """Employees by their workweeks, salaries and pay items, each rounded once; contractors by their
    bills."""
    pots = paid(story)
    amounts = [in_minor_units(pot.rest + pot.premium, pot.currency) for pot in pots]
    amounts += [
        Fraction(d.amount, 10 ** minor_digits(d.currency))
        for d in documents
        if d.kind == Kind.BILL and d.currency
    ]
    return replace(
        observed,
        total=sum(amounts, Fraction(0)),
        premium=sum((pot.premium for pot in pots), Fraction(0)),
        rates=regular_rates(story),
        qualified=sum((one.amount for one in qualified(story)), Fraction(0)),
    )


def _summed(classes: Iterable[PaidClass]) -> dict[str, int]:
    result: dict[str, int] = defaultdict(int)
    for one in classes:
        result[one.pay_class] += one.seconds
    return dict(result)


def _rounded(world: World, story: Story) -> dict[str, list[int]]:
    """Purpose → what each given entry counts for, in their order; of one that became several, all
    of them. Without a rounding rule that is the source's time."""
    counted: dict[str, dict[str, int]] = {"pay": defaultdict(int), "billing": defaultdict(int)}
    for (key, _), by_purpose in story.states().items():
        for purpose, sums in counted.items():
            sums[key] += by_purpose[purpose][2]
    return {
        purpose: [sum(sums[key] for key in keys) for keys in world.keys]
        for purpose, sums in counted.items()
    }


def _told(world: World, story: Story) -> dict[str, dict[tuple[str, str], list[str]]]:
    """(code, purpose) → messages, of what is held and of what is only found.

    A test that gives no rate doesn't ask for money: that a rate is missing is then not told.
    """
    result: dict[str, dict[tuple[str, str], list[str]]] = {"held": {}, "found": {}}
    for found in entry_exceptions(world.config, story.held()):
        if found.purpose not in world.purposes or (found.code == _NO_RATE and not world.rates):
            continue
        side = result["found" if found.severity in _CALM else "held"]
        side.setdefault((found.code, found.purpose), []).append(found.message)
    return result


def _by_code(found: Iterable[Exception_]) -> dict[str, list[str]]:
    result: dict[str, list[str]] = defaultdict(list)
    for one in found:
        result[one.code].append(one.message)
    return dict(result)


def _why_hours(config: Config, classes: Iterable[PaidClass]) -> Mapping[str, tuple[Reason, ...]]:
    """Pay class → how many hours by which tier, and where the tier stands."""
    places = {
        (tier.basis, tier.percent): tier.place
        for pack in config.rules.packs.values()
        for tier in overridden(pack, config.rules.overtime.overrides).tiers
    }
    result: dict[str, list[Reason]] = defaultdict(list)
    for one in classes:
        if one.basis is not None:
            text = f"{hours_text(one.seconds)} h: {one.basis}"
            place = places.get((one.basis, one.percent))
            result[one.pay_class].append(Reason(text=text, position=place))
    return {name: tuple(reasons) for name, reasons in result.items()}


def _why_rounded(config: Config, purpose: str) -> tuple[Reason, ...]:
    rule = config.rules.rounding.get(purpose, Rounding())
    text = rounding_words(rule)
    if text is None:
        return (Reason(text="nothing is rounded"),)
    return (Reason(text=text, position=next(_places(config, purpose), None)),)


def _places(config: Config, purpose: str) -> Iterator[Position]:
    for address in (f"rules/rounding {purpose}", "rules/rounding"):
        if address in config.positions:
            yield config.positions[address]


def hours_text(seconds: int) -> str:
    """``29700`` → ``8.25``; what decimals can't say exactly as ``8:20:00``."""
    hundredths, rest = divmod(abs(seconds) * 100, 3600)
    sign = "-" if seconds < 0 else ""
    if not rest:
        return f"{sign}{hundredths // 100}.{hundredths % 100:02}".rstrip("0").rstrip(".")
    minutes, second = divmod(abs(seconds), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{second:02}"
