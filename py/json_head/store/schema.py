"""The tables and views of a store, and the steps from one version of them to the next. docs/store.md explains them."""

from __future__ import annotations

#: In the header of the file (SQLite: application_id): "jhea".
APPLICATION_ID = 0x6A686561

#: Places have no index by target, which would double the time to write them. Targets have none by URL: where the URLs of many hosts are
#: mixed, each result would change another page of that index, and writing to OPFS would take six times as long.
#: References are not enforced, either: the recorder takes care of them, and :mod:`json_head.store.runs` deletes what refers to a run.
#: They tell other programs how the tables belong together, and name their columns, because Datasette needs that.
#: A file that has only the tables `fine` and `failed` is a cache of json-head before 1.0, which they come from.
_TABLES = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, source TEXT NOT NULL, name TEXT,
    started_at TEXT NOT NULL, ended_at TEXT, state TEXT NOT NULL,
    previous INTEGER REFERENCES runs (id) ON DELETE SET NULL, previous_at TEXT,
    options TEXT NOT NULL, robots TEXT, cuts TEXT, plan TEXT, notes TEXT NOT NULL, version TEXT NOT NULL, counts TEXT
);
CREATE TABLE sources (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, name TEXT, UNIQUE (run, name)
);
CREATE TABLE targets (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    url TEXT NOT NULL, base INTEGER NOT NULL DEFAULT 0, host TEXT,
    verdict TEXT, rule TEXT, reason TEXT, status INTEGER, headers TEXT, final_url TEXT, redirected INTEGER,
    method TEXT, via TEXT, elapsed_ms, checked_at TEXT, since TEXT,
    depth INTEGER, chain INTEGER, page INTEGER, anchors TEXT, extra TEXT
);
CREATE INDEX targets_of_run ON targets (run);
CREATE TABLE observations (
    target INTEGER NOT NULL REFERENCES targets (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    method TEXT, mode TEXT, via TEXT, outcome TEXT, status INTEGER, error TEXT, hops TEXT, elapsed_ms,
    PRIMARY KEY (target, number)
) WITHOUT ROWID;
CREATE TABLE fragments (
    id INTEGER PRIMARY KEY, target INTEGER NOT NULL REFERENCES targets (id) ON DELETE CASCADE, name TEXT NOT NULL,
    state TEXT, rule TEXT, since TEXT, UNIQUE (target, name)
);
CREATE TABLE places (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    target INTEGER NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
    fragment INTEGER REFERENCES fragments (id) ON DELETE CASCADE,
    written TEXT, line INTEGER, "column" INTEGER, text TEXT, found TEXT,
    number INTEGER, verdict TEXT, rule TEXT, accepted INTEGER, extra TEXT
);
CREATE INDEX places_of_source ON places (source);
CREATE TABLE changes (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    change TEXT NOT NULL, url TEXT NOT NULL, source TEXT, verdict TEXT, since TEXT
);
CREATE INDEX changes_of_run ON changes (run);
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL, source TEXT, decision TEXT NOT NULL, reason TEXT, until TEXT,
    made_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS fine (
    url TEXT NOT NULL, asked TEXT NOT NULL, at REAL NOT NULL, result TEXT NOT NULL, PRIMARY KEY (url, asked)
);
CREATE TABLE IF NOT EXISTS failed (
    url TEXT NOT NULL, asked TEXT NOT NULL, at REAL NOT NULL, runs INTEGER NOT NULL, PRIMARY KEY (url, asked)
);
CREATE TABLE reserved (next INTEGER NOT NULL);
INSERT INTO reserved VALUES (1);
"""

#: The verdicts of `json_head.verdicts.FAILURES`. Views are stored in the file, so a change needs a migration.
FAILING = "('broken', 'fragment-missing', 'server-error', 'no-answer-seen', 'timeout', 'other-status')"


def _text(column: str) -> str:
    """A column as text in a view: BLOBs (see texts.py) in hexadecimal, because few programs can show them there."""
    return f"CASE typeof({column}) WHEN 'blob' THEN hex({column}) ELSE {column} END"


_VIEWS = f"""
CREATE VIEW results AS
SELECT places.id AS place, sources.run AS run, sources.id AS source_id, {_text("sources.name")} AS source, places.line AS line, places."column" AS "column",
    coalesce({_text("places.written")}, {_text("targets.url")} || coalesce('#' || {_text("fragments.name")}, '')) AS url,
    {_text("targets.host")} AS host,
    coalesce(places.verdict,
        CASE WHEN targets.verdict = 'ok' AND fragments.state = 'missing' THEN 'fragment-missing' ELSE targets.verdict END
    ) AS verdict,
    coalesce(places.rule,
        CASE WHEN targets.verdict = 'ok' AND fragments.state = 'missing' THEN 'fragment-missing' ELSE targets.rule END
    ) AS rule,
    targets.status AS status, {_text("targets.final_url")} AS final_url,
    CASE WHEN targets.verdict = 'ok' THEN fragments.since ELSE targets.since END AS since,
    {_text("places.text")} AS text, {_text("places.found")} AS found, targets.id AS target, places.fragment AS fragment,
    coalesce(places.accepted, 0) AS accepted
FROM places
JOIN sources ON sources.id = places.source
JOIN targets ON targets.id = places.target
LEFT JOIN fragments ON fragments.id = places.fragment;

CREATE VIEW to_fix AS
SELECT run, source, line, "column", url, verdict, rule, status, since, text, place, target
FROM results WHERE verdict IN {FAILING} AND NOT accepted;

CREATE VIEW by_page AS
SELECT run, source, count(*) AS links, sum(verdict IN {FAILING} AND NOT accepted) AS to_fix
FROM results GROUP BY run, source;

CREATE VIEW by_host AS
SELECT run, host, count(DISTINCT target) AS targets, count(*) AS links,
    count(DISTINCT CASE WHEN verdict IN {FAILING} AND NOT accepted THEN url END) AS to_fix
FROM results WHERE host IS NOT NULL GROUP BY run, host;

CREATE VIEW redirects AS
SELECT targets.run AS run, {_text("targets.url")} AS url, {_text("targets.final_url")} AS final_url,
    count(places.id) AS links
FROM targets JOIN places ON places.target = targets.id WHERE targets.redirected GROUP BY targets.id;
"""

#: The host of a web address as `json_head.store.decisions.rules.host_of` has it: without the default port of its scheme.
_HOST = """CASE
    WHEN results.url LIKE 'https:%' AND results.host LIKE '%:443' THEN substr(results.host, 1, length(results.host) - 4)
    WHEN results.url LIKE 'http:%' AND results.host LIKE '%:80' THEN substr(results.host, 1, length(results.host) - 3)
    WHEN results.url LIKE 'https:%' OR results.url LIKE 'http:%' THEN results.host END"""
_DECISION_COLUMNS = "id, url, source, decision, scope, reason, until, made_at"
#: Nothing wrote to the table of version 1. A later decision on the same thing replaces an earlier one, which is kept for an undo.
#: The index begins with the scope: a result is compared with all prefixes, which are few, and not with all addresses.
#: In `decided`, CROSS JOIN makes SQLite look a decision up for each result, and not compare each result with all decisions.
_DECISIONS = f"""
DROP TABLE decisions;
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, source TEXT,
    decision TEXT NOT NULL CHECK (decision IN ('works', 'broken', 'ignore')),
    scope TEXT NOT NULL DEFAULT 'address' CHECK (scope IN ('address', 'prefix', 'host')),
    reason TEXT, until TEXT, made_at TEXT NOT NULL
);
CREATE INDEX decisions_of_url ON decisions (scope, url);

CREATE VIEW current_decisions AS
SELECT {_DECISION_COLUMNS}, until IS NULL OR until >= date('now') AS active
FROM decisions WHERE NOT EXISTS (
    SELECT 1 FROM decisions AS later WHERE later.scope = decisions.scope AND later.url = decisions.url
        AND later.source IS decisions.source AND later.id > decisions.id
);

CREATE VIEW decided AS
SELECT results.run AS run, results.source AS source, results.line AS line, results."column" AS "column", results.url AS url,
    results.verdict AS verdict, results.rule AS rule, results.status AS status, decisions.decision AS decision,
    decisions.scope AS scope, decisions.reason AS reason, decisions.until AS until, decisions.made_at AS made_at,
    decisions.id AS decision_id, results.place AS place, results.target AS target
FROM results CROSS JOIN decisions ON decisions.id = coalesce(
    (SELECT id FROM current_decisions WHERE active AND scope = 'address' AND url = results.url
        AND (source IS NULL OR source = results.source)),
    (SELECT id FROM current_decisions WHERE active AND scope = 'prefix' AND url = substr(results.url, 1, length(url))
        ORDER BY length(url) DESC LIMIT 1),
    (SELECT id FROM current_decisions WHERE active AND scope = 'host' AND url = {_HOST})
);
"""

#: The scripts that lead from version n to n + 1, for n from 0. Only new ones are added: files of every version exist.
MIGRATIONS = (_TABLES + _VIEWS, _DECISIONS)
VERSION = len(MIGRATIONS)

#: The columns of `fine` in a cache that an earlier version made.
CACHE_COLUMNS = ["url", "asked", "at", "result"]
