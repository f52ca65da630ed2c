"""Statements → text of a format: a new block, or our part of a block that people have edited.

What is ours: the date, our metadata, and the postings that carry one of our marks, each with its
account, amount and metadata. Everything else of a block is kept as it is written: flag, payee,
narration, tags, links, comments, further metadata, prices, further postings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tieout.connectors.targets.plaintext.blocks import Block, Leg, Lines, Posting, Statement
from tieout.connectors.targets.plaintext.codec import is_ours, mark_of
from tieout.domain.money import format_amount, parse_amount

#: A piece of a block: what it is called if it's ours, and its text.
Piece = tuple[str | None, str]


def render(how: Lines, statement: Statement) -> str:
    """The text of a new block."""
    indent, currency = how.INDENT, statement.currency or ""
    lines = [how.head(statement), *(how.meta(k, v, indent) for k, v in statement.meta.items())]
    lines += [_leg(how, leg, currency) for leg in statement.legs]
    return "\n".join(lines) + "\n"


def merge(how: Lines, statement: Statement, block: Block) -> str:
    """The block's text with our part renewed."""
    first = block.postings[0].start if block.postings else len(block.lines)
    names = {index: name for name, index in block.sources.items() if is_ours("head", name)}
    held = [(names.get(i), block.lines[i]) for i in range(1, first)]
    wanted = {
        k: _renewed(how, k, v, block.meta, block.lines[block.sources[k]])
        if k in block.sources
        else how.meta(k, v, how.INDENT)
        for k, v in statement.meta.items()
    }
    head = how.renewed_head(statement, block)
    pieces = [head, *_weave(held, wanted), *_legs(how, statement, block)]
    return "\n".join(pieces) + "\n"


def _legs(how: Lines, statement: Statement, block: Block) -> list[str]:
    currency = statement.currency or ""
    legs = {"\0".join(leg.mark): leg for leg in statement.legs}
    held: list[Piece] = []
    wanted = {name: _leg(how, leg, currency) for name, leg in legs.items()}
    known: set[str] = set()
    for posting in block.postings:
        lines = block.lines[posting.start : posting.end]
        mark = mark_of(posting.meta)
        name = "\0".join(mark) if mark else ""
        if not name:
            held.append((None, "\n".join(lines)))
        elif name in legs and name not in known:
            wanted[name] = _merged(how, legs[name], posting, lines, currency)
            held.append((name, ""))
        else:
            held += [(None, line) for line in lines if how.is_comment(line)]
        known.add(name)
    return _weave(held, wanted)


def _weave(held: Sequence[Piece], wanted: Mapping[str, str]) -> list[str]:
    """What is held, in its order, with our pieces as wanted: those no longer wanted are left out,
    new ones follow the piece before them in ``wanted``."""
    there = {name for name, _ in held}
    follow: dict[str | None, list[str]] = {}
    before: str | None = None
    for ours in wanted:
        if ours in there:
            before = ours
        else:
            follow.setdefault(before, []).append(ours)
    result = [wanted[n] for n in follow.get(None, ())]
    for name, text in held:
        if name is None:
            result.append(text)
        elif name in wanted:
            result.append(wanted[name])
            result += [wanted[n] for n in follow.get(name, ())]
    return result


def _leg(how: Lines, leg: Leg, currency: str) -> str:
    indent = how.INDENT * 2
    ours = {leg.mark[0]: leg.mark[1], **leg.meta}
    lines = [_posting(how.INDENT, leg, currency, "")]
    return "\n".join(lines + [how.meta(k, v, indent) for k, v in ours.items()])


def _merged(how: Lines, leg: Leg, posting: Posting, lines: Sequence[str], currency: str) -> str:
    """Our part of a posting that stands: account, amount and our metadata, the rest as it is."""
    first = lines[0]
    shown = (posting.account, _minor(posting), posting.currency)
    if shown != (leg.account, leg.amount, currency):
        lead, rest = how.around(first)
        first = _posting(lead, leg, currency, rest)
    mark, ours = leg.mark, {leg.mark[0]: leg.mark[1], **leg.meta}
    held: list[Piece] = []
    wanted = {k: how.meta(k, v, how.INDENT * 2) for k, v in ours.items()}
    for line in lines[1:]:
        name = how.name_of(line)
        if name in ours:
            wanted[name] = _renewed(how, name, ours[name], posting.meta, line)
        held.append((name if name and is_ours(mark[0], name) else None, line))
    return "\n".join([first, *_weave(held, wanted)])


def _minor(posting: Posting) -> int | None:
    if posting.number is None or posting.currency is None:
        return None
    try:
        return parse_amount(f"{posting.number:f}", posting.currency)
    except ValueError:
        return None


def _posting(lead: str, leg: Leg, currency: str, rest: str) -> str:
    amount = format_amount(leg.amount, currency)
    account = f"{lead}{leg.account}"
    return f"{account}  {amount:>{max(60 - len(account), 1)}} {currency}" + (
        f" {rest}" if rest else ""
    )


def _renewed(how: Lines, name: str, value: str, meta: Mapping[str, str], line: str) -> str:
    """A metadata line with its value as wanted."""
    return line if meta.get(name) == value else how.renewed_meta(line, name, value)
