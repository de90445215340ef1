"""The options on which files are read, and how their links are looked up."""

import os
from pathlib import Path

import pytest

from tests.unit.cli.sources.test_local import rules, write


def sources(ran):
    return sorted({row["source"] for row in ran.rows})


@pytest.fixture
def folder(command):
    write(docs__a_md="[x](b.md)", docs__b_html="<a href=a.md>x</a>", docs__sub__c_md="[x](../a.md)")
    for path in ("docs/.hidden/d.md", "docs/.e.md", "docs/.git/f.md", "docs/node_modules/g.md"):
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).write_text("[x](x.md)")
    return command


def test_hidden_files_are_read_on_demand_but_never_those_of_git(folder):
    read = ["docs/a.md", "docs/b.html", "docs/sub/c.md"]
    assert sources(folder("check", "docs", "--format", "json")) == read
    hidden = ["docs/.e.md", "docs/.hidden/d.md"]
    assert sources(folder("check", "docs", "--hidden", "--format", "json")) == hidden + read


def test_only_files_with_wanted_extensions_are_read_in_folders(folder):
    assert sources(folder("check", "docs", "--extensions", ".MD", "--format", "json")) == ["docs/a.md", "docs/sub/c.md"]
    assert sources(folder("check", "docs/b.html", "--extensions", "md", "--format", "json")) == ["docs/b.html"]
    ran = folder("check", "docs", "--extensions", "md")
    assert "1 file was skipped: .html is not read." in ran.out
    ran = folder("check", "docs", "--extensions", "pdf")
    assert ran.code == 2 and "Files with the extension 'pdf' are not read." in ran.err


def test_excluded_paths_are_skipped_wherever_they_are_named(folder):
    options = ["--exclude-path", "(^|/)sub/", "--exclude-path", r"\.html$", "--format", "json"]
    assert sources(folder("check", "docs", *options)) == ["docs/a.md"]
    assert sources(folder("check", "docs/a.md", "docs/sub/c.md", "docs/*.html", "docs/*.md", *options)) == ["docs/a.md"]


@pytest.mark.parametrize(
    "content",
    [
        "docs/a.md\n\n# docs/b.html\n  docs/sub  \n",
        "\ufeffdocs/a.md\r\ndocs/sub/c.md\r\n",
        "docs/a.md\0docs/sub/c.md\0",
    ],
    ids=["lines", "windows", "nul"],
)
def test_sources_are_read_from_a_list(folder, content):
    Path("list.txt").write_text(content, newline="")
    expected = ["docs/a.md", "docs/sub/c.md"]
    assert sources(folder("check", "--files-from", "list.txt", "--format", "json")) == expected
    assert sources(folder("check", "--files-from", "-", "--format", "json", stdin=content.encode())) == expected


def test_listed_files_of_other_kinds_are_skipped_and_missing_ones_are_errors(folder):
    Path("docs/i.png").write_bytes(b"\x89PNG")
    Path("list.txt").write_text("docs/i.png\ndocs/a.md\ndocs/gone.md\nhttps://a.example/\n")
    ran = folder("check", "--files-from", "list.txt")
    assert ran.code == 2 and "There is no file or folder docs/gone.md." in ran.err
    assert "1 file was skipped: .png is not read." in ran.out and folder.urls == ["https://a.example/"]
    assert folder("check", "--files-from", "no.txt").err == "Error: no.txt cannot be read: No such file or directory.\n"
    assert "read only once" in folder("check", "-", "--files-from", "-").err


def test_offline_sends_no_request(folder):
    write(docs__a_md="[x](gone.md) [y](https://a.example/) [z](mailto:a@b.c) [w](https://)")
    ran = folder("check", "docs/a.md", "https://b.example/", "--offline", "--format", "json")
    assert rules(ran) == {
        "gone.md": "file-missing", "https://a.example/": "web-link", "mailto:a@b.c": "scheme", "https://": "invalid-url",
        "https://b.example/": "web-link",
    }  # fmt: skip
    assert folder.urls == [] and ran.code == 1
    assert "3 links: " in folder("check", "docs/sub", "docs/b.html", "https://a.example/", "--offline").out
    assert folder("check", "--page", "https://a.example/", "--offline").code == 2


def test_dump_lists_links_and_checks_nothing(folder):
    write(docs__a_md="[x](gone.md) [y](https://a.example/) [z](https://a.example/) [v](skip.md)")
    ran = folder("check", "docs/a.md", "--dump", "--exclude", "skip")
    assert (ran.code, ran.out) == (0, "gone.md\nhttps://a.example/\n") and folder.urls == []
    verbose = folder("check", "docs/a.md", "--dump", "-v")
    assert verbose.out.splitlines()[0] == "docs/a.md:1:5: gone.md" and len(verbose.out.splitlines()) == 4
    assert {row["rule"] for row in folder("check", "docs/a.md", "--dump", "--format", "json").rows} == {"listed"}


def test_fragments_of_web_pages_are_checked_on_demand(command, monkeypatch):
    write(a_md="[x](https://a.example/page#no)")
    assert rules(command("check", "a.md", "--format", "json")) == {"https://a.example/page#no": "success"}
    assert {request.method for request in command.sent[-1]} == {"HEAD"}
    from json_head.transports.fake import response

    command.answer = lambda request: response(200, {"content-type": "text/html"}, body=b"<p id=yes>")
    ran = command("check", "a.md", "--fragments", "--format", "json")
    assert rules(ran) == {"https://a.example/page#no": "fragment-missing"} and ran.code == 1


def in_repository():
    Path(".git").mkdir()
    write(README_md="x", docs__index_html="<a href=/x>x</a>", docs__d__e_md="x")


@pytest.mark.parametrize(
    ("link", "github", "static", "files"),
    [
        ("d", "file-found", "index-missing", "file-found"),
        ("/README.md", "file-found", "file-found", "file-found"),
        ("../../issues", "outside-root", "file-missing", "outside-root"),
        ("d/e", "file-missing", "file-found", "file-missing"),
        ("./", "file-found", "file-found", "file-found"),
    ],
)
def test_it_depends_on_the_server_where_a_link_leads(command, link, github, static, files):
    in_repository()
    Path("docs/a.md").write_text(f"[x]({link})")
    assert rules(command("check", "docs/a.md", "--format", "json")) == {link: github}
    options = ["--format", "json", "--fallback-extensions", "md", "--serve-like"]
    assert rules(command("check", "docs/a.md", *options, "github")) == {link: github}
    assert rules(command("check", "docs/a.md", *options, "files")) == {link: files}
    assert rules(command("check", "docs/a.md", *options, "static", "--root", ".")) == {link: static}


def test_a_website_has_its_root_where_its_home_page_is(command):
    in_repository()
    assert rules(command("check", "docs", "--format", "json"))["/x"] == "file-missing"
    assert rules(command("check", "docs/index.html", "--format", "json")) == {"/x": "relative"}
    assert rules(command("check", ".", "--format", "json"))["/x"] == "relative"
    write(docs__x_html="x")
    ran = command("check", "docs", "--fallback-extensions", "html", "--format", "json")
    assert rules(ran)["/x"] == "file-found"


def test_letter_case_of_headings_does_not_matter_on_github(command):
    in_repository()
    Path("docs/a.md").write_text("# Make It\n[x](#Make-It)")
    assert rules(command("check", "docs/a.md", "--format", "json")) == {"#Make-It": "file-found"}
    ran = command("check", "docs/a.md", "--serve-like", "static", "--format", "json")
    assert rules(ran) == {"#Make-It": "fragment-missing"}


def test_fragments_of_folders_are_those_of_the_file_that_is_served(command):
    in_repository()
    Path("docs/d/README.md").write_text("# Here\n")
    Path("docs/a.md").write_text("[x](d#here) [x](d#there) [x](d/#here)")
    assert rules(command("check", "docs/a.md", "--format", "json")) == {
        "d#here": "file-found", "d#there": "fragment-missing", "d/#here": "file-found",
    }  # fmt: skip


def test_contradicting_options_are_refused(folder):
    assert (
        "Choose one of --base" in folder("check", "docs", "--base", "https://a.example/", "--serve-like", "files").err
    )
    assert "slash" in folder("check", "docs", "--index", "a/b").err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_read_for_its_anchors(command):
    os.mkfifo("p.md")
    write(a_md="[x](p.md#a)")
    (row,) = command("check", "a.md", "--format", "json").rows
    assert (row["verdict"], row["fragment"], row["fragment_rule"]) == ("ok", "not-told", "unreadable")


def test_the_whole_disk_can_be_the_root(command):
    write(a_md="[x](gone.md) [y](a.md)")
    ran = command("check", "a.md", "--root", "/", "--format", "json")
    assert rules(ran) == {"gone.md": "file-missing", "a.md": "file-found"}


@pytest.mark.parametrize("name", ["old.json", "old.ndjson", "old.csv"])
def test_reports_in_a_folder_are_no_sources_unless_they_are_named(folder, name):
    folder("check", "docs/sub", "--report", f"docs/{name}")
    ran = folder("check", "docs", "-v", "--format", "json")
    assert f"docs/{name}: This is a report of json-head." in ran.err
    assert sources(ran) == ["docs/a.md", "docs/b.html", "docs/sub/c.md"]
    assert sources(folder("check", f"docs/{name}", "--format", "json")) == ["docs/sub/c.md"]
