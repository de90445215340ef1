"""All cases in one engine, through ``window.jsonHead`` of the built page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, get_args

from tests.engines import CallError, Engine
from tests.servers.launch import Targets

from .case import PACES, Case, Pace, Page, places
from .compare import Wrong, compare, unexpected_requests
from .site import Site

_READY = "async () => { while (!window.jsonHead) await new Promise((later) => setTimeout(later, 50)); await jsonHead.ready; }"

# As on every visit but the first, where Firefox sends requests from the page (web/client/page-fetch.js). Other pages are used at once.
_CONTROLLED = (
    "async () => { while (!navigator.serviceWorker.controller) await new Promise((later) => setTimeout(later, 50)); }"
)

_PERMITTED = f"""async () => {{
  await ({_READY})();
  while (!jsonHead.granted?.length) await new Promise((later) => setTimeout(later, 20));
}}"""

# As JSON text both ways, since not every protocol to a page and back passes an unpaired surrogate. For the same reason the page
# itself finds the URL of each result.
_AUDIT = """async ({urls, policy, patience}) => {
  const asked = JSON.parse(urls);
  const places = new Map(asked.map((url, place) => [url, place]));
  const results = [];
  const audit = jsonHead.audit({urls: asked}, {policy});
  const late = setTimeout(() => audit.cancel(), patience);
  for await (const {url, verdict, rule, attempts} of audit) {
    results.push({place: places.get(url) ?? null, url: url.slice(0, 200), verdict, rule, attempts});
  }
  clearTimeout(late);
  return JSON.stringify(results);
}"""

#: A check that takes longer than this many milliseconds is cancelled, so that the cases on which it hung are shown.
_PATIENCE_MS = 90_000


@dataclass(slots=True)
class Score:
    """The results of one engine."""

    engine: str
    version: str
    run: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    """The number of cases that this engine could not run, by reason."""
    decision: dict[str, str] = field(default_factory=dict)
    """Verdict and rule by case."""

    def __str__(self) -> str:
        broken = sum(one.false_broken for one in self.wrong)
        ok = sum(one.false_ok for one in self.wrong)
        return (
            f"{self.engine} {self.version}: {self.run} cases run, wrong verdicts: {len(self.wrong)} "
            f"(false broken {broken}, false ok {ok})"
        )


def run(engine: Engine, cases: Sequence[Case], sites: Mapping[Page, Site], targets: Targets) -> Score:
    """Check every case once: one check for each page and pace, and one for URLs that must not be requested."""
    score = Score(engine.name, engine.version)
    for page in get_args(Page):
        here = [case for case in cases if case.page == page and _can(engine, case, score)]
        if not here:
            continue
        try:
            _run_page(engine, page, here, sites[page], targets, score)
        except CallError as error:
            score.wrong.append(Wrong(f"(the page: {page})", "an end", str(error)))
    return score


def _run_page(engine: Engine, page: Page, cases: Sequence[Case], site: Site, targets: Targets, score: Score) -> None:
    if engine.extension:
        engine.open(engine.extension)
        engine.call(_PERMITTED)
    else:
        _open(engine, page, site)
    known = places(targets.origins, site.address)
    for pace, sent in product(get_args(Pace), (False, True)):
        batch = [case for case in cases if (case.pace, case.sent) == (pace, sent)]
        if not batch:
            continue
        targets.reset()
        site.heads.clear()
        results = _audit(engine, [case.address(known) for case in batch], PACES[pace])
        score.run += len(batch)
        score.wrong += compare(batch, results, engine.name)
        if not sent:
            # The site's own root is the canary, which is requested when a target seems silent.
            score.wrong += unexpected_requests(
                batch, [*targets.seen().counts, *(path for path in site.heads if path != "/")]
            )
        for result in results:
            if result["place"] is not None:
                score.decision[batch[result["place"]].id] = f"{result['verdict']} ({result['rule']})"


def _open(engine: Engine, page: Page, site: Site) -> None:
    if site.before:
        address, prepare = site.before
        engine.open(address)
        engine.call(prepare)
    engine.open(site.address)
    engine.call(_READY)
    if page == "http":
        engine.call(_CONTROLLED)


def _can(engine: Engine, case: Case, score: Score) -> bool:
    if case.needs_trust and not engine.trusts:
        score.left_out["it can't be told to trust the certificate of these tests alone"] += 1
        return False
    if engine.extension and case.page != "http":
        score.left_out[
            "an extension's page is on no website, so it has no policy, no certificate and no service worker of one"
        ] += 1
        return False
    return True


def _audit(engine: Engine, urls: Sequence[str], policy: Mapping[str, float]) -> list[dict[str, Any]]:
    text = engine.call(_AUDIT, urls=json.dumps(urls), policy=dict(policy), patience=_PATIENCE_MS)
    results: list[dict[str, Any]] = json.loads(text)
    return results
