"""``web/client/client.js``: the arguments that it accepts and refuses, and that a bad call affects no other call."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.support.app import App
from tests.browser.support.screen import Visit
from tests.browser.support.watch import Watch
from tests.servers.launch import Targets

#: Calls with bad arguments, with the name of the error and a part of its message.
REFUSED = {
    'jsonHead.head(["https://a.invalid/"], {policy: {total: 5n}})': (
        "TypeError",
        "plain data",
    ),
    'jsonHead.head(["https://a.invalid/"], {policy: nested(3000)})': (
        "TypeError",
        "too deep",
    ),
    "jsonHead.export([cyclic()], 'json')": ("TypeError", "plain data"),
    "jsonHead.head([, 'https://a.invalid/'])": ("TypeError", "index 0"),
    "jsonHead.head('https://a.invalid/')": ("TypeError", "array"),
    "all(jsonHead.audit('', {policy: cyclic()}))": ("TypeError", "plain data"),
    "all(jsonHead.audit({text: '', format: nested(3000)}))": ("TypeError", "too deep"),
    "all(jsonHead.audit(null))": ("TypeError", "a file"),
    "all(jsonHead.audit(5))": ("TypeError", "a file"),
    "all(jsonHead.audit({}))": ("TypeError", "a file"),
    "all(jsonHead.audit({urls: [,]}))": ("TypeError", "index 0"),
    "all(jsonHead.audit({text: '', urls: []}))": ("TypeError", "urls and text"),
}

CALL = """async ({call}) => {
  const nested = (depth) => (depth ? [nested(depth - 1)] : []);
  const cyclic = () => { const made = {}; made.made = made; return made; };
  const all = async (audit) => { const results = []; for await (const result of audit) results.push(result); return results; };
  return %s;
}"""


@pytest.mark.parametrize("call", REFUSED)
def test_bad_argument_rejects_only_its_own_call(app: App, targets: Targets, call: str) -> None:
    error = app.run(
        CALL % f"(async () => {call})().then(() => null, ({{name, message}}) => [name, message])",
        call="",
    )
    name, part = REFUSED[call]
    assert error is not None
    assert error[0] == name
    assert part in error[1]
    assert [result["verdict"] for result in app.head([targets.cors + "/ok/after"])] == ["ok"]


@pytest.mark.parametrize(
    "source",
    [
        "new URL(url)",
        "[new URL(url)]",
        "{urls: [new URL(url)]}",
        "{text: '[x](y)', format: 'markdown', base: new URL(url)}",
    ],
)
def test_url_objects_are_accepted(app: App, targets: Targets, source: str) -> None:
    call = f"(async (url) => all(jsonHead.audit({source})))({targets.cors + '/ok/x'!r})"
    (result,) = app.run(CALL % call, call="")
    assert result["verdict"] == "ok"


def test_page_may_be_a_url_object(app: App, targets: Targets) -> None:
    call = f"all(jsonHead.audit({{page: new URL({targets.cors + '/page/links.html'!r})}}))"
    assert len(app.run(CALL % call, call="")) == 9


def test_found_resolves_without_iteration(app: App, targets: Targets) -> None:
    found, results, again = app.run(
        """async ({url}) => {
          const audit = jsonHead.audit([url]);
          const found = await audit.found;
          const results = [];
          for await (const result of audit) results.push(result);
          try { for await (const result of audit); } catch (error) { return [found, results, error.message]; }
        }""",
        url=targets.cors + "/ok/x",
    )
    assert (found["links"], [result["verdict"] for result in results]) == (1, ["ok"])
    assert "once" in again


def test_check_cancelled_before_its_start_sends_nothing(app: App, targets: Targets) -> None:
    """No request is sent and no result arrives, whether it is cancelled by a signal or by the method."""
    for options, then in (
        ("{signal: AbortSignal.abort()}", ""),
        ("{}", "audit.cancel();"),
    ):
        results, found = app.run(
            f"""async ({{url}}) => {{
              const audit = jsonHead.audit([url], {options});
              {then}
              const results = [];
              for await (const result of audit) results.push(result);
              return [results, await audit.found.catch(({{name}}) => name)];
            }}""",
            url=targets.cors + "/ok/x",
        )
        assert (results, found) == ([], "AbortError")
    assert targets.seen().requests == 0


def test_closing_python_is_no_failure(visit: Visit) -> None:
    page = visit()
    App(page).wait_until_ready()
    page.evaluate("jsonHead.close()")
    expect(page.locator("#boot-words")).to_have_text("Python was closed")
    expect(page.locator("#notice")).to_be_hidden()
    assert page.evaluate("jsonHead.head([]).catch(({code}) => code)") == "closed"


def test_uncaught_error_does_not_end_the_worker(visit: Visit, watch: Watch) -> None:
    page = visit()
    App(page).wait_until_ready()
    page.workers[0].evaluate(
        "() => new Promise((done) => { setTimeout(done, 50); setTimeout(() => { throw new Error('stray'); }); })"
    )
    assert page.evaluate("jsonHead.head([])") == []
    assert page.evaluate("jsonHead.boot.stage") == "ready"
    watch.take()


def test_invalid_json_message_does_not_end_the_worker(visit: Visit) -> None:
    page = visit()
    App(page).wait_until_ready()
    page.workers[0].evaluate("self.onmessage({data: {id: 0, json: 'nonsense'}})")
    assert page.evaluate("jsonHead.head([])") == []


def test_finished_check_removes_its_listener_from_the_signal(app: App) -> None:
    """One signal may serve any number of checks."""
    left = app.run(
        """async () => {
          const {signal} = new AbortController();
          let listeners = 0;
          signal.addEventListener = () => listeners++;
          signal.removeEventListener = () => listeners--;
          for (let n = 0; n < 3; n++) for await (const _ of jsonHead.audit({urls: ["nonsense"]}, {signal}));
          return listeners;
        }"""
    )
    assert left == 0
