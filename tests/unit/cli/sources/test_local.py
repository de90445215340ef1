"""Relative links of local files, which are checked on the disk unless --base gives them a URL."""

import json
from pathlib import Path

import pytest


def write(**files):
    for name, text in files.items():
        path = Path(name.replace("__", "/").replace("_", "."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def rules(ran):
    """The rule of each link, by its URL as written."""
    return {row["url"]: row["rule"] for row in json.loads(ran.out)}


def test_a_missing_file_is_broken(command):
    write(a_md="[x](no-such-file.md) ![i](no-such.png) [a](#no-such-heading)")
    ran = command("check", "a.md")
    assert ran.out == (
        "broken                    no-such-file.md\n"
        "                          There is no such file or folder.\n"
        "                          a.md:1:5\n"
        "broken                    no-such.png\n"
        "                          There is no such file or folder.\n"
        "                          a.md:1:27\n"
        "fragment-missing          #no-such-heading\n"
        "                          The page is there. Nothing in its source has the name after the #; a script may add it later.\n"
        "                          a.md:1:44\n"
        "3 links: 2 broken, 1 fragment-missing.\n"
    )
    assert (ran.code, ran.err, command.urls) == (1, "", [])


def test_rows_of_files_have_the_keys_of_other_rows(command):
    write(a_md="[x](a.md) [y](no.md) <https://a.example/>")
    found, missing, web = json.loads(command("check", "a.md", "--format", "json").out)
    assert (found["ok"], found["verdict"], found["rule"], found["via"]) == (True, "ok", "file-found", "file")
    assert (missing["ok"], missing["verdict"], missing["error"], missing["via"]) == (
        False,
        "broken",
        "file-missing",
        "file",
    )
    assert "status" not in found and found["headers"] == {"content-length": "41"} and found["final_url"] is None
    assert [set(web) - set(row) for row in (found, missing)] == [{"status"}, {"status", "headers"}]
    assert [attempt["via"] for attempt in found["attempts"]] == ["file"] and found["checked_at"]
    assert str(Path.cwd()) not in json.dumps([found, missing])


KINDS = {
    "a.md": "[x](there.png) [y](gone.png)",
    "a.mdx": "[x](there.png) [y](gone.png)",
    "a.html": "<a href=there.png>x</a><img src=gone.png>",
    "a.xhtml": "<html xmlns='http://www.w3.org/1999/xhtml'><a href='there.png'>x</a><img src='gone.png'/></html>",
}


@pytest.mark.parametrize("name", KINDS)
def test_relative_links_are_checked_beside_their_document(command, name):
    Path("docs").mkdir()
    Path("docs/there.png").write_bytes(b"")
    Path("docs", name).write_text(KINDS[name])
    ran = command("check", "docs", "--format", "json")
    assert rules(ran) == {"there.png": "file-found", "gone.png": "file-missing"}
    assert ran.code == 1


def test_paths_are_resolved_as_in_a_browser(command):
    write(docs__sub__a_md="x", docs__b_md="x", c_md="x", docs__e_html="x")
    links = {
        "a.md": "file-found", "./a.md": "file-found", "../b.md": "file-found", "../../c.md": "file-found", "b.md": "file-missing",
        "../sub/a.md": "file-found", "..": "index-missing", "../": "index-missing", "../b.md/": "file-missing", ".": "file-found",
        "a.md?raw=1": "file-found", "a.md#part": "fragment-missing", "gone.md#part": "file-missing", "?x": "file-found",
        "..\\b.md": "file-found", "no/../a.md": "file-found", "%2E%2E/b.md": "file-found", "../SUB/a.md": "file-missing",
        "../e": "file-missing", "A.md": "file-missing",
    }  # fmt: skip
    html = "".join(f"<a href='{link}'>x</a>" for link in links)
    Path("docs/sub/index.html").write_text(html)
    assert rules(command("check", "docs/sub/index.html", "--format", "json")) == links
    assert rules(command("check", str(Path("docs/sub/index.html").resolve()), "--format", "json")) == links
    assert rules(command("check", "docs/sub/../sub/index.html", "--format", "json")) == links


def test_links_with_absolute_paths_are_checked_below_the_root(command):
    write(
        site__a_md="x",
        site__sub__b_html="<a href=/a.md>x</a><a href=/b.md>y</a><a href=../../../c.md>z</a><a href='\\a.md'>z</a>",
    )
    write(c_md="[a](/a.md)")
    assert rules(command("check", "site", "--format", "json")) == {
        "/a.md": "relative", "/b.md": "relative", "\\a.md": "relative", "../../../c.md": "file-missing",
    }  # fmt: skip
    ran = command("check", "site", "--root", "site", "--format", "json")
    expected = {"/a.md": "file-found", "/b.md": "file-missing", "\\a.md": "file-found", "../../../c.md": "file-missing"}
    assert rules(ran) == expected
    Path("site/c.md").write_text("")
    assert rules(command("check", "site", "--root", "site", "--format", "json"))["../../../c.md"] == "file-found"
    assert rules(command("check", "c.md", "--root", "site", "--format", "json")) == {"/a.md": "file-found"}


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("<base href=sub/>", {"b.md": "file-found"}),
        ("<!-- <base href=no/> --><base href=./sub/../sub/x>", {"b.md": "file-found"}),
        ("<base href='{{ base }}'>", {"b.md": "relative"}),
        ("<base href=//a.example/>", {"b.md": "relative"}),
        ("<base target=x>", {"b.md": "file-missing"}),
        ("<basefont href=/>", {"b.md": "file-missing"}),
        ("<base href=https://a.example/sub/>", {"https://a.example/sub/b.md": "success"}),
    ],
)
def test_the_base_element_of_a_document_is_honoured(command, base, expected):
    write(site__sub__b_md="x", site__a_html=f"{base}<a href=b.md>x</a>")
    for root in ([], ["--root", "site"]):
        assert rules(command("check", "site/a.html", *root, "--format", "json")) == expected


def test_base_element_may_be_relative_to_the_root(command):
    write(site__sub__b_md="x", site__a_html="<BASE target=x HREF='/sub/'><a href=b.md>x</a>")
    assert rules(command("check", "site/a.html", "--format", "json")) == {"b.md": "relative"}
    assert rules(command("check", "site/a.html", "--root", "site", "--format", "json")) == {"b.md": "file-found"}


def test_links_without_a_known_folder_are_relative(command):
    write(a_md="[x](//a.example/b) [y](/b) [z](mailto:a@b.c)")
    ran = command("check", "a.md", "--verbose")
    assert "2 relative, 1 scheme" in ran.out and ran.code == 0
    assert "No request was sent, because it is relative: say which page it came from." in ran.out
    assert ran.err.splitlines()[-1].startswith(
        "Some links are relative to an unknown address. Give the folder of the site with --root"
    )
    ran = command("check", "-", "--format", "json", stdin=b"# h\n\n[x](a.md)")
    assert rules(ran) == {"a.md": "relative"}


def test_links_of_a_feed_are_not_checked_on_the_disk(command):
    write(feed_rss="<rss><channel><link>gone.html</link></channel></rss>")
    assert set(rules(command("check", "feed.rss", "--format", "json")).values()) <= {"relative", "invalid-url"}


def test_links_are_not_checked_on_the_disk_with_a_base(command):
    write(a_md="[x](gone.md)")
    ran = command("check", "a.md", "--base", "https://a.example/docs/", "--format", "json")
    assert rules(ran) == {"https://a.example/docs/gone.md": "success"}


def test_exclude_and_fail_on_apply_to_links_of_files(command):
    write(a_md="[x](gone.md) [y](gone.png)")
    assert rules(command("check", "a.md", "--exclude", "png$", "--format", "json")) == {
        "gone.md": "file-missing", "gone.png": "excluded",
    }  # fmt: skip
    assert command("check", "a.md", "--fail-on", "file-missing").code == 1
    assert command("check", "a.md", "--fail-on", "server-error").code == 0
    for format in ("junit", "sarif", "csv", "markdown", "ndjson"):
        ran = command("check", "a.md", "--format", format)
        assert ran.code == 1 and "gone.md" in ran.out and str(Path.cwd()) not in ran.out
