"""Proposals → the files that would change, as a patch that `git apply` takes, or written."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tieout.config.files import outside
from tieout.config.model import Config
from tieout.config.written import flow
from tieout.domain.diagnostic import Diagnostic, Position, Refused
from tieout.governance.suggest.edit import Page
from tieout.governance.suggest.propose import Proposal
from tieout.governance.suggest.rows import Drafts
from tieout.store.snapshot import replace

_NO_NEWLINE: Final = "\\ No newline at end of file\n"


@dataclass(frozen=True)
class Suggested:
    """``files``: path → (text before, None of a new file; text after). ``attached``: proposals
    that a row of ours now means; ``drafted``: rows by kind; ``left``: what only a person can do."""

    files: Mapping[str, tuple[str | None, str]]
    attached: tuple[Proposal, ...]
    drafted: Mapping[str, int]
    left: tuple[Proposal, ...]
    questions: tuple[str, ...]

    def patch(self) -> str:
        """A unified diff; nothing where no file changes."""
        return "".join(
            line for path, texts in sorted(self.files.items()) for line in _diff(path, *texts)
        )

    def write(self, root: Path) -> None:
        """Writes each file whole or not at all. Raises ``Refused`` (TO608)."""
        for path, (_, text) in sorted(self.files.items()):
            try:
                if outside(root, path):
                    raise OSError("the way to it leads out of the company's folder")
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                replace(root / path, text)
            except OSError as error:
                raise Refused([_unwritable(path, error.strerror or str(error))]) from error


def suggest(config: Config, proposals: Iterable[Proposal], *, everything: bool) -> Suggested:
    """What becomes of the proposals. ``everything``: rows are drafted for what is no row of ours."""
    pages = _Pages(config)
    attached, left = [], []
    for proposal in proposals:
        if proposal.found is not None and pages.attach(proposal):
            attached.append(proposal)
        else:
            left.append(proposal)
    drafts = Drafts(config, {kind: pages.defaults(kind) for kind in ("workers",)})
    for proposal in left if everything else ():
        drafts.draft(proposal)
    for kind, rows in drafts.rows.items():
        pages.append(kind, rows)
    return Suggested(
        files=pages.changed(),
        attached=tuple(attached),
        drafted={kind: len(rows) for kind, rows in drafts.rows.items()},
        left=() if everything else tuple(left),
        questions=tuple(drafts.questions),
    )


class _Pages:
    """The company's mapping files while they are edited."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._pages: dict[str, Page] = {}
        self._new: dict[str, str] = {}

    def attach(self, proposal: Proposal) -> bool:
        """Let a row of ours mean the name too. False where its file can't be edited by lines."""
        row = proposal.found
        at = self._config.positions.get(row.row) if row else None
        if at is None or not at.file.endswith(".yaml"):
            return False
        page = self._page(at.file)
        rows = page.value(page.root, f"{proposal.name.kind}s")
        node = page.row_at(rows, at.line, at.column)
        return node is not None and page.add(node, proposal.name.source, flow(proposal.ref))

    def append(self, kind: str, rows: list[list[str]]) -> None:
        """Further rows at the end of the kind's file; where that has no list, in a file beside it."""
        file = self._file(kind)
        if file is not None:
            page = self._page(file)
            if page.append(page.value(page.root, kind), rows):
                return
        blocks = "\n".join("".join(f"  {line}\n" for line in row) for row in rows)
        name = f"mappings/{kind}.yaml"
        if (self._config.root / name).exists():
            name = f"mappings/{kind}/suggested.yaml"
        self._new[name] = f"# Drafted by `tieout suggest`.\n\n{kind}:\n{blocks}"

    def defaults(self, kind: str) -> Mapping[str, str]:
        """What the head of the file says that a kind's rows are added to."""
        file = self._file(kind)
        node = self._page(file) if file else None
        head = node.value(node.root, "defaults") if node else None
        pairs: Any = head.value if head is not None else ()
        return {key.value: str(value.value) for key, value in pairs if value.id == "scalar"}

    def changed(self) -> dict[str, tuple[str | None, str]]:
        """Each file that isn't as it was."""
        found: dict[str, tuple[str | None, str]] = {}
        for name, page in self._pages.items():
            text = page.written()
            if text != page.text:
                found[name] = (page.text, text)
        for name, text in self._new.items():
            path = self._config.root / name
            before = path.read_text(encoding="utf-8") if path.exists() else None
            body = text.partition(f"{name.split('/')[1].partition('.')[0]}:\n")[2]
            found[name] = (before, text if before is None else f"{before.rstrip()}\n\n{body}")
        return found

    def _file(self, kind: str) -> str | None:
        """The file with the kind's rows that is named first; the kind's own where it has none."""
        files = {
            at.file
            for row in getattr(self._config, kind)
            if (at := self._config.positions.get(row.row)) and at.file.endswith(".yaml")
        }
        own = f"mappings/{kind}.yaml"
        if own in files or (not files and (self._config.root / own).is_file()):
            return own
        return min(files, default=None)

    def _page(self, file: str) -> Page:
        if file not in self._pages:
            with (self._config.root / file).open(encoding="utf-8", newline="") as text:
                self._pages[file] = Page(text.read())
        return self._pages[file]


def _diff(path: str, before: str | None, after: str) -> Iterator[str]:
    old = [] if before is None else _lines(before)
    source = "/dev/null" if before is None else f"a/{path}"
    yield f"diff --git a/{path} b/{path}\n"
    if before is None:
        yield "new file mode 100644\n"
    lines = difflib.unified_diff(old, _lines(after), source, f"b/{path}")
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}"


def _lines(text: str) -> list[str]:
    """As git counts them: by line feeds alone."""
    return [line for line in text.replace("\n", "\n\0").split("\0") if line]


def _unwritable(path: str, why: str) -> Diagnostic:
    return Diagnostic(
        "TO608", f"the drafts can't be written: {why}", position=Position(path),
        hint="make the file writable, or apply the patch: tieout suggest --all --patch | git apply",
        next="tieout suggest --all --patch",
    )  # fmt: skip
