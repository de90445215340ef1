"""The archives of the site are complete: every module imports, and every format is read and written."""

from __future__ import annotations

import gzip
import io
import shutil
import zipfile
from collections.abc import Iterator

import pytest
from json_head.export import FORMATS
from json_head.extract.decode import _ENCODINGS as ENCODINGS
from playwright.sync_api import Browser

from tests.browser.support.app import App
from tests.browser.support.start import ROOT, built_site, release, served
from tests.browser.support.trusted import POLICY

#: Added to the worker of this copy of the site: a message that runs Python.
RUNNER = """
self.addEventListener("message", ({ data }) => {
  if (data.python) data.port.postMessage(pyodide.runPython(data.python));
});
"""
RUN = """async ({python}) => {
  const policy = POLICY;
  const url = new URL("../../webworker.js", document.querySelector("script[src]").src);
  const worker = new Worker(policy.createScriptURL(url.href), {type: "module"});
  worker.postMessage({boot: {refresh: false, snapshot: true, controlled: false}});
  await new Promise((ready) => {
    worker.onmessage = ({data}) => ["ready", "failed"].includes(data.stage) && ready();
  });
  const {port1, port2} = new MessageChannel();
  const answer = new Promise((resolve) => { port1.onmessage = ({data}) => resolve(data); });
  worker.postMessage({python, port: port2, id: 0, json: "{}"}, [port2]);
  const said = JSON.parse(await answer);
  worker.terminate();
  return said;
}""".replace("POLICY", POLICY)
#: Calls a function with each name. Gives the names for which it failed, with the error.
FAILURES = """
import codecs, importlib, json

def decoded(name):
    return codecs.lookup(name).decode(b"abc\\n")

failures = {{}}
for name in {names!r}:
    try:
        {call}(name)
    except BaseException as error:
        failures[name] = repr(error)
json.dumps(failures)
"""
#: Modules that need packages from PyPI, and modules that only those use.
NATIVE = (
    "json_head.bulk", "json_head.cli", "json_head.asgi.operation", "json_head.asgi.serve", "json_head.gather.thread",
    "json_head.transports.files", "json_head.transports.sockets",
)  # fmt: skip

REFUSED = "https://user:word@host.example/"
#: A source of each kind and the number of its links. No link is requested.
SOURCES = {
    "urls": (f"{REFUSED}\nhttps://user:word@bücher.example/", 2),
    "text": (f"See {REFUSED} and {REFUSED}b.", 2),
    "markdown": (f"# A\n\n[one]({REFUSED}) <https://user:word@münchen.example/é>\n", 2),
    "html": (f"<!doctype html><a href='{REFUSED}'>&hearts;</a><img src='//user:word@host.example/x.png'>", 2),
    "sitemap": (
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{REFUSED}</loc></url></urlset>',
        1,
    ),
    "feed": (
        f"<rss version='2.0'><channel><link>{REFUSED}</link><item><link>{REFUSED}a</link></item></channel></rss>",
        2,
    ),
}


@pytest.fixture(scope="module")
def running(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with built_site():
        folder = tmp_path_factory.mktemp("running") / "site"
        shutil.copytree(ROOT / "_site", folder)
    with (release(folder) / "webworker.js").open("a") as worker:
        worker.write(RUNNER)
    with served(folder) as site, browser.new_context(service_workers="block") as context:
        app = App(context.new_page())
        app.page.goto(site)
        yield app


def modules_in(content: bytes, suffix: str) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name.removesuffix(suffix) for name in archive.namelist() if name.endswith(suffix)]
    return {name.replace("/", ".").removesuffix(".__init__") for name in names}


def compiled_in(archive: str) -> set[str]:
    """The modules in one of the site's archives."""
    return modules_in(gzip.decompress((release() / "pyodide" / archive).read_bytes()), ".pyc")


@pytest.mark.parametrize("archive", ["python_stdlib.bin", "packages.bin"])
def test_every_module_imports(running: App, archive: str) -> None:
    modules = compiled_in(archive)
    assert len(modules) > 100
    assert running.run(RUN, python=FAILURES.format(names=sorted(modules), call="importlib.import_module")) == {}


def test_every_supported_encoding_has_a_codec(running: App) -> None:
    assert running.run(RUN, python=FAILURES.format(names=sorted(ENCODINGS), call="decoded")) == {}


def test_packages_contain_the_whole_wheel_except_native_modules() -> None:
    (wheel,) = (ROOT / "_site" / "wheels").glob("json_head-*.whl")
    lacking = modules_in(wheel.read_bytes(), ".py") - compiled_in("packages.bin")
    assert {name for name in lacking if not name.startswith(NATIVE)} == set()


@pytest.mark.parametrize("format", SOURCES)
def test_every_kind_of_source_is_read(app: App, format: str) -> None:
    text, links = SOURCES[format]
    outcome = app.audit({"text": text, "format": format})
    assert outcome.error is None
    assert len(outcome.results) == links


def test_every_kind_of_file_is_written(app: App) -> None:
    results = app.head(["nonsense", "mailto:a@b.example"])
    results[0] |= {"verdict": "broken"}  # some formats have only findings, and one only redirects
    moved = {"url": "https://a.example/nonsense", "final_url": "https://b.example/nonsense", "redirected": True}
    results.append({**results[0], **moved, "verdict": "ok"})
    for format in FORMATS:
        exported = app.run("({results, format}) => jsonHead.export(results, format)", results=results, format=format)
        assert "nonsense" in exported["text"]
