"""What a new company's folder holds: templates of `tieout/starter`, filled with what was asked for.

Nothing is guessed from the machine or the place: what nobody said is taken for granted in words
(`questions`), and marked ``# review`` where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from tieout import __version__
from tieout.config import resources
from tieout.config.written import remark, scalar, slug
from tieout.connectors.ports import TargetSettings
from tieout.connectors.sources.profiles import PROFILES
from tieout.connectors.sources.profiles.profile import WHO
from tieout.connectors.targets import plaintext

if TYPE_CHECKING:
    from jinja2 import Environment

DATA: Final = "data/timesheets/"
SOURCES: Final = tuple(name for name, profile in PROFILES.items() if profile.kind == "entries")
TARGETS: Final = tuple(plaintext.FORMATS)

#: Actions by the commit that their version names, so that a moved tag changes nothing.
ACTIONS: Final = {
    "checkout": "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0",
    "python": "actions/setup-python@e797f83bcb11b83ae66e0230d6156d7c80228e7c # v6.0.0",
    "upload": "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2",
    "download": "actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093 # v4.3.0",
}

_PLACES: Final = {
    "requirements.txt": "requirements.txt",
    "gitignore": ".gitignore",
    "data/README.md": f"{DATA}README.md",
    "github/CODEOWNERS": ".github/CODEOWNERS",
    **{f"github/workflows/{name}": f".github/workflows/{name}"
       for name in ("check.yml", "plan.yml", "pull.yml")},
    **{f"github/issues/{name}": f".github/ISSUE_TEMPLATE/{name}"
       for name in ("config.yml", "decision.yml", "figure.yml", "mapping.yml")},
}  # fmt: skip
"""Templates whose place isn't their own name."""
_OWN: Final = (
    "README.md", "tieout.yaml",
    *(f"mappings/{kind}.yaml" for kind in
      ("workers", "customers", "projects", "services", "accounts")),
    *(f"rules/{rule}.yaml" for rule in ("approval", "guards", "rounding", "unmapped")),
    "rules/tests/first.yaml",
    *(f"guides/{role}.md" for role in
      ("auditor", "bookkeeper", "controller", "engineer", "manager")),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What was asked for. ``jurisdiction``, ``starts`` and ``owner`` may be empty: nobody said."""

    id: str
    name: str
    source: str = "generic"
    target: str = "beancount"
    github: bool = True
    timezone: str = "UTC"
    currency: str = "USD"
    workweek: str = "monday"
    jurisdiction: str = ""
    starts: str = ""
    owner: str = ""


def identifier(name: str) -> str:
    """The company's id out of its name: letters, digits and dashes; ``company`` where none is left."""
    return slug(name) or "company"


def contents(wanted: Wanted) -> dict[str, str]:
    """Every file of the company's folder, by its path: text with Unix line ends."""
    environment, values = _environment(), _values(wanted)
    names = [*_OWN, *(n for n in _PLACES if wanted.github or not n.startswith("github/"))]
    if values["packs"]:
        names.append("rules/overtime.yaml")
    found = {
        _PLACES.get(name, name): environment.from_string(_template(name)).render(values)
        for name in names
    }
    return dict(sorted(found.items()))


def questions(wanted: Wanted) -> tuple[str, ...]:
    """What was taken for granted because nobody said otherwise, each with the way to say it."""
    return tuple(_questions(wanted))


def packs(jurisdiction: str) -> tuple[str, ...]:
    """The law pack for everybody, and the jurisdiction's own where that is another; none where
    tieout brings none. The federal law of the US is everybody's there (29 U.S.C. 207)."""
    known = {name.removesuffix(".yaml") for name in resources.names("rules/law")}
    country = jurisdiction.lower().partition("-")[0]
    usual = {"us": "us-flsa"}.get(country, country)
    own = jurisdiction.lower()
    return tuple(f"law/{name}" for name in dict.fromkeys((usual, own)) if name in known)


def _questions(wanted: Wanted) -> Iterator[str]:
    unsaid = Wanted(id="", name="")
    if wanted.timezone == unsaid.timezone:
        yield "days begin and end by UTC: `timezone` in tieout.yaml"
    if wanted.currency == unsaid.currency:
        yield "pay and invoices are in USD: `currency` in tieout.yaml"
    if wanted.workweek == unsaid.workweek:
        yield "the workweek begins on Monday: `workweek` in tieout.yaml"
    if not packs(wanted.jurisdiction):
        where = f" for {wanted.jurisdiction}" if wanted.jurisdiction else ""
        yield f"no hour is overtime: no law pack{where}; write rules/overtime.yaml"
    if not wanted.starts:
        yield "all that the exports hold is booked: `starts` in tieout.yaml names a first day"
    yield "all time counts, approved or not: rules/approval.yaml"
    yield "customers pay for tenths of an hour a day: rules/rounding.yaml"


def _values(wanted: Wanted) -> dict[str, Any]:
    return {
        **vars(wanted),
        "actions": ACTIONS,
        "folder": DATA,
        "kinds": _kinds(wanted),
        "packs": packs(wanted.jurisdiction),
        "questions": questions(wanted),
        "single_person": [name for name in SOURCES if _nameless(name)],
        "version": __version__,
    }


def _kinds(wanted: Wanted) -> frozenset[str]:
    """The kinds of document that the target can hold."""
    settings = TargetSettings(
        name="books", company=wanted.id, environment="default", root=".", path="books/",
        options={"format": wanted.target},
    )  # fmt: skip
    return plaintext.reader(settings).capabilities.kinds


def _nameless(source: str) -> bool:
    """Whether the tracker's exports don't say whose time they hold."""
    shapes = PROFILES[source].shapes
    return bool(shapes) and not any(set(WHO) & set(shape.columns) for shape in shapes)


def _template(name: str) -> str:
    return files("tieout").joinpath("starter", f"{name}.j2").read_text(encoding="utf-8")


def _environment() -> Environment:
    """Square brackets, for braces are what YAML and workflows are made of."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        block_start_string="[%", block_end_string="%]",
        variable_start_string="[[", variable_end_string="]]",
        comment_start_string="[#", comment_end_string="#]",
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        undefined=StrictUndefined, autoescape=False,  # plain text, no page
    )  # fmt: skip
    environment.filters |= {"remark": remark, "scalar": scalar}
    return environment
