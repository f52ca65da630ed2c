"""Two stories told of the same entries: which documents they desire that differ, and what is behind them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from tieout.domain.document import Document
from tieout.pipeline import arrow
from tieout.pipeline.rows import table
from tieout.pipeline.run import Story

Place = tuple[str, str]
"""A target and a document key."""


@dataclass(frozen=True)
class Behind:
    """The ids of all that the entries of a document are mapped to."""

    workers: frozenset[str]
    projects: frozenset[str]
    services: frozenset[str]
    customers: frozenset[str]


def digests(story: Story) -> dict[Place, str]:
    """The digest of every desired document."""
    rows = story.connection.execute(
        "select t.name, w.document, w.digest from written w join target t using (target_no)"
    ).fetchall()
    return {(target, document): digest for target, document, digest in rows}


def documents(story: Story, keys: Iterable[str]) -> dict[Place, Document]:
    """These of the desired documents."""
    _want(story, keys)
    rows = story.connection.execute(
        "select t.name, d.document, d.json from desired d join target t using (target_no) "
        "semi join wanted using (document)"
    ).fetchall()
    return {(t, key): Document.from_json(json.loads(text)) for t, key, text in rows}


def behind(story: Story, keys: Iterable[str]) -> dict[str, Behind]:
    """What is behind these desired documents, by key."""
    _want(story, keys)
    rows = story.connection.execute(
        "select c.document, list(distinct w.id), list(distinct p.id), list(distinct s.id), "
        "  list(distinct u.id) "
        "from (from claim semi join wanted using (document)) c join checked k using (portion_no) "
        "left join (select distinct worker_no, id from worker_row) w using (worker_no) "
        "left join (select distinct project_no, id from project_row) p using (project_no) "
        "left join (select distinct service_no, id from service_row) s using (service_no) "
        "left join (select distinct customer_no, id from customer_named) u using (customer_no) "
        "group by c.document"
    ).fetchall()
    return {row[0]: Behind(*(frozenset(filter(None, ids)) for ids in row[1:])) for row in rows}


def _want(story: Story, keys: Iterable[str]) -> None:
    rows = ((key,) for key in sorted(set(keys)))
    arrow.load(story.connection, table("wanted", "document VARCHAR", rows))
