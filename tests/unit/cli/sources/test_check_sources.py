"""The sources of json-head check: URLs, pages, files, folders, globs and standard input."""

import gzip
import os
import socket
from collections import Counter
from pathlib import Path

import pytest
from json_head.extract.folder import skipped_files
from json_head.transports.fake import response


def test_a_url_is_checked_and_the_links_of_a_page_are_checked(command):
    command.answer = lambda request: response(
        200, {"content-type": "text/html"}, body=b"<a href=/b>b</a>" if request.url.endswith("/page") else b""
    )
    ran = command("check", "https://a.example/page", "--page", "https://b.example/page", "--format", "json")
    assert [(row["url"], row["source"]) for row in ran.rows] == [
        ("https://a.example/page", None),
        ("https://b.example/b", "https://b.example/page"),
    ]


def test_option_sitemap_reads_a_sitemap(command):
    body = b"https://a.example/1\nhttps://a.example/2\n"
    command.answer = lambda request: response(200, {"content-type": "text/plain"}, body=body)
    ran = command("check", "--sitemap", "https://a.example/s.txt", "--format", "json")
    assert [row["found"] for row in ran.rows] == ["loc", "loc"]


def test_standard_input_is_a_source(command):
    ran = command("check", "-", "--format", "json", stdin="é <https://a.example/é>\n# h".encode())
    (row,) = ran.rows
    assert (row["url"], row["source"], row["line"]) == ("https://a.example/é", None, 1)


def test_folders_are_read_except_hidden_and_vendored_files(command):
    for name in ("a.md", "b/c.html", ".git/d.md", "node_modules/e.md", "b/.f.md", "g.py", "h.txt"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(f"<a href='https://a.example/{Path(name).stem}'>x</a>")
    Path("h.txt").write_text("word\nhttps://a.example/h\n")
    Path("broken.xml").write_text("<project>")
    Path("drawing.svg").write_text("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>")
    Path("empty.md").write_text("")
    ran = command("check", ".", "--format", "json", "--verbose")
    assert [row["source"] for row in ran.rows] == ["a.md", "h.txt", "b/c.html"]
    assert ran.code == 0
    assert all(f"{name}: " in ran.err for name in ("broken.xml", "drawing.svg", "empty.md"))
    assert "broken.xml: " not in command("check", ".").err
    assert command("check", "broken.xml", "a.md").code == 2


def test_skipped_files_are_counted_in_the_last_line(command):
    for name in ("a.md", "b/c.py", "b/d.py", "e.png", "f.js", "g.C", "LICENSE", ".h.py", "node_modules/i.py"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text("<https://a.example/>")
    ran = command("check", ".")
    message = "6 files were skipped: .py, files without an extension, .png and 2 other kinds are not read."
    assert (ran.code, ran.out) == (0, f"1 link: 1 ok. {message}\n")
    assert command("check", ".", "--format", "json").err == ran.out
    assert command("check", ".", "--quiet").out == ""
    assert command("check", "a.md").out == "1 link: 1 ok.\n"


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ({"foo": 3}, "3 files were skipped: .foo is not read."),
        ({"foo": 1}, "1 file was skipped: .foo is not read."),
        ({"": 1}, "1 file was skipped: files without an extension are not read."),
        ({"foo": 2, "": 1}, "3 files were skipped: .foo and files without an extension are not read."),
        ({"a": 1_000, "b": 9, "c": 8, "d": 1}, "1,018 files were skipped: .a, .b, .c and 1 other kind are not read."),
        ({"x" * 200: 1}, "1 file was skipped: .xxxxxxxxxxxx is not read."),
    ],
)
def test_skipped_files_are_counted_by_extension(kinds, message):
    assert skipped_files(Counter(kinds)) == message


def test_a_folder_without_readable_files_exits_with_2(command):
    """A run that read no file must not be mistaken for a run without findings."""
    Path("a").mkdir()
    for name in "123":
        Path(f"a/{name}.foo").write_text("https://a.example/")
    ran = command("check", "a")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "Error: Nothing in a could be read. 3 files were skipped: .foo is not read.\n"
    assert command("check", "a", "--quiet").err == ran.err
    Path("b/.hidden").mkdir(parents=True)
    Path("b/.hidden/c.md").write_text("<https://a.example/>")
    ran = command("check", "b")
    assert (ran.code, ran.err) == (
        2, "Error: Nothing in b could be read. It has no files, or only hidden, vendored or excluded ones.\n",
    )  # fmt: skip
    Path("c.md").write_text("<https://a.example/>")
    ran = command("check", "a", "c.md")
    assert (ran.code, ran.out) == (2, "1 link: 1 ok.\n")
    assert command("check", "b*").err == "Error: Only folders match b*.\n"


def test_a_file_without_links_exits_with_0(command):
    Path("a").mkdir()
    Path("a/a.md").write_text("No link.")
    ran = command("check", "a")
    assert (ran.code, ran.out) == (0, "No links.\n")
    Path("a/a.md").write_text("")
    assert command("check", "a").code == 0


@pytest.mark.parametrize("content", [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04..."])
def test_a_file_of_an_unreadable_format_exits_with_2(command, content):
    Path("a.bin").write_bytes(content)
    ran = command("check", "a.bin")
    assert (ran.code, ran.out, ran.err[:14]) == (2, "", "Error: a.bin: ")


def test_a_folder_that_cannot_be_listed_exits_with_2(command, monkeypatch):
    Path("a/private").mkdir(parents=True)
    Path("a/b.md").write_text("<https://a.example/>")
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "private":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    ran = command("check", "a")
    assert (ran.code, ran.out) == (2, "1 link: 1 ok.\n")
    assert ran.err == "Error: a/private cannot be read: Permission denied.\n"
    assert command("check", "a/private").err == ran.err
    assert "cannot be read: File name too long." in command("check", "x" * 300).err


def test_pipes_and_sockets_in_a_folder_are_skipped(command):
    """Reading a pipe without a writer would never end."""
    Path("a").mkdir()
    os.mkfifo("a/pipe.md")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("a/socket.md")
        Path("a/here").symlink_to(".", target_is_directory=True)
        Path("a/b.md").write_text("<https://a.example/>")
        ran = command("check", "a")
    assert (ran.code, ran.out, ran.err) == (0, "1 link: 1 ok.\n", "")
    Path("a/loop.md").symlink_to("loop.md")
    ran = command("check", "a")
    assert (ran.code, ran.err) == (2, "Error: a/loop.md cannot be read: Too many levels of symbolic links.\n")


def test_deeply_nested_folders_are_read(command):
    folders = [Path("a")]
    for _ in range(1_100):
        folders.append(folders[-1] / "b")
    for folder in folders:
        folder.mkdir()
    file = folders[-1] / "c.md"
    file.write_text("<https://a.example/>")
    assert command("check", "a").out == "1 link: 1 ok.\n"
    file.unlink()
    for folder in reversed(folders):  # pytest removes folders recursively, and fails at this depth
        folder.rmdir()


def test_compressed_files_of_a_folder_are_read(command):
    Path("a").mkdir()
    sitemap = "<urlset><url><loc>https://a.example/x</loc></url></urlset>"
    Path("a/sitemap.xml.gz").write_bytes(gzip.compress(sitemap.encode()))
    Path("a/b.txt.gz").write_bytes(gzip.compress(b"word\nhttps://a.example/y\n"))
    Path("a/c.foo.gz").write_bytes(gzip.compress(b"https://a.example/3"))
    ran = command("check", "a", "--format", "json")
    assert [row["url"] for row in ran.rows] == ["https://a.example/y", "https://a.example/x"]
    assert ran.err == "2 links: 2 ok. 1 file was skipped: .foo is not read.\n"


def test_files_matched_twice_are_read_once(command):
    Path("b").mkdir()
    for name in ("a.md", "b/c.md"):
        Path(name).write_text("<https://a.example/>")
    ran = command("check", "**/*.md", "a.md", str(Path("a.md").resolve()), "--format", "json")
    assert [row["source"] for row in ran.rows] == ["a.md", "b/c.md"]
    ran = command("check", str(Path("a.md").resolve()), "--format", "json")
    assert [row["source"] for row in ran.rows] == ["a.md"]
    ran = command("check", "*.rst")
    assert (ran.code, ran.out, ran.err) == (2, "", "Error: Nothing matches *.rst.\n")


def test_an_unreadable_source_exits_with_2_and_the_others_are_checked(command):
    Path("a.md").write_text("<https://a.example/404>")
    Path("b.md").write_bytes(b"%PDF-1.7 ...")
    ran = command("check", "a.md", "b.md", "c.md", "example.com/x", "--page", "https://a.example/404")
    assert ran.code == 2
    assert "https://a.example/404\n" in ran.out
    assert [line.partition(" ")[0] for line in ran.err.splitlines()] == ["Error:"] * 4
    assert "Error: b.md: " in ran.err and "a PDF file" in ran.err
    assert "There is no file or folder c.md.\n" in ran.err
    assert "There is no file or folder example.com/x. Did you mean https://example.com/x?" in ran.err
    assert "Its server responded with status 404" in ran.err


def test_why_there_are_no_links_is_printed(command):
    Path("a.html").write_text("<div id=root></div><script>start()</script>")
    assert (
        "a.html: No links found. If scripts build this page, check it with the browser extension"
        in command("check", "a.html").err
    )
    assert command("check", "a.html", "--quiet").err == ""


def test_a_local_address_needs_no_scheme(command):
    ran = command("check", "localhost:8000/404", "127.0.0.1:8000", "--format", "json")
    assert [row["url"] for row in ran.rows] == ["http://localhost:8000/404", "http://127.0.0.1:8000"]


def test_a_file_with_the_name_of_a_local_address_is_read(command):
    Path("localhost").write_text("<https://a.example/404>")
    ran = command("check", "localhost", "--format", "json")
    assert [row["url"] for row in ran.rows] == ["https://a.example/404"]


def test_the_address_of_a_page_needs_no_scheme(command):
    ran = command("check", "--page", "a.example/404")
    assert "https://a.example/404: Its server responded with status 404" in ran.err


def test_a_file_without_read_permission_is_an_error(command, monkeypatch):
    Path("a.md").write_text("x")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert command("check", "a.md").err == "Error: a.md cannot be read: Permission denied.\n"


def test_relative_links_are_resolved_against_the_base(command):
    Path("a.md").write_text("[x](b.md) [y](//c.example/d) [z](mailto:a@b.c)")
    ran = command("check", "a.md", "--base", "https://a.example/docs/", "--format", "json")
    assert [row["url"] for row in ran.rows][:2] == ["https://a.example/docs/b.md", "https://c.example/d"]


def test_an_invalid_line_in_a_list_of_urls_is_not_relative(command):
    Path("urls.txt").write_text("https://a.example/\nnonsense\n")
    (_, row) = command("check", "urls.txt", "--format", "json").rows
    assert row["rule"] == "invalid-url"


def test_files_below_the_root_have_urls_below_the_base(command):
    Path("site/x y").mkdir(parents=True)
    Path("site/x y/a.md").write_text("[b](b.html) [c](/c) [d](../d)")
    Path("e.md").write_text("[b](b.html)")
    ran = command("check", "site", "--root", "site", "--base", "https://a.example/docs", "--format", "json")
    assert [row["url"] for row in ran.rows] == [
        "https://a.example/docs/x%20y/b.html", "https://a.example/c", "https://a.example/docs/d",
    ]  # fmt: skip
    ran = command("check", "e.md", "--root", "site", "--base", "https://a.example/docs")
    assert ran.code == 2 and "e.md is not inside site" in ran.err


def test_an_empty_source_is_refused_with_a_reason(command):
    ran = command("check", "")
    assert ran.code == 2
    assert "A SOURCE is empty" in ran.err
