"""For any messages, the worker sends one final reply to each request and does not crash."""

from __future__ import annotations

import asyncio
import json
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st
from json_head.export import FORMATS
from json_head.extract.errors import Code
from json_head.model import Outcome, Request, Verdict
from json_head.pyodide.worker import Worker
from json_head.transports.fake import Answer, FakeTransport, failure, response

from tests.unit.fuzz.samples import contents, texts, urls

#: The error codes that worker.py and protocol.js document.
ERROR_CODES = (
    {"bad-message", "bad-policy", "page-refused", "page-unreadable", "page-no-answer", "page-timeout", "page-status", "no-page", "too-many-links", "nothing-read",
     "no-such-place", "no-such-file", "link-gone", "relay-invalid", "relay-no-answer", "relay-timeout", "relay-refused", "relay-nonsense"}
    | set(get_args(Code))
)  # fmt: skip
TERMINAL = ("done", "error", "cancelled")
REPLIES = {*TERMINAL, "found", "plan", "results", "exported", "folder", "outage", "waiting", "excerpt"}

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
)
#: JSON of any shape. Its keys include the names of the protocol, which makes some messages almost valid.
_KEYS = st.sampled_from(
    ["id", "type", "urls", "policy", "source", "text", "page", "name", "mediaType", "base", "format", "results", "total", "timeout_s",
     "retries", "per_host", "headers", "attempts", "__proto__", "constructor", "url", "relay", "indexes", "files", "size",
     "skipped", "fault", "inFolder"]
)  # fmt: skip
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS | st.text(max_size=8), inner, max_size=5), max_leaves=12
)  # fmt: skip

ids = st.sampled_from([1, 2, 3, 0, -1, 2**70])
policies = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "total": st.integers(-1, 300), "per_host": st.integers(0, 7), "timeout_s": st.sampled_from([0.01, 0.05, 0, -1, "1", 1e9, True]),
        "retries": st.sampled_from([0, 1]), "backoff_s": st.just(0), "retry_after_cap_s": st.just(0), "nonsense": scalars,
    },
)  # fmt: skip
sources = st.one_of(
    st.fixed_dictionaries({"urls": st.lists(urls, max_size=4)}),
    st.fixed_dictionaries({"page": urls | st.sampled_from(["http://a.example/", "http://a.example/sitemap.xml"])}),
    st.fixed_dictionaries(
        {"text": texts},
        optional={
            "format": st.sampled_from(["auto", "urls", "text", "markdown", "html", "sitemap", "pdf", None, 1]), "name": scalars, "base": scalars | urls,
            "mediaType": scalars,
        },
    ),
    st.fixed_dictionaries(
        {"files": st.lists(st.fixed_dictionaries({"name": texts, "size": st.sampled_from([0, 1, 20, -1, "1"])}, optional={
            "inFolder": scalars, "fault": scalars | st.sampled_from(["too-large", "unreadable"])}), max_size=4)},
        optional={"skipped": st.dictionaries(texts, scalars, max_size=3), "cut": scalars, "base": scalars | urls},
    ),
    json_values,
)  # fmt: skip
results = st.lists(
    st.dictionaries(st.sampled_from(["url", "headers", "attempts", "text", "status"]) | st.text(max_size=5), json_values, max_size=4), max_size=3
)  # fmt: skip
plans = st.one_of(
    st.lists(urls, max_size=4).map(lambda urls: json.dumps([[url, None, 1, 2, "", ""] for url in urls])),
    json_values.map(json.dumps),
    st.text(max_size=20),
    json_values,
)
undecided = st.builds(
    lambda url, outcome: {"url": url, "verdict": "timeout", "attempts": [{"method": "HEAD", "mode": "no-cors", "via": "browser", "outcome": outcome, "elapsed_ms": 5}]},
    urls, st.sampled_from(["opaque", "timeout", "failed", "blocked", "response"]),
)  # fmt: skip
relays = st.sampled_from(["http://relay.example/", "nonsense", None]) | scalars
answered = st.lists(st.integers(-2, 5), max_size=4) | json_values
requests = st.one_of(
    st.fixed_dictionaries(
        {"id": ids, "type": st.just("resume"), "plan": plans, "answered": answered}, optional={"policy": policies}
    ),
    st.fixed_dictionaries({"id": ids, "type": st.just("audit"), "source": sources}, optional={"policy": policies, "relay": relays}),
    st.fixed_dictionaries(
        {"id": ids, "type": st.just("relay"), "relay": relays, "results": st.lists(undecided, max_size=2) | results, "indexes": answered}
    ),
    st.fixed_dictionaries({"id": ids, "type": st.just("export"), "format": st.sampled_from([*FORMATS, "xlsx", None, 5, []]), "results": results}),
    st.fixed_dictionaries(
        {"id": ids, "type": st.just("excerpt"), "source": sources, "line": st.integers(0, 6), "column": st.integers(0, 20)},
        optional={"url": urls | scalars, "document": urls | texts | scalars},
    ),
    st.fixed_dictionaries({"id": ids, "type": st.just("cancel")}),
    st.fixed_dictionaries({"id": ids, "type": st.text(max_size=9) | scalars}),
)  # fmt: skip


def broken(message: dict[str, Any], key: str | None, value: Any) -> Any:
    """A valid message with one part replaced or added, or unchanged if ``key`` is ``None``."""
    return message if key is None else {**message, key: value}


messages = st.one_of(
    st.builds(broken, requests, st.none() | _KEYS, json_values),
    json_values,
)
bodies = st.none() | st.none() | contents

#: Responses with any status, headers and body, and failures.
_header_values = st.text(st.characters(max_codepoint=255), max_size=30) | st.sampled_from(
    ["text/html", "application/xml", "3", "-1", "Wed, 99 Foo"]
)
answers = st.one_of(
    st.builds(
        lambda status, headers, body: response(status, headers, body=body),
        st.sampled_from([200, 204, 301, 404, 405, 416, 429, 500, 503, 999, 0]),
        st.dictionaries(st.sampled_from(["content-type", "retry-after", "content-length", "__proto__", "x"]), _header_values, max_size=3),
        contents,
    ),
    st.sampled_from(list(Outcome)).filter(lambda outcome: outcome is not Outcome.RESPONSE).map(failure),
    st.sampled_from(["page-policy", "local-address"]).map(lambda code: failure(Outcome.BLOCKED, code)),
)  # fmt: skip


class Hurried(asyncio.SelectorEventLoop):
    """A loop without waits: when it is idle, its clock jumps to the next timer."""

    skipped_s = 0.0

    def time(self) -> float:
        return super().time() + self.skipped_s

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self.skipped_s += max(0.0, self._scheduled[0].when() - self.time())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


#: An upper limit for the requests of an exchange, which has a dozen URLs at most.
MOST_REQUESTS = 2_000


def exchange(sent: list[tuple[Any, bytes | None]], server: list[Answer]) -> list[Any]:
    """The replies to messages that are sent at once. The worker's network repeats the responses of ``server``."""
    replies: list[Any] = []
    failures: list[Any] = []
    count = 0

    def answer(request: Request) -> Answer:
        nonlocal count
        count += 1
        assert count < MOST_REQUESTS, "the worker sends requests without end"
        return server[count % len(server)]

    async def talk() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
        worker = Worker(replies.append, FakeTransport(answer))
        for message, body in sent:
            worker.receive(message, body)
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)
            for task in others:
                if not task.cancelled() and (error := task.exception()):
                    raise error

    with asyncio.Runner(loop_factory=Hurried) as runner:
        runner.run(talk())
    assert not failures
    return replies


@given(st.lists(st.tuples(messages, bodies), min_size=1, max_size=4), st.lists(answers, min_size=1, max_size=3))
def test_each_request_has_one_final_reply_and_replies_are_json(
    sent: list[tuple[Any, bytes | None]], server: list[Answer]
) -> None:
    # The message that the worker would receive: webworker.js passes it on as JSON text.
    sent = [(json.loads(json.dumps(message)), body) for message, body in sent]
    replies = exchange(sent, server)
    ended: dict[int, int] = {}
    for reply in replies:
        assert json.loads(json.dumps(reply, allow_nan=False)) == reply
        assert reply["type"] in REPLIES and isinstance(reply["id"], int)
        if reply["type"] in TERMINAL:
            ended[reply["id"]] = ended.get(reply["id"], 0) + 1
        if reply["type"] == "error":
            assert reply["code"] in ERROR_CODES, reply
            assert reply["message"] and len(reply["message"]) < 20_000
        if reply["type"] == "results":
            assert all(result["verdict"] in set(Verdict) for result in reply["items"])
    expected: dict[int, int] = {}
    for message, _ in sent:
        id = message.get("id") if isinstance(message, dict) else None
        known_id = id if isinstance(id, int) and not isinstance(id, bool) else None
        if known_id is None or message.get("type") != "cancel":
            expected[known_id or 0] = expected.get(known_id or 0, 0) + 1
    assert ended == expected


@given(results, st.sampled_from(list(FORMATS)))
def test_rows_of_any_shape_are_exported(rows: list[dict[str, Any]], format: str) -> None:
    [*_, exported, done] = exchange(
        [({"id": 1, "type": "export", "format": format, "results": rows}, None)], [response(200)]
    )
    assert (exported["type"], done["type"]) == ("exported", "done")
    if format == "json":
        assert json.loads(exported["text"]) == rows
