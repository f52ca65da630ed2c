"""What privacy leaves out of the entries, nothing else may ask for."""

from __future__ import annotations

from tieout.config.checks.draft import Draft
from tieout.config.findings import Findings

_KINDS = ("workers", "projects", "services")
#: By kind of mapping row, a key under a source and the field of an entry that it looks at.
_FIELDS = {
    "workers": {"id": "worker_id", "email": "email", "name": "worker"},
    "projects": {k: k for k in ("project_id", "project", "customer_id", "customer")},
    "services": {"task_id": "task_id", "task": "task"},
}


def check(draft: Draft, findings: Findings) -> None:
    """TO197 a mapping row that looks at a field which isn't collected, and people nobody can tell."""
    rule = draft.config.rules.privacy
    if rule.collect is None:
        return
    if not {"worker", "email", "worker_id"} & set(rule.collect):
        findings.error("TO197", draft.at("rules/privacy collect"),
                       "nothing that is collected says who worked",
                       "collect worker_id, email or worker")  # fmt: skip
    for kind in _KINDS:
        for version in getattr(draft.config, kind):
            for source, alternatives in version.refs.items():
                asked = {_FIELDS[kind].get(key) for keys in alternatives for key in keys}
                for field in sorted(filter(None, asked - set(rule.collect))):
                    findings.error("TO197", draft.at(f"{version.row} {source}"),
                                   f"the row looks at '{field}', which rules/privacy doesn't collect",
                                   "collect it, or map by something that is",
                                   related=[draft.at("rules/privacy collect")])  # fmt: skip
