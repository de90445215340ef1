"""A page of another folder on the same origin writes to the browser's storage; none of that runs in the page at a later visit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.support.host import Host
from tests.browser.support.offline import IN_PLACE
from tests.browser.support.tabs import BOTH, READY
from tests.engines import CallError, Engine

#: Part of the reason for a link "nonsense", as it is in the memory of Python.
SENTENCE = "it does not start with https:// or http://."
#: Waits until a snapshot is stored whose checksum is another than this one, and gives its checksum; null after a minute.
SNAPSHOT = """async ({other}) => {
  for (const end = performance.now() + 60_000; performance.now() < end; ) {
    for (const name of await caches.keys()) {
      if (!name.startsWith("json-head snapshot ")) continue;
      const cache = await caches.open(name);
      for (const key of await cache.keys()) {
        const digest = (await cache.match(key))?.headers.get("digest");
        if (digest && digest !== other) return digest;
      }
    }
    await new Promise((later) => setTimeout(later, 100));
  }
  return null;
}"""
#: Replaces all files in the caches, and one sentence in the memory of Python; gives the new checksum of the snapshot and the number of files.
REWRITE = """async ({sentence, other}) => {
  const mark = (type) => (type.includes("html")
    ? "<!doctype html><html data-evil='1'><title>evil</title>"
    : "globalThis.evil = 1; globalThis.document?.documentElement.setAttribute('data-evil', '1');");
  let digest = "", files = 0;
  const find = (bytes, text, from) => {
    for (let at = bytes.indexOf(text[0], from); at >= 0; at = bytes.indexOf(text[0], at + 1))
      if (text.every((byte, offset) => bytes[at + offset] === byte)) return at;
    return -1;
  };
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const key of await cache.keys()) {
      const old = await cache.match(key);
      if (!name.startsWith("json-head snapshot ")) {
        const headers = {"Content-Type": old.headers.get("Content-Type")};
        await cache.put(key, new Response(mark(headers["Content-Type"]), {headers}));
        files++;
        continue;
      }
      const bytes = new Uint8Array(await old.arrayBuffer());
      const [was, is] = [sentence, other].map((text) => new TextEncoder().encode(text));
      for (let at = 0; (at = find(bytes, was, at)) >= 0; at += is.length) bytes.set(is, at);
      const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      digest = Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
      await cache.put(key, new Response(bytes, {headers: {digest, layout: old.headers.get("layout")}}));
    }
  }
  return [digest, files];
}"""
#: Whether the page's script is still changed in the cache.
CHANGED = """async () => {
  const stored = await caches.match(document.querySelector("script[src$='page.js']").src);
  return (await stored.text()).includes("globalThis.evil");
}"""
STATE = """async () => ({
  evil: document.documentElement.dataset.evil ?? window.evil ?? null,
  title: document.title,
  snapshot: jsonHead.boot.snapshot,
  reason: (await jsonHead.head(["nonsense"]))[0].reason,
  api: (await (await fetch("api/?url=nonsense")).json())[0].reason,
})"""


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest, opened: Callable[[str], Engine]) -> Engine:
    return opened(request.param)


def first_snapshot(engine: Engine, address: str) -> str:
    """The checksum of a snapshot, once there is one. A visit on a busy machine may make none, and the next one tries it again."""
    for _ in range(3):
        if made := engine.call(SNAPSHOT, other=""):
            return str(made)
        engine.open(address)
        engine.call(READY)
    raise AssertionError("three visits have stored no snapshot")


def state(engine: Engine, address: str) -> dict[str, Any]:
    engine.open(address)
    engine.call(READY)
    seen: dict[str, Any] = engine.call(STATE)
    return seen


def test_what_a_page_of_another_folder_has_written_does_not_run(engine: Engine, host: Host) -> None:
    engine.open(host.address)
    engine.call(READY)
    engine.call(IN_PLACE)
    made = first_snapshot(engine, host.address)
    before = state(engine, host.address)
    assert before["evil"] is None and before["snapshot"] == "used"

    engine.open(host.address.rsplit("/", 2)[0] + "/sibling/")
    changed, files = engine.call(REWRITE, sentence=SENTENCE, other=SENTENCE[::-1])
    assert files > 10 and changed != made

    host.requests.clear()
    during = state(engine, host.address)
    # The snapshot is used once.
    assert during == before | {"reason": before["reason"].replace(SENTENCE, SENTENCE[::-1])}
    assert engine.call(CHANGED) is False
    assert engine.call(SNAPSHOT, other=changed)
    host.requests.clear()
    assert state(engine, host.address) == before
    assert set(host.requests) <= {"sw.js"}


def test_nothing_of_a_changed_cache_runs_while_the_host_is_away(engine: Engine, host: Host) -> None:
    engine.open(f"{host.address}?snapshot=off")
    engine.call(READY)
    engine.call(IN_PLACE)
    engine.call(REWRITE, sentence=SENTENCE, other=SENTENCE)
    host.stop()
    try:
        engine.open(f"{host.address}?snapshot=off")
    except CallError:
        return  # the browser's own page says that the host does not respond
    assert engine.call("() => document.documentElement.dataset.evil ?? null") is None
