-- The journal, its payloads, and its fold. One file a company, environment and state folder.
--
-- record   append-only; the chain of hashes covers every column, and of a payload its digest alone,
--          so that retention can remove the payload and the chain still proves what happened
-- payload  what an act was about (canonical JSON), under its SHA-256
-- applied  the last act done on each document: kept in the same transaction as the record,
--          so that planning need not fold a million records; `tieout state rebuild` proves it

CREATE TABLE IF NOT EXISTS meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS record (
    number      INTEGER PRIMARY KEY,
    at          TEXT NOT NULL,
    event       TEXT NOT NULL,
    company     TEXT NOT NULL,
    environment TEXT NOT NULL,
    plan        TEXT,
    actor       TEXT NOT NULL,
    target      TEXT,
    identity    TEXT,
    document    TEXT,
    sequence    INTEGER,
    operation   TEXT,
    attempt     INTEGER,
    before      TEXT,
    after       TEXT,
    remote_id   TEXT,
    version     TEXT,
    payload     TEXT,
    previous    TEXT,
    hash        TEXT NOT NULL
);

-- Two applies can't both intend the same attempt, and nothing is ever done twice.
CREATE UNIQUE INDEX IF NOT EXISTS record_intended ON record (operation, attempt)
    WHERE event = 'intended';
CREATE UNIQUE INDEX IF NOT EXISTS record_done ON record (operation)
    WHERE event IN ('done', 'done_differs');
CREATE INDEX IF NOT EXISTS record_document ON record (document, number)
    WHERE document IS NOT NULL;
-- Applies are few among a million acts, and are asked for before each one.
CREATE INDEX IF NOT EXISTS record_apply ON record (number)
    WHERE event IN ('opened', 'closed');

CREATE TRIGGER IF NOT EXISTS record_never_updated BEFORE UPDATE ON record
BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS record_never_deleted BEFORE DELETE ON record
BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

CREATE TABLE IF NOT EXISTS payload (
    digest TEXT PRIMARY KEY,
    body   TEXT NOT NULL
);

CREATE TRIGGER IF NOT EXISTS payload_never_updated BEFORE UPDATE ON payload
BEGIN SELECT raise(ABORT, 'a payload is named by its content'); END;

CREATE TABLE IF NOT EXISTS applied (
    target    TEXT NOT NULL,
    key       TEXT NOT NULL,
    sequence  INTEGER NOT NULL,
    digest    TEXT,
    document  TEXT,
    remote_id TEXT,
    version   TEXT,
    config    TEXT NOT NULL,
    seconds   INTEGER NOT NULL,
    operation TEXT NOT NULL,
    number    INTEGER NOT NULL,
    claims    TEXT NOT NULL,
    PRIMARY KEY (target, key)
);
