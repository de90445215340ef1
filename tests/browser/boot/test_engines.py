"""Firefox and WebKit, by their drivers: each opens the page, checks three links, takes a screenshot and raises errors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engines import CallError, Engine, Unavailable, launch
from tests.servers.launch import Targets

READY = "async () => { while (!window.jsonHead) await new Promise((later) => setTimeout(later, 50)); await jsonHead.ready; }"


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def engine(request: pytest.FixtureRequest, site: str) -> Iterator[Engine]:
    try:
        with launch(request.param) as engine:
            engine.open(site)
            engine.call(READY)
            yield engine
    except Unavailable as error:
        if request.param == "firefox":
            raise
        pytest.skip(str(error))


def test_verdicts_are_the_same_in_every_engine(engine: Engine, targets: Targets) -> None:
    urls = [targets.cors + "/status/200", targets.cors + "/status/404", targets.plain + "/status/404"]
    results = engine.call("({urls}) => jsonHead.head(urls)", urls=urls)
    assert [result["verdict"] for result in results] == ["ok", "broken", "answered-unreadable"]


def test_screenshot_is_a_png_of_the_viewport(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("screenshot") / "page.png"
    engine.screenshot(path)
    png = path.read_bytes()
    assert png.startswith(b"\x89PNG\r\n\x1a\n") and len(png) > 10_000
    # Width and height, from the PNG's first chunk.
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (1280, 800)


def test_errors_in_the_page_are_raised(engine: Engine) -> None:
    with pytest.raises(CallError, match="on purpose"):
        engine.call("async () => { throw new Error('on purpose'); }")
    with pytest.raises(CallError):
        engine.call("( => no function")
    assert engine.call("({given}) => given", given=["Grüße", None, 1.5]) == ["Grüße", None, 1.5]
