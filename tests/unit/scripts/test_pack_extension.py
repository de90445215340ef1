"""The extension's folders and zip files."""

import json
import re
import subprocess
import zipfile

import pack_extension
import pytest
from pack_extension import BROWSERS, ROOT, SOURCE, main, package, without_inline

DOCUMENT = (ROOT / "docs/extension.md").read_text()
LISTING = (SOURCE / "listing.md").read_text()
#: What people are told of at the installation: nothing, since these concern only the tab in which they press the button.
PERMISSIONS = {"activeTab", "contextMenus", "scripting"}


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A built site, as small as can be."""
    site = tmp_path / "_site"
    files = {
        "index.html": '<link href="v-1/web/page/style/style.css"><script>\nlet first;\n</script><script src="v-1/web/page/page.js"></script>',
        "sw.js": "",
        "embed.js": "",
        "wheels/a.whl": "",
        "icons/icon.svg": "",
        "licenses/NOTICE.txt": "",
        "docs/extension.html": '<p>Text</p><form class="sidebar-search-container" action="search.html"><input></form><script>let a;</script>',
        "docs/search.html": "",
        "docs/_static/search.js": "",
        "docs/_static/style.css": "",
        "v-1/web/page/page.js": "",
        "v-1/web/page/page.js.map": "",
        "v-1/web/page/check.js": "",
        "v-1/pyodide/pyodide.js": "",
    }
    for path, content in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(content)
    monkeypatch.setattr(pack_extension, "SITE", site)
    monkeypatch.setattr(pack_extension, "OUTPUT", tmp_path / "extension")
    return site


def files_of(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_extension_has_the_files_that_the_page_loads(site, tmp_path):
    package(tmp_path / "x", "chromium")
    assert files_of(tmp_path / "x") == [
        "background.js", "docs/_static/style.css", "docs/extension.html", "icon.png", "icons/icon.svg", "index.html", "licenses/NOTICE.txt",
        "manifest.json", "v-1/first.js", "v-1/pyodide/pyodide.js", "v-1/web/page/page.js",
    ]  # fmt: skip


def test_no_page_has_an_inline_script(site, tmp_path):
    package(tmp_path / "x", "chromium")
    html = (tmp_path / "x/index.html").read_text()
    assert '<script src="v-1/first.js"></script><script src="v-1/web/page/page.js">' in html
    assert (tmp_path / "x/v-1/first.js").read_text() == "\nlet first;\n"
    assert (tmp_path / "x/docs/extension.html").read_text() == "<p>Text</p>"


@pytest.mark.parametrize("html", ["<script src=a></script>", "<script>a</script><script>b</script>"])
def test_a_page_with_another_number_of_inline_scripts_is_refused(html):
    with pytest.raises(ValueError):
        without_inline(html, "first.js")


@pytest.mark.parametrize("browser", BROWSERS)
def test_the_manifest_asks_for_no_website_at_the_installation(site, tmp_path, browser):
    package(tmp_path / "x", browser)
    manifest = json.loads((tmp_path / "x/manifest.json").read_text())
    assert manifest["manifest_version"] == 3
    assert set(manifest["permissions"]) == PERMISSIONS
    assert manifest["optional_host_permissions"] == ["*://*/*"]
    assert (
        not {"host_permissions", "content_scripts", "optional_permissions", "externally_connectable"} & manifest.keys()
    )
    assert all(part.isdigit() for part in manifest["version"].split("."))
    policy = manifest["content_security_policy"]["extension_pages"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy and "http" not in policy
    assert ("service_worker" in manifest["background"]) is (browser == "chromium")
    if browser == "firefox":
        assert manifest["browser_specific_settings"]["gecko"]["data_collection_permissions"] == {"required": ["none"]}


def test_zip_files_are_equal_for_equal_sites(site, tmp_path, capsys):
    main()
    archives = {name: tmp_path / f"extension/json-head-lite-{name}.zip" for name in BROWSERS}
    before = {name: archive.read_bytes() for name, archive in archives.items()}
    for name, archive in archives.items():
        with zipfile.ZipFile(archive) as opened:
            assert sorted(opened.namelist()) == files_of(tmp_path / "extension" / name)
    assert "The extension for firefox has" in capsys.readouterr().out
    main()
    assert capsys.readouterr().out == ""  # nothing has changed
    (tmp_path / "extension/stamp").unlink()
    main()
    assert before == {name: archive.read_bytes() for name, archive in archives.items()}
    (site / "index.html").write_text((site / "index.html").read_text() + " ")
    main()
    assert "The extension for chromium has" in capsys.readouterr().out


def test_the_scripts_of_the_extension_are_few_lines():
    assert [path.name for path in SOURCE.glob("*.js")] == ["background.js"]
    assert len((SOURCE / "background.js").read_text().splitlines()) < 30


def manifest():
    return json.loads((SOURCE / "manifest.json").read_text())


def test_the_documentation_names_every_permission():
    table = DOCUMENT.partition("| permission |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", table)) == PERMISSIONS
    assert set(re.findall(r"^\| `(\w+)`", LISTING, re.MULTILINE)) == PERMISSIONS


def test_the_documentation_names_the_versions_of_the_browsers():
    chromium, firefox = (change({}) for change in BROWSERS.values())
    assert f"Edge ({chromium['minimum_chrome_version']} or later)" in DOCUMENT
    version = firefox["browser_specific_settings"]["gecko"]["strict_min_version"]
    assert f"Firefox ({version.removesuffix('.0')} or later)" in DOCUMENT


def test_the_summary_for_stores_is_that_of_the_manifest():
    summary = LISTING.partition("## Summary")[2].partition("\n> ")[2].partition("\n")[0]
    assert summary == manifest()["description"]
    assert len(summary) <= 132


def test_the_documented_build_prints_what_the_script_prints():
    script = (ROOT / "scripts/build.sh").read_text()
    command, *printed = DOCUMENT.partition("```console\n$ ")[2].partition("\n```")[0].splitlines()
    assert command == "./scripts/build.sh --extension" and len(printed) == 2
    assert all(f'echo "{line}"' in script for line in printed)


@pytest.mark.parametrize("options", [["--extensions"], ["--extension", "--extension"], [""]])
def test_the_build_refuses_other_options(options):
    ran = subprocess.run(["bash", ROOT / "scripts/build.sh", *options], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "the only one is --extension" in ran.stderr
