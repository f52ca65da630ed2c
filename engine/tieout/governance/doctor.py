"""Is the set-up in order? One line for each thing that a run relies on, each with the way to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tieout.config.model import Config, Loaded
from tieout.domain.diagnostic import Refused, Severity

#: A capture that is older is told: a week without news is rare, and mostly a pull that doesn't run.
STALE: Final = timedelta(days=7)
_WORKBOOKS: Final = (".xlsx", ".xls", ".ods")
#: How many saved plans are looked into, the newest first.
_PLANS: Final = 20


class Health(StrEnum):
    """``warn``: it works, and somebody should look. ``fail``: a run will not get through."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """What was looked at, how it stands, in words, and the command that mends it."""

    name: str
    health: Health
    message: str
    next: str = ""


def examine(loaded: Loaded, root: Path, now: datetime) -> tuple[Check, ...]:
    """Every check, in the order in which a run needs things. Nothing is changed."""
    found = [_config(loaded), *_git(root, now)]
    config = loaded.config
    if config is not None:
        found += [*_state(config, now), *_sources(config, now), *_books(config)]
        found += [*_extras(config), *_packs(config, now.date()), *_approvals(config)]
    return tuple(found)


def _config(loaded: Loaded) -> Check:
    errors = sum(d.severity is Severity.ERROR for d in loaded.diagnostics)
    warnings = sum(d.severity is Severity.WARNING for d in loaded.diagnostics)
    if errors:
        return Check("config", Health.FAIL, f"{errors} errors", "tieout validate")
    if warnings:
        return Check("config", Health.WARN, f"valid, with {warnings} warnings", "tieout validate")
    return Check("config", Health.OK, "valid")


def _git(root: Path, now: datetime) -> Iterator[Check]:
    import git

    try:
        with git.Repo(root, search_parent_directories=True) as repo:
            edited = repo.is_dirty(untracked_files=True, path=str(root))
            head = repo.head.commit
            told = f"{head.hexsha[:7]} of {head.committed_datetime.date()}"
            ahead = head.committed_datetime > now + timedelta(minutes=5)
    except ValueError:
        yield Check("git", Health.WARN, "nothing is committed yet", "git add . && git commit")
        return
    except Exception as error:  # no repository, no git, unreadable: GitPython has an error for each
        what = f"no history to tell who changed what ({type(error).__name__})"
        yield Check("git", Health.WARN, what, "git init")
        return
    health = Health.WARN if edited else Health.OK
    said = f"{told}, with edits that aren't committed" if edited else told
    yield Check("git", health, said, "git status" if edited else "")
    if ahead:
        said = f"the last commit is of the future; here it is {now:%Y-%m-%d %H:%M} UTC"
        yield Check("clock", Health.FAIL, said, "date")


def _state(config: Config, now: datetime) -> Iterator[Check]:
    from tieout.store import lock
    from tieout.store.journal import Journal
    from tieout.store.snapshot import newest

    try:
        journal = Journal.read(config.state, config.company.id, config.environment.name)
        if journal is None:
            yield Check("state", Health.OK, "empty: nothing was applied yet")
        else:
            with journal:
                number, _ = journal.head()
                wrong, waiting = journal.verify(), journal.open_intents()
            if wrong:
                yield Check("state", Health.FAIL, wrong[0].message, "tieout state verify")
            elif waiting:
                said = f"{len(waiting)} acts were begun and not ended"
                yield Check("state", Health.FAIL, said, "tieout apply FILE --resume")
            else:
                yield Check("state", Health.OK, f"{number:,} records, as they were written")
        refs = [newest(config.state, name) for name in (*config.sources, *config.targets)]
    except Refused as refusal:
        yield _refused("state", refusal)
        return
    if any(ref and ref.captured_at > now + timedelta(minutes=5) for ref in refs):
        yield Check("clock", Health.FAIL, "a capture is of the future: the clock went back", "date")
    holder = lock.holder(config.state)
    if holder is not None:
        ended = " and has ended" if holder.gone else ""
        said = f"held by {holder.who} on {holder.host} since {holder.since}{ended}"
        health = Health.FAIL if holder.gone else Health.WARN
        yield Check("lock", health, said, f"tieout state unlock {holder.id}")
    else:
        yield Check("lock", Health.OK, "free")


def _sources(config: Config, now: datetime) -> Iterator[Check]:
    from tieout.config.secrets import has_reference, resolve
    from tieout.connectors.sources import open_source
    from tieout.store.snapshot import newest

    for name, source in config.sources.items():
        label = f"source {name}"
        try:
            open_source(source, config.company.timezone, config.root)
            if source.path and has_reference(source.path):
                path = resolve(source.path, config.root)
                if not Path(path).is_absolute():
                    path = str(config.root / path)
                if not any(c in path for c in "*?[") and not Path(path).exists():
                    raise FileNotFoundError
            ref = newest(config.state, name)
        except Refused as refusal:
            yield _refused(label, refusal)
            continue
        except FileNotFoundError:
            yield Check(label, Health.FAIL, f"nothing is where {source.path} points", "tieout pull")
            continue
        if ref is None:
            yield Check(label, Health.WARN, "never pulled", "tieout pull")
            continue
        age = now - ref.captured_at
        said = f"pulled {ref.captured_at:%Y-%m-%d %H:%M} UTC, {ref.manifest['count']:,} rows"
        old = age > STALE
        said += f"; {age.days} days ago" if old else ""
        yield Check(label, Health.WARN if old else Health.OK, said, "tieout pull" if old else "")


def _books(config: Config) -> Iterator[Check]:
    from tieout.connectors.targets import reader

    for name in config.targets:
        label = f"books {name}"
        try:
            books = reader(config, name).read()
        except Refused as refusal:
            yield _refused(label, refusal)
            continue
        said = f"readable, {len(books.records):,} documents of ours"
        told = len(books.diagnostics)
        health = Health.WARN if told else Health.OK
        yield Check(
            label, health, f"{said}, {told} findings" if told else said,
            "tieout pull --only books" if told else "",
        )  # fmt: skip


def _extras(config: Config) -> Iterator[Check]:
    """What has to be installed for the files that are there."""
    for name, source in config.sources.items():
        folder = config.root / (source.path or "").split("*")[0]
        there = folder.is_dir() and any(p.suffix in _WORKBOOKS for p in folder.rglob("*"))
        if there and find_spec("python_calamine") is None:
            said = f"source {name} has workbooks, and nothing here reads them"
            yield Check("extra xlsx", Health.FAIL, said, "pip install 'tieout[xlsx]'")


def _packs(config: Config, today: date) -> Iterator[Check]:
    """Law changes: a pack says until when somebody has to look at it again."""
    import yaml

    from tieout.config import resources

    for identifier in sorted(config.rules.packs):
        own = config.root / "rules" / f"{identifier}.yaml"
        path = own if own.is_file() else resources.law(identifier)
        said = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        due = date.fromisoformat(str(said.get("review_by", date.max.isoformat())))
        if due < today:
            told = f"was to be reviewed by {due}"
            yield Check(identifier, Health.WARN, told, "tieout explain overtime")
        else:
            yield Check(identifier, Health.OK, f"to be reviewed by {due}")
    if not config.rules.packs:
        said = "no law pack: no hour is overtime"
        yield Check("overtime", Health.WARN, said, "tieout explain overtime")


def _approvals(config: Config) -> Iterator[Check]:
    """Saved plans that a guard holds until somebody approves them."""
    from tieout.governance import approvals
    from tieout.planning import plan_file

    files = sorted(config.root.glob("*.tieout"), key=lambda p: -p.stat().st_mtime)[:_PLANS]
    for file in (file for file in files if file.is_file()):
        try:
            refused = [guard.name for guard in plan_file.read(file).body.guards if not guard.ok]
            lifted = {name for given in approvals.read(file) for name in given.overrides}
        except Refused as refusal:
            yield _refused(f"plan {file.name}", refusal)
            continue
        waiting = [name for name in refused if name not in lifted]
        if waiting:
            told = f"waits for an approval: {', '.join(waiting)}"
            yield Check(f"plan {file.name}", Health.WARN, told, f"tieout show {file.name}")


def _refused(name: str, refusal: Refused) -> Check:
    first = refusal.diagnostics[0]
    return Check(
        name, Health.FAIL, f"{first.code} {first.message}", first.next or "tieout validate"
    )
