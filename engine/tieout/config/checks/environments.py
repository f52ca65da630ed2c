"""Every environment has books of its own."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from tieout.config.checks.draft import Draft
from tieout.config.findings import Findings
from tieout.config.shape import listed, nearest

_KEPT: Final = frozenset(
    ("snapshots", "lock", "journal.db", "journal.db-wal", "journal.db-shm", "newest", "log.jsonl")
)
"""What the state folder of the company holds (`store/snapshot.py`, `lock.py`, `database.py`)."""


def check(draft: Draft, findings: Findings) -> None:
    """TO160 for shared books, TO124 for a shared folder of state, TO120 for an environment or a target
    of one that isn't there."""
    _check_wanted(draft, findings)
    _check_names(draft, findings)
    _check_folders(draft, findings)
    owner: dict[str, tuple[str, str]] = {}
    for environment, targets in draft.section.books.items():
        for target, books in targets.items():
            first = owner.setdefault(books, (environment, target))
            if first != (environment, target):
                _report_shared(draft, findings, environment, target, first)


def _report_shared(
    draft: Draft, findings: Findings, environment: str, target: str, first: tuple[str, str]
) -> None:
    row = f"environments/{environment} targets.{target}.path"
    address = row if environment != "default" else f"targets/{target} path"
    other = f"environments/{first[0]} targets.{first[1]}.path"
    of = "the company itself" if first[0] == "default" else f"environment '{first[0]}'"
    findings.error(
        "TO160",
        draft.at(address),
        f"the target '{target}' would write the same books as '{first[1]}' of {of}",
        f"give it a path or a database of its own under environments.{environment}.targets.{target}"
        if environment != "default"
        else "give each target a path or a database of its own",
        related=[draft.at(other if first[0] != "default" else f"targets/{first[1]} path")],
    )


def _check_wanted(draft: Draft, findings: Findings) -> None:
    wanted, known = draft.config.environment.name, draft.named("environments")
    if wanted != "default" and wanted not in known:
        close = get_close_matches(wanted, known, n=1)
        findings.error(
            "TO120",
            None,
            f"there is no environment '{wanted}'",
            f"did you mean '{close[0]}'?"
            if close
            else f"known: {listed(known)}"
            if known
            else "tieout.yaml names none",
        )


def _check_folders(draft: Draft, findings: Findings) -> None:
    """An environment keeps its state in a folder of its name, beside what the company keeps there; some
    disks don't tell capitals apart."""
    seen: dict[str, str] = {}
    for name in draft.section.environments:
        folded = name.casefold()
        if folded in _KEPT:
            findings.error("TO124", draft.at(f"environments/{name}"),
                           f"'{name}' is where the company itself keeps its state",
                           "give it another name")  # fmt: skip
        elif folded in seen:
            findings.error("TO124", draft.at(f"environments/{name}"),
                           f"'{name}' and '{seen[folded]}' would share one folder of state",
                           "give it another name",
                           related=[draft.at(f"environments/{seen[folded]}")])  # fmt: skip
        seen.setdefault(folded, name)


def _check_names(draft: Draft, findings: Findings) -> None:
    for name, environment in draft.section.environments.items():
        row = draft.rows[f"environments/{name}"]
        targets = draft.named("targets")
        for target in row.node["targets"]:
            if str(target) not in targets:
                findings.error(
                    "TO120",
                    draft.at(f"environments/{name} targets.{target}"),
                    f"there is no target '{target}'",
                    nearest(str(target), targets),
                )
        for worker in environment.workers:
            if worker not in draft.ids["workers"]:
                findings.error(
                    "TO120",
                    draft.at(f"environments/{name} only.workers"),
                    f"there is no worker '{worker}'",
                    nearest(worker, draft.ids["workers"]),
                )
    if "default" in draft.section.environments:
        findings.error(
            "TO124",
            draft.at("environments/default"),
            "'default' is what the company itself is called as an environment",
            "give it another name",
        )
