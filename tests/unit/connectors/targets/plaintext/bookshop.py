"""A company's folder with plain-text books in it, and how tests write, edit and read them."""

import pytest
from documents import change

from tieout.connectors.ports import Status, TargetSettings
from tieout.connectors.targets import plaintext
from tieout.domain.diagnostic import Refused


def settings_for(folder, **more):
    values = {
        "name": "books",
        "company": "northwind",
        "environment": "default",
        "root": str(folder),
        "path": "books/",
        "tax": {"standard": (975, "Liabilities:Sales-Tax")},
    }
    return TargetSettings(**{**values, **more})


class Shop:
    """A company's folder with books in it."""

    def __init__(self, folder, **more):
        self.root = folder
        self.settings = settings_for(folder, **more)
        self.steps = []
        self.writer = plaintext.writer(self.settings, self.steps.append)
        self.reader = self.writer.reader

    def write(self, before, after, **more):
        one = change(before, after, **more)
        ((name, batch),) = self.writer.batches([one])
        (outcome,) = self.writer.write(name, batch)
        return outcome

    def refuses(self, before, after, **more):
        """The diagnostic; and nothing at all was written."""
        then = self.bytes()
        outcome = self.write(before, after, **more)
        assert (outcome.status, outcome.record) == (Status.REFUSED, None)
        assert self.bytes() == then
        return outcome.diagnostic

    def file(self, name):
        return self.root / "books" / name

    def put(self, name, text):
        self.file(name).parent.mkdir(parents=True, exist_ok=True)
        self.file(name).write_text(text)

    def edit(self, old, new, name="tieout/invoice/2026-11.beancount"):
        text = self.file(name).read_text()
        assert old in text
        self.file(name).write_text(text.replace(old, new, 1))

    def bytes(self):
        return {p: p.read_bytes() for p in sorted(self.root.rglob("*")) if p.is_file()}

    def codes(self):
        return [d.code for d in self.reader.read().diagnostics]

    def refused(self):
        """The one diagnostic with which reading the books is refused."""
        with pytest.raises(Refused) as error:
            self.reader.read()
        (told,) = error.value.diagnostics
        return told
