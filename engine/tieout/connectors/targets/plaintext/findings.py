"""Every message of this target, made in one place: what is wrong, where, and what to do."""

from __future__ import annotations

from dataclasses import replace

from tieout.connectors.targets.plaintext.blocks import Segment, Wording
from tieout.domain.diagnostic import Diagnostic, Position, Severity

_REFRESH = "tieout plan --refresh"


def _line(segment: Segment, offset: int) -> str:
    """The segment's line, fit to be shown whatever its bytes are."""
    lines = segment.text.split("\n")
    shown = lines[min(offset, len(lines) - 1)].rstrip("\r")
    return shown.encode("utf-8", "replace").decode()


def settings(message: str, hint: str) -> Diagnostic:
    """TO402: the target's settings can't be used."""
    return Diagnostic("TO402", message, hint=hint, next="tieout validate")


def outside(file: str, what: str) -> Diagnostic:
    """TO403: a link or include leads out of the company's folder; it isn't followed."""
    return Diagnostic(
        "TO403",
        f"{what} leads out of the company's folder and isn't read",
        Severity.WARNING,
        Position(file),
        hint="keep the books inside the company's folder",
        next="tieout pull",
    )


def unreadable(
    file: str, segment: Segment, offset: int, message: str, severity: Severity = Severity.WARNING
) -> Diagnostic:
    """TO404: a block of ours can't be understood; its document counts as edited by hand."""
    return Diagnostic(
        "TO404",
        f"{segment.key}: {message}",
        severity,
        Position(file, segment.line + offset),
        _line(segment, offset),
        hint="mend the line, or take the block out and let tieout write it anew",
        next=_REFRESH,
    )


def marker(file: str, segment: Segment, how: Wording) -> Diagnostic:
    """TO405: a text carries our marks, but not which document it is."""
    lines = [line.lstrip(" \t;") for line in segment.text.split("\n")]
    ours = [i for i, line in enumerate(lines) if line.startswith("tieout")]
    at = next((i for i in ours if lines[i].startswith("tieout:")), ours[0] if ours else 0)
    message = "the marker 'tieout:' doesn't say which document this is"
    hint = f"write it as  {how.key}  under the date, or take the block out"
    if segment.word is None:
        message = "tieout's marks stand here outside of any block"
        hint = how.block
    elif segment.key is None:
        message = "tieout's marks stand here without the 'tieout:' that says which document this is"
    return Diagnostic(
        "TO405",
        message,
        position=Position(file, segment.line + at),
        line=_line(segment, at),
        hint=hint,
        next="tieout pull",
    )


def doubled(file: str, segment: Segment, first: Position) -> Diagnostic:
    """TO406: a document stands in the books twice."""
    return Diagnostic(
        "TO406",
        f"{segment.key} stands in the books twice: it is booked twice",
        Severity.WARNING,
        Position(file, segment.line),
        _line(segment, 0),
        hint="take one of the two blocks out",
        next=_REFRESH,
        related=(first,),
    )


def moved(key: str, file: str, home: str) -> Diagnostic:
    """TO407: a block of ours stands in a file of the people's, or somewhere else than planned."""
    return Diagnostic(
        "TO407",
        f"{key} belongs in {home}, but stands in {file}",
        Severity.WARNING,
        Position(file),
        hint=f"move the block back to {home}",
        next=_REFRESH,
    )


def drift(key: str, file: str, line: int) -> Diagnostic:
    """TO410: the books hold something else than the plan was made on."""
    return Diagnostic(
        "TO410",
        f"{key} is no longer what the plan was made on",
        position=Position(file, line),
        hint="somebody edited or removed it since; see what changed and plan again",
        next=_REFRESH,
    )


def taken(key: str, file: str, line: int) -> Diagnostic:
    """TO411: the key to be created is there already, saying something else."""
    return Diagnostic(
        "TO411",
        f"{key} is there already and says something else",
        position=Position(file, line),
        hint="the next plan adopts it or shows the difference",
        next=_REFRESH,
    )


def stranger(key: str, books: str | None, file: str, line: int) -> Diagnostic:
    """TO412: the record belongs to another company or environment."""
    owner = f"to {books}" if books else "to nobody: 'tieout-books' is missing"
    return Diagnostic(
        "TO412",
        f"the record {key} belongs {owner}",
        position=Position(file, line),
        hint="two companies or environments must not share a books folder",
        next="tieout validate",
    )


def final(key: str, reason: str, file: str, line: int) -> Diagnostic:
    """TO413: the document has become final since the plan was made."""
    return Diagnostic(
        "TO413",
        f"{key} is {reason} and can't be changed any more",
        position=Position(file, line),
        hint="plan again: it will be adjusted or held, as rules/after_final.yaml says",
        next=_REFRESH,
    )


def closed(key: str, date: str, lock: str) -> Diagnostic:
    """TO414: the books are closed on that day."""
    return Diagnostic(
        "TO414",
        f"{key} is dated {date}; the books are closed up to {lock}",
        hint="plan again: it will be adjusted in the open period, or held",
        next=_REFRESH,
    )


def incomplete(key: str, message: str) -> Diagnostic:
    """TO415: the document lacks what a journal needs."""
    return Diagnostic(
        "TO415", f"{key}: {message}", hint="complete mappings/accounts.yaml", next="tieout validate"
    )


def not_open(key: str, account: str, date: str, chart: str) -> Diagnostic:
    """TO416: the people's chart of accounts doesn't have the account open on that day. Only apply
    knows which plan to apply again."""
    return Diagnostic(
        "TO416",
        f"{key}: the account {account} isn't open on {date}",
        position=Position(chart),
        hint=f"open it in {chart}, or map the role to an account that is",
    )


def no_tax(key: str, code: str) -> Diagnostic:
    """TO417: nobody says what the tax code means."""
    return Diagnostic(
        "TO417",
        f"{key}: the tax code {code!r} has no row",
        hint="add it to rules/tax.yaml",
        next="tieout validate",
    )


def unbalanced(
    key: str, file: str, line: int, residual: str, severity: Severity = Severity.ERROR
) -> Diagnostic:
    """TO418: a transaction's postings don't add up to nothing."""
    return Diagnostic(
        "TO418",
        f"{key} doesn't balance: {residual} too much",
        severity,
        Position(file, line),
        hint="mend the posting that was edited or added by hand",
        next=_REFRESH,
    )


def not_stored(file: str, error: OSError) -> Diagnostic:
    """TO419: the file can't be written. Only apply knows which plan to apply again."""
    return Diagnostic(
        "TO419",
        f"{file}: {error.strerror or error}",
        position=Position(file),
        hint="see to the disk and its permissions",
    )


def not_read(file: str, error: OSError) -> Diagnostic:
    """TO419: the file can't be read."""
    return replace(not_stored(file, error), next=_REFRESH)


def changed(file: str) -> Diagnostic:
    """TO420: somebody saved the file while we were writing it."""
    return Diagnostic(
        "TO420",
        f"{file} was saved by somebody else in the same moment",
        position=Position(file),
        hint="nothing was written; close the file in the editor",
        next=_REFRESH,
    )


def not_counted(
    file: str, segment: Segment, offset: int, message: str, checker: str
) -> Diagnostic:
    """TO421: a directive of the people's can't be counted; balances are incomplete."""
    return Diagnostic(
        "TO421",
        f"left out of the balances: {message}",
        Severity.WARNING,
        Position(file, segment.line + offset),
        _line(segment, offset),
        hint=f"check it with {checker}",
        next="tieout pull",
    )


def no_day(file: str, segment: Segment, lock: str) -> Diagnostic:
    """TO421: a lock that closes nothing."""
    return Diagnostic(
        "TO421",
        "this 'tieout-lock' names no day: nothing is closed by it",
        Severity.WARNING,
        Position(file, segment.line),
        _line(segment, 0),
        hint=f"write it as  {lock}",
        next="tieout pull",
    )


def not_held(key: str, kind: str) -> Diagnostic:
    """TO422: the target has no such kind of document."""
    return Diagnostic(
        "TO422",
        f"{key}: plain-text books hold no {kind}",
        hint="take it out of 'produce'",
        next="tieout validate",
    )


def no_credit(file: str, segment: Segment, key: str) -> Diagnostic:
    """TO423: a credit made by hand names a document that we can't link it to."""
    return Diagnostic(
        "TO423",
        f"the credit names {key}, but has no posting that reduces its receivable or payable",
        Severity.WARNING,
        Position(file, segment.line),
        _line(segment, 0),
        hint="name the document's key, and post against the same account",
        next="tieout pull",
    )
