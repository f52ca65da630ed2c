"""What a document's lines come to on its other postings: output tax, and the receivable or payable.

A canonical document has no figure of its own for these; a journal has a posting for each. When a
block is read they are worked out again from its lines, from the taxes that its head names, and from
the postings that people added. Where a posting says something else, somebody edited it (or a line
without it): the document then has a further line, whose amount is what the posting has too much, so
that it differs from what we wrote, adds up to what the books hold, and says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from tieout.connectors.targets.plaintext.blocks import Posting, Unreadable
from tieout.domain.document import COUNTER, Line
from tieout.domain.money import divide, format_amount, format_rate, minor_digits, parse_rate

#: Adds nothing and needs no row in ``rules/tax.yaml``.
EXEMPT = "exempt"
#: A code, its percentage with two places at most, its account if it has one.
_TAX = re.compile(r"(\S+) (\d+(?:\.\d\d?)?)%(?: (\S+))?")
#: Tax code → (percent in ten-thousandths of the whole, account): ``TargetSettings.tax``.
Taxes = Mapping[str, tuple[int, str]]


def units(posting: Posting) -> tuple[int, str]:
    """Minor units and currency of a posting of ours. Raises :class:`Unreadable`."""
    if posting.number is None or posting.currency is None:
        raise Unreadable("the amount is missing", posting.start)
    value = posting.number.scaleb(minor_digits(posting.currency))
    if value != value.to_integral_value():
        raise Unreadable(f"the amount has more decimals than {posting.currency}", posting.start)
    return int(value), posting.currency


def total(postings: Iterable[Posting]) -> int:
    """Minor units of postings of ours, which are all in one currency."""
    return sum(units(posting)[0] for posting in postings)


def due(lines: Sequence[Line], taxes: Taxes) -> dict[str, int]:
    """The books' own output tax by code, in minor units: on the sum of its lines, rounded once."""
    bases: dict[str, int] = {}
    for line in lines:
        if line.tax and line.tax in taxes:
            bases[line.tax] = bases.get(line.tax, 0) + line.amount
    return {code: divide(bases[code] * taxes[code][0], 10_000) for code in sorted(bases)}


def taxes_text(taxes: Taxes) -> str:
    """The taxes that a document was written with: ``standard 9.75% Liabilities:Sales-Tax``. What
    ``rules/tax.yaml`` says later changes nothing of it."""
    return " | ".join(
        f"{code} {format_rate(percent * 100)}% {account}".rstrip()
        for code, (percent, account) in sorted(taxes.items())
    )


def taxes_of(text: str | None) -> dict[str, tuple[int, str]]:
    """The inverse of :func:`taxes_text`. Raises :class:`Unreadable`."""
    result = {}
    for part in text.split(" | ") if text else ():
        match = _TAX.fullmatch(part)
        if not match:
            raise Unreadable(f"taxes: {part!r} isn't like 'standard 9.75% Liabilities:Tax'")
        result[match[1]] = (parse_rate(match[2]) // 100, match[3] or "")
    return result


def beyond(ours: Sequence[Posting], people: Sequence[Posting], currency: str | None) -> int:
    """Minor units by which our postings miss what they should come to together: nothing, or what
    people's own postings balance."""
    have, given = total(ours), _weight(people, currency)
    if have == 0 or given is None:
        return 0
    return have + given


def carried(ours: Sequence[Posting], people: Sequence[Posting], currency: str | None) -> int:
    """Minor units that our postings come to together because people's own balance them: a discount
    of theirs is less on our receivable. Nothing where ours can't be added up."""
    if any(posting.currency != currency for posting in ours):
        return 0
    try:
        return total(ours) - beyond(ours, people, currency)
    except Unreadable:
        return 0


def _weight(people: Sequence[Posting], currency: str | None) -> int | None:
    """What people's own postings weigh together in this currency, in minor units; None where the
    text leaves that open, so that they balance whatever stands beside them."""
    sum_ = Decimal(0)
    for posting in people:
        if posting.number is None or posting.weight is None:
            return None
        if posting.weight[1] == currency:
            sum_ += posting.weight[0]
    return int(sum_.scaleb(minor_digits(currency or "")).to_integral_value(ROUND_HALF_UP))


def wrong_taxes(
    held: Sequence[tuple[str, Posting]],
    lines: Sequence[Line],
    taxes: Taxes,
    sign: int,
    currency: str | None,
) -> Iterator[Line]:
    """A line for each tax code whose postings (code, posting) aren't what the lines come to.
    ``sign`` is that of a line's amount on its account."""
    expected = due(lines, taxes)
    unnamed = {line.tax for line in lines if line.tax and line.tax != EXEMPT} - taxes.keys()
    for code in sorted({*expected, *unnamed, *(code for code, _ in held)}):
        postings = [posting for name, posting in held if name == code]
        have, want, home = (
            sign * total(postings),
            expected.get(code, 0),
            taxes.get(code, (0, ""))[1],
        )
        away = sorted({posting.account for posting in postings} - {home})
        if code in unnamed:
            says = "isn't among the document's 'taxes'"
        elif have != want:
            says = _instead(have, want, currency)
        elif away:
            says = f"{', '.join(away)} instead of {home}"
        else:
            continue
        yield Line(
            key=f"{COUNTER}tax/{code}",
            amount=have - want,
            account_ref=(away or [home])[0] or None,
            text=f"tax {code} {says}",
        )


def wrong_control(
    held: Sequence[Posting], role: str | None, missing: int, sign: int, currency: str | None
) -> Iterator[Line]:
    """A line where the receivable or payable isn't what the rest comes to: it is ``missing`` minor
    units too much, as the document counts. ``sign`` is that of the document's amount on it."""
    if held and missing:
        have = sign * total(held)
        yield Line(
            key=f"{COUNTER}control",
            amount=missing,
            account=role,
            text=f"{role or 'control account'} {_instead(have, have - missing, currency)}",
        )


def _instead(have: int, want: int, currency: str | None) -> str:
    code = currency or ""
    shown, expected = (format_amount(value, code, grouped=True) for value in (have, want))
    return f"{shown} instead of {expected} {code}".rstrip()
