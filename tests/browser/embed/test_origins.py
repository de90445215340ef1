"""`new JsonHead()` in the pages of other origins, and what their policies have to allow. The rows are those of docs/embedding.md."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.support.embedder import Embedder
from tests.engines import Engine

#: Boots Python, checks URLs, and gives the verdicts or the error, and what is left in the page's storage.
CHECK = """async ({client, urls}) => {
  const { JsonHead } = await import(client);
  const app = new JsonHead();
  const stored = async () => [...Object.keys(localStorage), ...(await caches.keys()), ...(await indexedDB.databases()).map(({name}) => name)];
  try {
    await app.ready;
    const verdicts = (await app.head(urls)).map(({verdict}) => verdict);
    return {verdicts, stored: await stored().catch(() => [])};
  } catch ({code, message}) {
    return {code, message};
  } finally {
    app.close();
  }
}"""


def outcome(engine: Engine, page: str, site: str, urls: list[str]) -> dict[str, Any]:
    engine.open(page)
    given = engine.call(CHECK, client=f"{site}web/client.js", urls=urls)
    assert isinstance(given, dict)
    return given


def urls_of(host: Embedder, other: Embedder) -> list[str]:
    """A file and a missing file of the page's own host, and files of another host with and without CORS."""
    host.put("/file.pdf", b"%PDF")
    return [
        f"{host.origin}/file.pdf",
        f"{host.origin}/missing.pdf",
        other.put("/shared.pdf", b"%PDF", Access_Control_Allow_Origin="*"),
        other.put("/hidden.pdf", b"%PDF"),
    ]


READABLE = ["ok", "broken", "ok", "answered-unreadable"]
#: Requests without CORS get no response in pages that require a resource policy.
ISOLATED = ["ok", "broken", "ok", "no-answer-seen"]
#: An opaque origin has no URL of its own: all servers are others.
OPAQUE = ["answered-unreadable", "answered-unreadable", "ok", "answered-unreadable"]


#: What WebKitGTK 2.50 does not do: Python exits in a worker of an opaque origin, pages that require a resource policy import no
#: other site's modules, and requests to loopback, which here have no TLS, are upgraded as well.
WEBKIT_LACKS = {"opaque origin", "require-corp", "isolated", "upgrade-insecure-requests"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({}, READABLE, id="another origin"),
        pytest.param({"Content_Security_Policy": "sandbox allow-scripts"}, OPAQUE, id="opaque origin"),
        pytest.param(
            {"Content_Security_Policy": "require-trusted-types-for 'script'; trusted-types json-head"},
            READABLE,
            id="trusted types",
        ),
        pytest.param({"Cross_Origin_Embedder_Policy": "require-corp"}, ISOLATED, id="require-corp"),
        pytest.param({"Cross_Origin_Embedder_Policy": "credentialless"}, READABLE, id="credentialless"),
        pytest.param(
            {"Cross_Origin_Embedder_Policy": "require-corp", "Cross_Origin_Opener_Policy": "same-origin"},
            ISOLATED,
            id="isolated",
        ),
        pytest.param(
            {"Content_Security_Policy": "upgrade-insecure-requests"}, READABLE, id="upgrade-insecure-requests"
        ),
    ],
)
def test_python_starts_in_pages_of_other_origins(
    request: pytest.FixtureRequest,
    engine: Engine,
    site: str,
    host: Embedder,
    other: Embedder,
    headers: dict[str, str],
    expected: list[str],
) -> None:
    if engine.name == "webkit" and request.node.callspec.id.partition("-")[2] in WEBKIT_LACKS:
        pytest.skip("not in WebKitGTK")
    page = host.page("/page", "", **headers)
    urls = urls_of(host, other)
    host.requests.clear()
    found = outcome(engine, page, site, urls)
    assert found == {"verdicts": expected, "stored": []}
    for received in [*host.requests[1:], *other.requests]:
        assert not {"cookie", "referer", "authorization"} & received.headers.keys(), received


LEAST = "default-src 'none'; script-src SITE 'wasm-unsafe-eval'; worker-src blob: SITE; connect-src 'self' SITE OTHER"


@pytest.mark.parametrize(
    ("policy", "lacks"),
    [
        pytest.param(LEAST, "", id="least"),
        pytest.param(LEAST.replace("SITE", "SITE/some-repo/"), "", id="with a path"),
        pytest.param(
            LEAST.replace("worker-src blob: SITE; ", "").replace("script-src", "script-src blob:"),
            "",
            id="no worker-src",
        ),
        pytest.param(LEAST.replace("'wasm-unsafe-eval'", "'unsafe-eval'"), "", id="unsafe-eval"),
        pytest.param(LEAST.replace(" 'wasm-unsafe-eval'", ""), "script-src 'wasm-unsafe-eval'", id="no WebAssembly"),
        pytest.param(LEAST.replace("blob: SITE", "blob:"), "worker-src blob: SITE", id="no worker-src of the site"),
        pytest.param(LEAST.replace("blob: SITE", "SITE"), "worker-src blob: SITE", id="no worker-src of blob:"),
        pytest.param(LEAST.replace(" SITE OTHER", " OTHER"), "connect-src SITE", id="no connect-src"),
        pytest.param(
            f"{LEAST}; require-trusted-types-for 'script'; trusted-types 'none'",
            "trusted-types json-head",
            id="trusted types",
        ),
    ],
)
def test_policy_of_the_page_is_enough_or_is_named(
    engine: Engine, site: str, host: Embedder, other: Embedder, policy: str, lacks: str
) -> None:
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(site))
    filled, missing = (text.replace("SITE", origin).replace("OTHER", other.origin) for text in (policy, lacks))
    page = host.page("/page", "", Content_Security_Policy=filled)
    found = outcome(engine, page, site, urls_of(host, other))
    if lacks:
        assert found["code"] == "page-policy" and found["message"].endswith(f": {missing}"), found
    else:
        assert found == {"verdicts": READABLE, "stored": []}


def test_targets_that_the_policy_forbids_are_not_checked(
    engine: Engine, site: str, host: Embedder, other: Embedder
) -> None:
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(site))
    policy = LEAST.replace(" OTHER", "").replace("SITE", origin)
    found = outcome(engine, host.page("/page", "", Content_Security_Policy=policy), site, urls_of(host, other))
    hidden = "no-answer-seen" if engine.name == "webkit" else "not-checked"  # WebKit does not report the violation
    assert found == {"verdicts": ["ok", "broken", hidden, hidden], "stored": []}
