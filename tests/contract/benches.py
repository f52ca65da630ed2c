"""Each target made ready to be tried: its bench for the contract suite, with the people's own hands."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from beancount import loader
from documents import change

from tieout.connectors.ports import BookReader, BookWriter, Outcome, TargetSettings
from tieout.connectors.targets import plaintext
from tieout.domain.change import Change
from tieout.domain.document import Document


@dataclass
class Hands:
    """What people do in the books, by hand."""

    edit_their_field: Callable[[str], None]
    edit_our_amount: Callable[[str], None]
    their_field: Callable[[str], object]
    close_through: Callable[[str], None]
    finalise: Callable[[str], None]
    credit: Callable[[str, int], None]
    check: Callable[[], None]


@dataclass
class Bench:
    """A target ready to be tried. ``lose_answer`` writes, and fails once the books have it;
    ``final`` is what the books call a document that ``hands.finalise`` has made so."""

    reader: BookReader
    writer: BookWriter
    stranger: BookWriter
    hands: Hands
    lose_answer: Callable[[Sequence[Change]], None]
    writes_for_thousand: int
    final: str = "sent"

    def write(self, *changes: Change) -> list[Outcome]:
        outcomes = {}
        for name, batch in self.writer.batches(changes):
            for outcome in self.writer.write(name, batch):
                outcomes[outcome.document] = outcome
        return [outcomes[c.document] for c in changes]

    def create(self, *documents: Document) -> list[Outcome]:
        return self.write(*(change(None, d) for d in documents))

    def held(self, key: str) -> Document | None:
        record = self.reader.look_up([key]).get(key)
        return record.document if record else None


@dataclass(frozen=True)
class Dialect:
    """A plain-text format as people write it. ``key`` and ``kind`` are lines of ours; ``tag`` writes
    metadata of theirs."""

    name: str
    suffix: str
    key: str
    kind: str
    tag: str
    lock: str
    credit: str
    check: Callable[[Path], None]


def whole(books: Path, suffix: str, include: str) -> Path:
    """A file of the tests' own that includes the main file and, where there is one, the people's."""
    file = books.parent / f"whole{suffix}"
    names = [path for path in (books / f"main{suffix}", books / f"people{suffix}") if path.exists()]
    file.write_text("".join(include.format(path) for path in names))
    return file


def bean_check(books: Path) -> None:
    assert loader.load_file(str(whole(books, ".beancount", 'include "{}"\n')))[1] == []


def hledger_check(books: Path) -> None:
    hledger = shutil.which("hledger")
    if hledger is None:
        return  # the rest of the suite needs no program
    file = whole(books, ".journal", "include {}\n")
    ran = subprocess.run(
        [hledger, "-f", str(file), "check", "--strict"], capture_output=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


BEANCOUNT = Dialect(
    name="beancount",
    suffix=".beancount",
    key='  tieout: "{}"\n',
    kind="  kind:",
    tag='  {}: "{}" ; by Kim\n',
    lock='2026-12-01 custom "tieout-lock" {}\n\n',
    credit='2026-12-05 * "a credit"\n  credits: "{key}"\n  hours: "0:30:00"\n'
    "  Assets:Receivable  -{amount} USD\n  Income:Services\n\n",
    check=bean_check,
)
HLEDGER = Dialect(
    name="hledger",
    suffix=".journal",
    key="    ; tieout: {}\n",
    kind="    ; kind:",
    tag="    ; {}: {}, by: Kim\n",
    lock="; tieout-lock: {}\n\n",
    credit="2026-12-05 * a credit  ; credits: {key}, hours: 0:30:00\n"
    "  Assets:Receivable  -{amount} USD\n  Income:Services\n\n",
    check=hledger_check,
)


def plaintext_bench(folder: Path, dialect: Dialect) -> Bench:
    def settings(company: str) -> TargetSettings:
        return TargetSettings(
            name="books",
            company=company,
            environment="default",
            root=str(folder),
            path="books/",
            options={"format": dialect.name},
            tax={"standard": (975, "Liabilities:Sales-Tax")},
            names={("customer", "acme"): "Acme Corp"},
        )

    writer = plaintext.writer(settings("northwind"))

    def file(key: str) -> Path:
        return folder / writer.reader.look_up([key])[key].remote_id.partition("#")[0]

    def edit(key: str, old: str, new: str) -> None:
        before, marker, after = file(key).read_text().partition(dialect.key.format(key))
        assert marker
        head, lines = before.rsplit("\n20", 1)
        text = f"20{lines}{marker}{after}"
        assert old in text
        file(key).write_text(f"{head}\n{text.replace(old, new, 1)}")

    def tag(key: str, name: str, value: str) -> None:
        edit(key, dialect.kind, dialect.tag.format(name, value) + dialect.kind)

    def people(text: str) -> None:
        with (folder / "books" / f"people{dialect.suffix}").open("a") as theirs:
            theirs.write(text)

    def lose_answer(changes: Sequence[Change]) -> None:
        def cut(step: str) -> None:
            if step.endswith(f"2026-11{dialect.suffix}: replaced"):
                raise RuntimeError("the answer is lost")

        cutting = plaintext.writer(settings("northwind"), cut)
        ((name, batch),) = cutting.batches(changes)
        with pytest.raises(RuntimeError):
            cutting.write(name, batch)

    hands = Hands(
        edit_their_field=lambda key: tag(key, "po-number", "4711"),
        edit_our_amount=lambda key: edit(key, "-2520.00 USD", "-2519.00 USD"),
        their_field=lambda key: writer.reader.look_up([key])[key].foreign["meta"]["po-number"],
        close_through=lambda day: people(dialect.lock.format(day)),
        finalise=lambda key: tag(key, "status", "sent"),
        credit=lambda key, minor: people(
            dialect.credit.format(key=key, amount=f"{minor // 100}.{minor % 100:02}")
        ),
        check=lambda: dialect.check(folder / "books"),
    )
    return Bench(
        plaintext.reader(settings("northwind")),
        writer,
        plaintext.writer(settings("southwind")),
        hands,
        lose_answer,
        12,
    )


TARGETS = {
    f"plaintext-{dialect.name}": partial(plaintext_bench, dialect=dialect)
    for dialect in (BEANCOUNT, HLEDGER)
}
