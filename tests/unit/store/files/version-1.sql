PRAGMA application_id = 1785226593;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE changes (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    change TEXT NOT NULL, url TEXT NOT NULL, source TEXT, verdict TEXT, since TEXT
);
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL, source TEXT, decision TEXT NOT NULL, reason TEXT, until TEXT,
    made_at TEXT NOT NULL
);
CREATE TABLE failed (
    url TEXT NOT NULL, asked TEXT NOT NULL, at REAL NOT NULL, runs INTEGER NOT NULL, PRIMARY KEY (url, asked)
);
CREATE TABLE fine (
    url TEXT NOT NULL, asked TEXT NOT NULL, at REAL NOT NULL, result TEXT NOT NULL, PRIMARY KEY (url, asked)
);
CREATE TABLE fragments (
    id INTEGER PRIMARY KEY, target INTEGER NOT NULL REFERENCES targets (id) ON DELETE CASCADE, name TEXT NOT NULL,
    state TEXT, rule TEXT, since TEXT, UNIQUE (target, name)
);
INSERT INTO "fragments" VALUES(4,2,'one','missing','','2026-11-29T15:47:55.066Z');
CREATE TABLE observations (
    target INTEGER NOT NULL REFERENCES targets (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    method TEXT, mode TEXT, via TEXT, outcome TEXT, status INTEGER, error TEXT, hops TEXT, elapsed_ms,
    PRIMARY KEY (target, number)
) WITHOUT ROWID;
INSERT INTO "observations" VALUES(2,0,'HEAD','cors','native','response',200,NULL,NULL,1.5);
INSERT INTO "observations" VALUES(3,0,'HEAD','cors','native','response',404,NULL,NULL,1.5);
INSERT INTO "observations" VALUES(3,1,'HEAD','cors','native','response',404,NULL,NULL,1.5);
INSERT INTO "observations" VALUES(5,0,'HEAD','cors','native','response',200,NULL,NULL,1.5);
CREATE TABLE places (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    target INTEGER NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
    fragment INTEGER REFERENCES fragments (id) ON DELETE CASCADE,
    written TEXT, line INTEGER, "column" INTEGER, text TEXT, found TEXT,
    number INTEGER, verdict TEXT, rule TEXT, accepted INTEGER, extra TEXT
);
INSERT INTO "places" VALUES(1,1,2,NULL,NULL,1,5,'text','a href',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "places" VALUES(2,1,3,NULL,NULL,2,5,'text','a href',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "places" VALUES(3,1,2,4,NULL,3,5,'text','a href',NULL,'fragment-missing','fragment-missing',NULL,'{"result":{"ok":true,"status":200,"headers":{"content-type":"text/html"},"url":"https://a.example/x#one","verdict":"fragment-missing","rule":"fragment-missing","reason":"The page is there, but nothing in it has the id or name that the link points to.","final_url":"https://a.example/x#one","redirected":false,"fragment":"missing","method":"HEAD","via":"native","attempts":[{"method":"HEAD","mode":"cors","via":"native","outcome":"response","status":200,"elapsed_ms":1.5}],"elapsed_ms":1.5,"checked_at":"2026-11-29T15:47:55.067Z"}}');
INSERT INTO "places" VALUES(4,1,5,NULL,NULL,4,5,'text','a href',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE reserved (next INTEGER NOT NULL);
INSERT INTO "reserved" VALUES(10001);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, source TEXT NOT NULL, name TEXT,
    started_at TEXT NOT NULL, ended_at TEXT, state TEXT NOT NULL,
    previous INTEGER REFERENCES runs (id) ON DELETE SET NULL, previous_at TEXT,
    options TEXT NOT NULL, robots TEXT, cuts TEXT, plan TEXT, notes TEXT NOT NULL, version TEXT NOT NULL, counts TEXT
);
INSERT INTO "runs" VALUES(1,'check','a.md','Mine','2026-11-29T15:47:55.066Z','2026-11-29T15:47:55.070Z','finished',NULL,NULL,'{}',NULL,NULL,NULL,'[]','1.0.0a1','{"links":4,"targets":3,"pages":0,"to_fix":2,"verdicts":{"broken":1,"fragment-missing":1,"ok":2}}');
CREATE TABLE sources (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, name TEXT, UNIQUE (run, name)
);
INSERT INTO "sources" VALUES(1,1,'a.md');
CREATE TABLE targets (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    url TEXT NOT NULL, base INTEGER NOT NULL DEFAULT 0, host TEXT,
    verdict TEXT, rule TEXT, reason TEXT, status INTEGER, headers TEXT, final_url TEXT, redirected INTEGER,
    method TEXT, via TEXT, elapsed_ms, checked_at TEXT, since TEXT,
    depth INTEGER, chain INTEGER, page INTEGER, anchors TEXT, extra TEXT
);
INSERT INTO "targets" VALUES(2,1,'https://a.example/x',0,'a.example','ok','success','The server responded with success (HEAD 200).',200,'{"content-type":"text/html"}','https://a.example/x',0,'HEAD','native',1.5,'2026-11-29T15:47:55.066Z',NULL,NULL,0,0,NULL,NULL);
INSERT INTO "targets" VALUES(3,1,'https://a.example/gone',0,'a.example','broken','gone-twice','The server reported twice that nothing is there (HEAD 404 2 times).',404,'{"content-type":"text/html"}','https://a.example/gone',0,'HEAD','native',3.0,'2026-11-29T15:47:55.067Z','2026-11-29T15:47:55.066Z',NULL,0,0,NULL,NULL);
INSERT INTO "targets" VALUES(5,1,'http://a.example:8080/y',0,'a.example:8080','ok','success','The server responded with success (HEAD 200).',200,'{"content-type":"text/html"}','http://a.example:8080/y',0,'HEAD','native',1.5,'2026-11-29T15:47:55.067Z',NULL,NULL,0,0,NULL,NULL);
CREATE INDEX targets_of_run ON targets (run);
CREATE INDEX places_of_source ON places (source);
CREATE INDEX changes_of_run ON changes (run);
CREATE VIEW results AS
SELECT places.id AS place, sources.run AS run, sources.id AS source_id, CASE typeof(sources.name) WHEN 'blob' THEN hex(sources.name) ELSE sources.name END AS source, places.line AS line, places."column" AS "column",
    coalesce(CASE typeof(places.written) WHEN 'blob' THEN hex(places.written) ELSE places.written END, CASE typeof(targets.url) WHEN 'blob' THEN hex(targets.url) ELSE targets.url END || coalesce('#' || CASE typeof(fragments.name) WHEN 'blob' THEN hex(fragments.name) ELSE fragments.name END, '')) AS url,
    CASE typeof(targets.host) WHEN 'blob' THEN hex(targets.host) ELSE targets.host END AS host,
    coalesce(places.verdict,
        CASE WHEN targets.verdict = 'ok' AND fragments.state = 'missing' THEN 'fragment-missing' ELSE targets.verdict END
    ) AS verdict,
    coalesce(places.rule,
        CASE WHEN targets.verdict = 'ok' AND fragments.state = 'missing' THEN 'fragment-missing' ELSE targets.rule END
    ) AS rule,
    targets.status AS status, CASE typeof(targets.final_url) WHEN 'blob' THEN hex(targets.final_url) ELSE targets.final_url END AS final_url,
    CASE WHEN targets.verdict = 'ok' THEN fragments.since ELSE targets.since END AS since,
    CASE typeof(places.text) WHEN 'blob' THEN hex(places.text) ELSE places.text END AS text, CASE typeof(places.found) WHEN 'blob' THEN hex(places.found) ELSE places.found END AS found, targets.id AS target, places.fragment AS fragment,
    coalesce(places.accepted, 0) AS accepted
FROM places
JOIN sources ON sources.id = places.source
JOIN targets ON targets.id = places.target
LEFT JOIN fragments ON fragments.id = places.fragment;
CREATE VIEW to_fix AS
SELECT run, source, line, "column", url, verdict, rule, status, since, text, place, target
FROM results WHERE verdict IN ('broken', 'fragment-missing', 'server-error', 'no-answer-seen', 'timeout', 'other-status') AND NOT accepted;
CREATE VIEW by_page AS
SELECT run, source, count(*) AS links, sum(verdict IN ('broken', 'fragment-missing', 'server-error', 'no-answer-seen', 'timeout', 'other-status') AND NOT accepted) AS to_fix
FROM results GROUP BY run, source;
CREATE VIEW by_host AS
SELECT run, host, count(DISTINCT target) AS targets, count(*) AS links,
    count(DISTINCT CASE WHEN verdict IN ('broken', 'fragment-missing', 'server-error', 'no-answer-seen', 'timeout', 'other-status') AND NOT accepted THEN url END) AS to_fix
FROM results WHERE host IS NOT NULL GROUP BY run, host;
CREATE VIEW redirects AS
SELECT targets.run AS run, CASE typeof(targets.url) WHEN 'blob' THEN hex(targets.url) ELSE targets.url END AS url, CASE typeof(targets.final_url) WHEN 'blob' THEN hex(targets.final_url) ELSE targets.final_url END AS final_url,
    count(places.id) AS links
FROM targets JOIN places ON places.target = targets.id WHERE targets.redirected GROUP BY targets.id;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('runs',1);
COMMIT;
