"""A release of the site: its folder, its name and its service worker."""

import hashlib
import json
import re

import pytest
from keep_release import KeepError, keep
from release import make_release
from serve import make_server

from tests.servers.sockets import in_thread


@pytest.fixture
def site(tmp_path):
    def make(name, **changed):
        site = tmp_path / name
        files = {
            "index.html": '<link href="web/page/style/style.css"><a href="#web/page/style/style.css"></a><a href="other.html"></a>',
            "api/index.html": '<script src="../web/page/api.js"></script><a href="../"></a>',
            "sw.js": 'const RELEASE = "";\nconst FILES = {};\n',
            "embed.js": 'var a="web/embed/checker.js",b="web/embed/python.js";',
            "manifest.webmanifest": "{}",
            "web/embed/checker.js": "",
            "web/embed/python.js": "",
            "web/page/style/style.css": "a {}",
            "web/page/api.js": "",
            "web/client/client.js": "export const a = 1;",
            "pyodide/pyodide.mjs": "",
            **changed,
        }
        for path, content in files.items():
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_text(content)
        return site

    return make


def test_files_move_to_the_release_and_pages_link_to_them(site):
    site = site("a")
    name = make_release(site)
    assert re.fullmatch("v-[0-9a-f]{32}", name)
    assert (site / name / "web/page/style/style.css").read_text() == "a {}"
    assert not (site / "web/page/style/style.css").exists()
    page = f'<link href="{name}/web/page/style/style.css"><a href="#web/page/style/style.css"></a><a href="other.html"></a>'
    assert (site / "index.html").read_text() == page
    assert (
        site / "api/index.html"
    ).read_text() == f'<script src="../{name}/web/page/api.js"></script><a href="../"></a>'
    assert (site / "web/client.js").read_text() == f'export * from "../{name}/web/client/client.js";\n'
    assert (site / "webworker.js").read_text() == f'import "./{name}/webworker.js";\n'


def test_the_service_worker_lists_every_file_but_itself(site):
    site = site("a")
    name = make_release(site)
    release, files = (site / "sw.js").read_text().split(";\n", 1)
    assert release == f'const RELEASE = "{name}"'
    files = json.loads(files.removeprefix("const FILES = ").rstrip(";\n"))
    assert set(files) == {"", "api/", "manifest.webmanifest"} | {
        f"{name}/{path}"
        for path in (
            "files.json",
            "web/page/style/style.css",
            "web/page/api.js",
            "web/client/client.js",
            "pyodide/pyodide.mjs",
        )
    }
    assert files["manifest.webmanifest"] == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_embed_js_keeps_its_address_and_names_its_release(site):
    site = site("a")
    name = make_release(site)
    assert (site / "embed.js").read_text() == f'var a="{name}/web/embed/checker.js",b="{name}/web/embed/python.js";'


@pytest.fixture
def online(site):
    """A released site, and the address at which it is online."""
    folder = site("online", **{"web/page/api.js": "1"})
    name = make_release(folder)
    server = make_server(folder, prefix="/repo/")
    with in_thread(server):
        yield folder, name, f"http://127.0.0.1:{server.server_port}/repo/"


def test_the_release_that_is_online_is_kept_in_the_next(site, online):
    folder, name, address = online
    new = site("new")
    own = make_release(new)
    assert keep(address, new) == name
    assert {path.name for path in new.glob("v-*")} == {own, name}
    for path in ("web/page/api.js", "web/client/client.js", "web/embed/python.js", "pyodide/pyodide.mjs"):
        assert (new / name / path).read_bytes() == (folder / name / path).read_bytes()
    assert keep(address, new) == ""


def test_nothing_is_kept_of_a_damaged_release(site, online):
    folder, name, address = online
    (folder / name / "pyodide/pyodide.mjs").write_text("changed")
    new = site("new")
    make_release(new)
    with pytest.raises(KeepError, match=r"pyodide\.mjs"):
        keep(address, new)
    assert not (new / name).exists()


def test_a_first_release_has_none_to_keep(site, online):
    folder, name, address = online
    assert keep(address + "nowhere/", site("new")) == ""
    (folder / name / "web/embed/python.js").unlink()  # as in releases before embed.js
    assert keep(address, site("new")) == ""


def test_the_name_of_a_release_depends_on_its_content(site):
    name = make_release(site("a"))
    assert make_release(site("b")) == name
    assert make_release(site("c", **{"web/page/api.js": "1"})) != name
    assert make_release(site("d", **{"index.html": "1"})) != name


def test_the_name_of_a_release_is_the_digest_of_its_list_of_files(site):
    site = site("a")
    name = make_release(site)
    content = (site / name / "files.json").read_bytes()
    assert name == "v-" + hashlib.sha256(content).hexdigest()[:32]
    files = json.loads(content)["files"]
    assert set(files) == {"web/page/style/style.css", "web/page/api.js", "web/client/client.js", "pyodide/pyodide.mjs"}
    for path, digest in files.items():
        assert hashlib.sha256((site / name / path).read_bytes()).hexdigest() == digest


def test_a_service_worker_without_a_list_of_files_is_an_error(site):
    with pytest.raises(ValueError, match="FILES"):
        make_release(site("a", **{"sw.js": 'const RELEASE = "";\n'}))
