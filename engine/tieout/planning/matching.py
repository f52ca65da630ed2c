"""Bills of mode ``match``: what a contractor's hours come to, held against the vendor's own bills.

Nothing is written. The vendor's own are the postings of other people's transactions that credit the
payable under the vendor's name: those that name the expected bill (``bills:``), and of those that name
none the ones dated within its period.
"""

from __future__ import annotations

from collections.abc import Iterator

from tieout.config.model import Config
from tieout.domain.books import Books, Foreign
from tieout.domain.document import Document, Kind
from tieout.domain.key import abbreviates
from tieout.domain.money import format_amount
from tieout.planning.chain import Chain, Verdict

MATCH = "match"


def matches(config: Config, chain: Chain) -> bool:
    """Whether this bill is only held against the vendor's own."""
    stream = config.streams.get(chain.stream)
    produce = stream.asking(chain.kind) if stream else None
    return chain.kind == Kind.BILL and produce is not None and produce.mode == MATCH


def matched(chain: Chain, books: Books) -> Verdict:
    """Where the amounts agree, the vendor's own stands for the hours. Else TO363 says by how much
    they miss; without any bill the hours are lacking."""
    ours = tuple(m.actual for m in chain.members if m.actual)
    desired = chain.desired
    if desired is None:
        return Verdict(standing=ours)
    own = list(_own(desired, books))
    if not own and not ours:
        return Verdict(code="TO363", detail=f"the vendor's own, by {desired.party_ref}, isn't there")
    found = sum(-one.amount for one in own) + sum(document.amount for document in ours)
    if found == desired.amount:
        return Verdict(standing=(desired,))
    currency = desired.currency or ""
    off = format_amount(abs(found - desired.amount), currency, grouped=True)
    more = "more" if found > desired.amount else "less"
    dates = ", ".join(sorted({one.date for one in own})) or "our own of before"
    return Verdict(
        code="TO363", detail=f"the vendor's own ({dates}): {off} {currency} {more}", standing=(desired,)
    )


def _own(bill: Document, books: Books) -> Iterator[Foreign]:
    for one in books.foreign:
        if (one.account, one.currency) != (bill.control_ref, bill.currency) or one.amount >= 0:
            continue
        if one.bills is not None:
            if abbreviates(one.bills.strip("/"), bill.key):
                yield one
        elif one.text.partition(" · ")[0] == bill.party_ref and bill.from_ <= one.date <= bill.to:
            yield one
