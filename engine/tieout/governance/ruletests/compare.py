"""What a test expects against what came: one check for each thing that `expect` names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tieout.config.reader import Map, Text
from tieout.config.scalars import count as count_of
from tieout.config.scalars import day, figure, hours
from tieout.domain.money import divide
from tieout.governance.ruletests.documents import document_checks
from tieout.governance.ruletests.model import Check, Observed, Reason, RuleTest
from tieout.governance.ruletests.observe import hours_text
from tieout.pipeline.found import Finding

_PAY = {"total": "total", "overtime_premium": "premium", "qualified_overtime": "qualified"}


def compare(test: RuleTest, observed: Observed) -> tuple[Check, ...]:
    """Every check of the test, in the order written."""
    parts = {
        "hours": _hours,
        "pay": _pay,
        "rounded": _rounded,
        "findings": _findings,
        "exceptions": _exceptions,
        "documents": document_checks,
    }
    return tuple(
        check
        for key, node in test.expect.items()
        for check in (parts[key](test, node, observed) if key in parts else ())
    )


def _hours(test: RuleTest, node: Any, observed: Observed) -> Iterator[Check]:
    every = tuple(reason for found in observed.because_hours.values() for reason in found)
    for pay_class, text in node.items():
        wanted, came = hours(text), observed.hours.get(pay_class, 0)
        yield Check(
            what=f"hours {pay_class}", at=test.position(text), expected=str(text),
            came=hours_text(came), ok=wanted == came,
            because=observed.because_hours.get(pay_class) or every,
        )  # fmt: skip


def _pay(test: RuleTest, node: Any, observed: Observed) -> Iterator[Check]:
    every = tuple(reason for found in observed.because_hours.values() for reason in found)
    for name, text in node.items():
        if name == "regular_rate":
            figures = list(dict.fromkeys(observed.rates))
        elif name == "overtime_rate":
            each = (rate * percent / 100 for rate in observed.rates for percent in observed.percents)
            figures = list(dict.fromkeys(each))
        else:
            found = getattr(observed, _PAY[name])
            figures = [] if found is None else [found]
        came = ", ".join(shown(value, text) for value in figures) or "none: no rate, or no such hours"
        ok = len(figures) == 1 and figure(shown(figures[0], text)) == figure(text)
        yield Check(what=f"pay {name}", at=test.position(text), expected=str(text), came=came,
                    ok=ok, because=every)  # fmt: skip


def shown(value: Fraction, like: str) -> str:
    """A figure with as many digits after the point as `like` has, half away from zero."""
    digits = max(0, -int(figure(like).as_tuple().exponent))
    exact = value * 10**digits
    whole = divide(exact.numerator, exact.denominator)
    return f"{Decimal(whole).scaleb(-digits):.{digits}f}"


def _rounded(test: RuleTest, node: Any, observed: Observed) -> Iterator[Check]:
    for purpose, wanted in node.items():
        came, because = observed.rounded[purpose], observed.because_rounded[purpose]
        if type(wanted) is Text:
            yield _time(test, f"rounded {purpose}", wanted, sum(came), because)
            continue
        for number, text in enumerate(wanted, 1):
            found = came[number - 1] if number <= len(came) else 0
            yield _time(test, f"rounded {purpose}, entry {number}", text, found, because)


def _time(
    test: RuleTest, what: str, text: Text, came: int, because: tuple[Reason, ...]
) -> Check:
    return Check(what=what, at=test.position(text), expected=str(text), came=hours_text(came),
                 ok=hours(text) == came, because=because)  # fmt: skip


def _findings(test: RuleTest, node: Any, observed: Observed) -> Iterator[Check]:
    """A code alone stands for any number of findings, a mapping for one with these figures."""
    codes = [str(one["code"] if type(one) is Map else one) for one in node]
    because = _messages(observed.findings.items())
    yield Check(what="findings", at=test.position(node), expected=_listed(sorted(set(codes))),
                came=_listed(sorted(observed.findings)),
                ok=set(codes) == observed.findings.keys(), because=because)  # fmt: skip
    exact = [one for one in node if type(one) is Map]
    for one in exact:
        met = [found for found in observed.law if _is_found(one, found)]
        yield Check(what=f"finding {one['code']}", at=test.position(one), expected=_given(one),
                    came=_given(one) if met else _listed(m for _, m in _same_code(one, observed)),
                    ok=bool(met), because=because)  # fmt: skip
    any_number = {str(one) for one in node if type(one) is Text}
    for code in sorted({str(one["code"]) for one in exact} - any_number):
        came = sum(found.code == code for found in observed.law)
        if codes.count(code) != came:
            yield Check(what=f"findings {code}", at=test.position(node),
                        expected=f"{codes.count(code)} of them", came=f"{came} of them", ok=False,
                        because=because)  # fmt: skip


def _same_code(wanted: Map, observed: Observed) -> list[tuple[str, str]]:
    code = str(wanted["code"])
    return [(code, message) for message in observed.findings.get(code, ())]


def _given(node: Map) -> str:
    return " ".join(f"{key} {value}" for key, value in node.items())


def _is_found(wanted: Any, found: Finding) -> bool:
    """Whether a finding has all the figures that are named."""
    came: dict[str, Any] = {
        "code": found.code, "date": found.date, "time": found.excess, "count": found.lacking,
        "premium": found.limit.premium,
    }  # fmt: skip
    read: dict[str, Callable[[str], Any]] = {
        "code": str, "date": day, "time": hours, "count": count_of, "premium": hours,
    }  # fmt: skip
    return all(
        read[key](text) == came[key] if key in read
        else found.amount is not None and figure(shown(found.amount, text)) == figure(text)
        for key, text in wanted.items()
    )  # fmt: skip


def _exceptions(test: RuleTest, node: Any, observed: Observed) -> Iterator[Check]:
    """A code alone stands for every purpose that it is held for; none may be left unnamed."""
    wanted = [(str(c["code"]), str(c["purpose"])) if type(c) is Map else (str(c), "") for c in node]
    came = list(observed.held)
    met = all(any(_covers(w, c) for c in came) for w in wanted)
    named = all(any(_covers(w, c) for w in wanted) for c in came)
    yield Check(
        what="exceptions", at=test.position(node),
        expected=_listed(sorted(_named(*w) for w in wanted)),
        came=_listed(sorted({_named(code, purpose) for code, purpose in came})),
        ok=met and named, because=_messages(observed.held.items()),
    )  # fmt: skip


def _covers(wanted: tuple[str, str], came: tuple[str, str]) -> bool:
    return wanted[0] == came[0] and wanted[1] in ("", came[1])


def _named(code: str, purpose: str) -> str:
    return f"{code} ({purpose})" if purpose else code


def _messages(found: Iterable[tuple[Any, Iterable[str]]]) -> tuple[Reason, ...]:
    """Each message once, after its code; `found` is by code, or by code and purpose."""
    texts = dict.fromkeys(
        f"{place if isinstance(place, str) else place[0]} {text}"
        for place, told in found
        for text in told
    )
    return tuple(Reason(text=text) for text in texts)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "none"


