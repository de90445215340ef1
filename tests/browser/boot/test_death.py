"""The worker dies during its work: the page detects it, starts another worker, and repeats the calls without a result."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.support.app import App
from tests.browser.support.screen import Screen, Visit
from tests.browser.support.watch import Watch
from tests.nightly import at_night
from tests.servers.launch import Targets

#: Records the workers that the page creates, so that a test can end one without an event, as the browser would.
KEEP = """window.Worker = class extends Worker {
  constructor(...given) { super(...given); (window.workers ??= []).push(this); }
}"""
KILL = "() => { killed.at = performance.now(); workers.at(-1).terminate(); }"
#: Starts a check, and records its results and the time at which the page detects the worker's death.
START = """({source, policy}) => {
  window.killed = {};
  jsonHead.addEventListener("boot", ({detail}) => { if (killed.at) killed.noticed ??= performance.now(); });
  window.seen = {results: [], error: null, over: false};
  window.audit = jsonHead.audit(source.content ? new File([source.content], source.name) : source, {policy});
  window.running = (async () => {
    try {
      for await (const result of audit) seen.results.push([result.url, result.verdict, result.line]);
    } catch ({code}) {
      seen.error = code;
    }
    seen.over = true;
  })();
}"""
#: A message that the client itself would not post: it overflows the stack of Python's JSON parser, and Python crashes.
CRASH = "() => workers.at(-1).postMessage({id: 0, json: '['.repeat(100_000) + ']'.repeat(100_000)})"


@pytest.fixture
def mortal(visit: Visit, watch: Watch) -> Iterator[App]:
    app = App(visit("?keep"))
    app.page.add_init_script(KEEP)
    app.page.reload()
    app.wait_until_ready()
    yield app
    watch.take()  # Pyodide writes a crash to the console


def wait_for_results(app: App, so_many: int) -> None:
    while app.page.evaluate("seen.results.length") < so_many and not app.page.evaluate("seen.over"):
        time.sleep(0.02)


def end(app: App) -> list[tuple[str, str, int | None]]:
    app.run("() => running")
    assert app.page.evaluate("seen.error") is None
    return [tuple(result) for result in app.page.evaluate("seen.results")]


def repeated_heads(targets: Targets) -> set[str]:
    """The URLs for which more than one HEAD arrived."""
    counts = Counter(
        targets.origins[seen["origin"]] + seen["path"] for seen in targets.seen().arrivals if seen["method"] == "HEAD"
    )
    return {url for url, times in counts.items() if times > 1}


@pytest.mark.parametrize("cause", [at_night(KILL, id="killed"), pytest.param(CRASH, id="crashed")])
def test_check_continues_in_another_worker(mortal: App, targets: Targets, cause: str) -> None:
    # Hosts take much longer than a batch, so that a busy machine does not let more responses wait for it.
    urls = [f"{origin}/delay/0.4/{n}" for n in range(36) for origin in (targets.cors, targets.host2, targets.host3)]
    mortal.run(START, source={"urls": [*urls, "nonsense", urls[0]]}, policy={})
    wait_for_results(mortal, 48)
    mortal.page.evaluate("killed.at = performance.now()")
    mortal.page.evaluate(cause)
    before = {url for url, *_ in mortal.page.evaluate("seen.results")}
    results = end(mortal)
    assert sorted(url for url, *_ in results) == sorted([*urls, "nonsense", urls[0]])
    assert {verdict for url, verdict, _ in results if url != "nonsense"} == {"ok"}
    assert mortal.page.evaluate("killed.noticed - killed.at") < 5_000
    twice = repeated_heads(targets)
    assert not twice & before, "requested again although the result had arrived"
    assert len(twice) <= 24  # 12 under way on three hosts, and as many in the batch on its way to the page
    assert mortal.page.evaluate("jsonHead.boot.stage") == "ready"


def test_page_read_before_the_death_is_not_fetched_again(mortal: App, targets: Targets) -> None:
    """The client has the page's links by then."""
    mortal.run(START, source={"page": targets.cors + "/page/slow.html"}, policy={"per_host": 1})
    # The count of links is also reported while the page is read. The first result arrives after that, and three seconds before the last.
    left = mortal.page.evaluate(
        f"""async () => {{
          while (!seen.results.length) await new Promise((on) => setTimeout(on, 1));
          ({KILL})();
          return audit.count.links - seen.results.length;
        }}"""
    )
    assert left > 0
    assert len(end(mortal)) == mortal.page.evaluate("audit.count.links")
    assert targets.seen().counts["GET cors/page/slow.html"] == 1


@pytest.mark.nightly
def test_files_are_lost_with_their_worker(mortal: App, targets: Targets) -> None:
    """Links to files that have no result yet are not checked. The links to the web are."""
    content = "<a href='#x'>x</a>\n" * 30_000 + f"<a href='{targets.cors}/ok/web'>web</a>"
    mortal.run(START, source={"content": content, "name": "a.html"}, policy={})
    mortal.page.evaluate(f"""async () => {{
      while (!seen.results.length) await new Promise((on) => setTimeout(on, 1));
      ({KILL})();
    }}""")
    results = end(mortal)
    assert len({line for *_, line in results}) == len(results) == 30_001
    verdicts = Counter(verdict for _, verdict, _ in results)
    assert verdicts["ok"] == 1
    assert verdicts["fragment-missing"] + verdicts["not-checked"] == 30_000
    assert min(verdicts.values()) > 0


@pytest.mark.nightly
def test_page_being_read_at_the_death_is_fetched_again(mortal: App, targets: Targets) -> None:
    mortal.run(START, source={"page": targets.cors + "/delay/1/page"}, policy={})
    while not targets.seen().requests:
        time.sleep(0.01)
    mortal.page.evaluate(KILL)
    assert len(end(mortal)) == 1  # the page has one link
    assert targets.seen().counts == {"GET cors/delay/1/page": 2}


def test_file_is_read_again_and_its_places_stay(mortal: App, targets: Targets) -> None:
    content = "".join(f"{n % 7 * chr(10)}<{targets.cors}/delay/0.05/{n}>\n\n" for n in range(100))
    mortal.run(START, source={"content": content, "name": "links.md"}, policy={})
    mortal.page.evaluate(KILL)  # at once: the file's bytes were transferred to that worker
    lines = {n: line for url, _, line in end(mortal) for n in [int(url.rsplit("/", 1)[1])]}
    expected = {}
    for number, line in enumerate(content.split("\n"), 1):
        if line:
            expected[int(line.rstrip(">").rsplit("/", 1)[1])] = number
    assert lines == expected


def test_head_and_export_continue_in_another_worker(mortal: App, targets: Targets) -> None:
    urls = [f"{targets.cors}/delay/0.3/{n}" for n in range(8)]
    results = mortal.run(
        """async ({urls}) => {
          const asked = jsonHead.head(urls);
          setTimeout(() => workers.at(-1).terminate(), 400);
          return (await asked).map(({url, verdict}) => [url, verdict]);
        }""",
        urls=urls,
    )
    assert results == [[url, "ok"] for url in urls]
    text = mortal.run(
        """async () => {
          const exported = jsonHead.export([{url: "x"}], "ndjson");
          workers.at(-1).terminate();
          return (await exported).text;
        }"""
    )
    assert json.loads(text) == {"url": "x"}


@pytest.mark.parametrize("when", ["before", at_night("after")])
def test_cancel_around_a_death_accounts_for_every_link(mortal: App, targets: Targets, when: str) -> None:
    urls = [f"{targets.cors}/delay/0.1/{n}" for n in range(100)]
    mortal.run(START, source={"urls": urls}, policy={})
    wait_for_results(mortal, 10)
    both = ["audit.cancel()", "workers.at(-1).terminate()"]
    mortal.page.evaluate("() => { " + "; ".join(both if when == "before" else both[::-1]) + " }")
    results = end(mortal)
    assert sorted(url for url, *_ in results) == sorted(urls)
    assert {verdict for _, verdict, _ in results} == {"ok", "not-checked"}
    assert not repeated_heads(targets)


def test_rows_stay_while_the_worker_restarts(mortal: App, targets: Targets) -> None:
    page = mortal.page
    screen = Screen(page)
    page.locator("#text").fill("\n".join(f"{targets.cors}/delay/0.2/{n}" for n in range(60)))
    page.locator("#check-text").click()
    screen.show_all()
    expect(page.locator("#chips [data-verdict=ok]")).to_be_visible()
    page.evaluate(KILL.replace("killed.at = performance.now();", ""))
    expect(page.locator("#boot-words")).to_contain_text("starting it again")
    assert screen.table()
    screen.wait_until_done()
    expect(page.locator("#chips [data-verdict=ok] .number")).to_have_text("60")
    expect(page.locator("#notice")).to_be_hidden()


def test_repeated_crashes_stop_python_until_it_is_reloaded(mortal: App, targets: Targets) -> None:
    page = mortal.page
    page.evaluate(CRASH)
    expect(page.locator("#boot-words")).to_contain_text("starting it again")
    expect(page.locator("#boot-words")).to_have_text("Ready")
    page.evaluate(CRASH)  # without a response in between
    expect(page.locator("#boot-words")).to_have_text("Python stopped")
    expect(page.locator("#notice")).to_contain_text("crashed")
    assert page.evaluate("jsonHead.head([]).catch(({code}) => code)") == "worker-died"
    page.locator("#reload").click()
    expect(page.locator("#boot-words")).to_have_text("Ready")
    expect(page.locator("#notice")).to_be_hidden()
    assert [result["verdict"] for result in mortal.head([targets.cors + "/ok/x"])] == ["ok"]


def test_idle_worker_is_replaced(mortal: App, targets: Targets) -> None:
    mortal.page.evaluate("workers.at(-1).terminate()")
    expect(mortal.page.locator("#boot-words")).to_contain_text("starting it again")
    expect(mortal.page.locator("#boot-words")).to_have_text("Ready")
    assert [result["verdict"] for result in mortal.head([targets.cors + "/ok/x"])] == ["ok"]
