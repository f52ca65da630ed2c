"""What most verbs begin with: the company's config, who is asking, and what day it is there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tieout.cli.context import company_root

if TYPE_CHECKING:
    from pathlib import Path

    from tieout.config.model import Config

#: The option that verbs share which work in one environment.
Env = Annotated[str | None, typer.Option(metavar="NAME", help="The environment to work in.")]


def configured(environment: str | None, at: str | None = None) -> Config:
    """The company's config, of the commit ``at`` if one is named. Raises ``Refused`` with everything
    that is wrong with it."""
    from tieout.config.commit import commit_at
    from tieout.config.load import load
    from tieout.domain.diagnostic import Refused

    root = company_root()
    loaded = load(root, environment, commit_at(root, at) if at else None)
    if loaded.config is None:
        raise Refused(loaded.diagnostics)
    return loaded.config


def person(root: Path) -> str:
    """Who is asking, as git knows them here (user.email); else the name they logged in by."""
    import getpass

    import git

    try:
        with git.Repo(root, search_parent_directories=True) as repo:
            return str(repo.config_reader().get_value("user", "email"))
    except Exception:  # no repository, no such setting, no git: GitPython has an error for each
        return getpass.getuser()


def today(config: Config) -> date:
    """The day it is now in the company's zone: that of a decision made now."""
    from zoneinfo import ZoneInfo

    return datetime.now(UTC).astimezone(ZoneInfo(config.company.timezone)).date()
