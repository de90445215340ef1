"""Queries that many people need. ``:run`` is the run that they are about.

``scripts/build/saved_js.py`` writes them to ``web/page/charts/saved.js``.
"""

from __future__ import annotations

from typing import NamedTuple


class Saved(NamedTuple):
    """A query with its name for the command, and its title for people."""

    name: str
    title: str
    sql: str


_SAVED = (
    Saved(
        "pages-to-fix",
        "Pages with most to fix",
        """\
SELECT source, links, to_fix
FROM by_page
WHERE run = :run AND to_fix
ORDER BY to_fix DESC, source
LIMIT 100""",
    ),
    Saved(
        "websites-to-fix",
        "Websites with most to fix",
        """\
SELECT host, links, to_fix
FROM by_host
WHERE run = :run AND to_fix
ORDER BY to_fix DESC, host
LIMIT 100""",
    ),
    # The mean of the requests that had a response, because a time-out says nothing about the speed of a server.
    Saved(
        "slowest-websites",
        "Slowest websites",
        """\
SELECT host, count(*) AS replies,
  CAST(round(avg(observations.elapsed_ms)) AS INTEGER) AS ms,
  CAST(round(max(observations.elapsed_ms)) AS INTEGER) AS longest_ms
FROM targets JOIN observations ON observations.target = targets.id
WHERE run = :run AND outcome IN ('response', 'opaque') AND host <> ''
GROUP BY host
ORDER BY ms DESC, host
LIMIT 100""",
    ),
    Saved(
        "large-files",
        "Large files",
        """\
SELECT url, CAST(json_extract(headers, '$.content-length') AS INTEGER) AS bytes,
  json_extract(headers, '$.content-type') AS type
FROM targets
WHERE run = :run AND verdict = 'ok' AND bytes > 0
ORDER BY bytes DESC, url
LIMIT 100""",
    ),
    Saved(
        "still-on-http",
        "Still on http",
        """\
SELECT url, final_url, verdict, count(*) AS links, min(source) AS first_source
FROM results
WHERE run = :run AND url LIKE 'http://%'
GROUP BY url
ORDER BY links DESC, url
LIMIT 1000""",
    ),
    Saved(
        "same-text",
        "Same text, other target",
        """\
SELECT text, count(DISTINCT url) AS targets, count(*) AS links,
  min(url) AS one, max(url) AS another
FROM results
WHERE run = :run AND text <> ''
GROUP BY text
HAVING targets > 1
ORDER BY targets DESC, text
LIMIT 1000""",
    ),
    # Only finished runs are compared with all links of the run before.
    Saved(
        "on-and-off",
        "On and off",
        """\
SELECT url, changes.source, count(*) AS times,
  sum(change = 'new') AS broke, sum(change = 'fixed') AS recovered
FROM changes JOIN runs ON runs.id = changes.run
WHERE change IN ('new', 'fixed') AND state = 'finished'
  AND (kind, runs.source) = (SELECT kind, source FROM runs WHERE id = :run)
GROUP BY url, changes.source
HAVING times > 1
ORDER BY times DESC, url
LIMIT 1000""",
    ),
)

#: The queries by name, in the order in which they are shown.
SAVED = {saved.name: saved for saved in _SAVED}
