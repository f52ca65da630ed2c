"""Which lines and header fields of a document a change touches: what a view sets side by side."""

from __future__ import annotations

from dataclasses import dataclass, fields

from tieout.domain.document import HEADER_FIELDS, Document, Line, is_counter

#: Figures of a line that have columns of their own in a view; all else is told field by field.
_FIGURES = ("key", "seconds", "amount")


@dataclass(frozen=True)
class LineChange:
    """One line before and after; None on the side where it isn't there."""

    before: Line | None
    after: Line | None

    @property
    def line(self) -> Line:
        """The line as it stands last, for its label."""
        line = self.after or self.before
        assert line is not None
        return line

    @property
    def figures(self) -> tuple[int, int, int, int]:
        """Seconds before and after, minor units before and after; 0 where the line isn't there."""
        old, new = self.before, self.after
        return (
            old.seconds if old else 0, new.seconds if new else 0,
            old.amount if old else 0, new.amount if new else 0,
        )  # fmt: skip

    @property
    def fields(self) -> tuple[tuple[str, object, object], ...]:
        """Every other field of a line on both sides that differs: name, before, after."""
        if not (self.before and self.after):
            return ()
        names = (f.name for f in fields(Line) if f.name not in _FIGURES)
        pairs = ((n.rstrip("_"), getattr(self.before, n), getattr(self.after, n)) for n in names)
        return tuple(pair for pair in pairs if pair[1] != pair[2])


def line_changes(before: Document | None, after: Document | None) -> tuple[LineChange, ...]:
    """The lines that differ, in key order, a journal's counter lines last.

    Where a line went and exactly one came under another rate, the two are one line whose rate
    changed: the rate is part of a line's key, but people read *140.00 → 150.00*.
    """
    old = {line.key: line for line in before.lines} if before else {}
    new = {line.key: line for line in after.lines} if after else {}
    gone = {k: old[k] for k in sorted(old.keys() - new.keys())}
    come = {k: new[k] for k in sorted(new.keys() - old.keys())}
    found = {k: LineChange(old[k], new[k]) for k in old.keys() & new.keys() if old[k] != new[k]}
    for key in list(gone):
        stem = key.rpartition("@")[0]
        rivals = [k for k in (*gone, *come) if stem and k.rpartition("@")[0] == stem]
        if len(rivals) == 2 and rivals[1] in come:
            found[key] = LineChange(gone.pop(key), come.pop(rivals[1]))
    found |= {k: LineChange(line, None) for k, line in gone.items()}
    found |= {k: LineChange(None, line) for k, line in come.items()}
    return tuple(found[k] for k in sorted(found, key=lambda k: (is_counter(k), k)))


def header_changes(
    before: Document | None, after: Document | None
) -> tuple[tuple[str, object, object], ...]:
    """Header fields that differ between two documents: name, before, after."""
    if before is None or after is None:
        return ()
    old, new = before.as_json(), after.as_json()
    return tuple((n, old.get(n), new.get(n)) for n in HEADER_FIELDS if old.get(n) != new.get(n))


def label(line: Line) -> str:
    """What a person calls the line: its text, else the ids that it is made of."""
    if line.text:
        return line.text
    ids = (line.date, line.project, line.service, line.hour_kind, line.pay_class, line.worker)
    words = [word for word in (line.account, *ids) if word]
    return " · ".join(words) or line.key
