"""``json-head fix``: new addresses are written into files, and nothing else is."""

import os
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from json_head.cli.commands import fix
from json_head.cli.printing import output
from json_head.transports.fake import response

from tests.unit.cli.fix.folder import FIXED, TEXT, A, redirecting

DIFF = """\
--- a/docs/a.md
+++ b/docs/a.md
@@ -1,5 +1,5 @@
 # Hello World
 
-[https](http://a.example/x) [slash](https://a.example/docs#f) [moved](https://a.example/old "t") [fine](https://a.example/fine)
+[https](https://a.example/x) [slash](https://a.example/docs/#f) [moved](https://a.example/new "t") [fine](https://a.example/fine)
 [home](https://a.example/gone-home) [today](https://a.example/today) [broken](https://a.example/404)
-[anchor](#Hello-World) [file](SUB/b.md#second_part) [no](nowhere.md)
+[anchor](#hello-world) [file](sub/b.md#second-part) [no](nowhere.md)
"""
REPAIRED = (
    "5 links in 1 file {}: 1 moved-permanently, 1 https, 1 trailing-slash, 1 anchor-case, 1 file-case. "
    "2 links left as written: 1 home-page, 1 temporary.{}\n"
)


def test_links_are_repaired_after_a_diff(command, page):
    ran = command("fix", "docs", "--yes")
    assert (ran.code, ran.out, ran.err) == (0, DIFF, REPAIRED.format("repaired", ""))
    assert page.read_text() == FIXED


def test_second_run_changes_nothing(command, page):
    command("fix", "docs", "--yes")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in Path().rglob("*.md")}
    ran = command("fix", "docs", "--yes")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "Nothing to repair. 2 links left as written: 1 home-page, 1 temporary.\n"
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in before}


@pytest.mark.parametrize("arguments", [["--dry-run"], ["--dry-run", "--yes"], []])
def test_nothing_is_written_without_confirmation(command, page, arguments):
    ran = command("fix", "docs", *arguments)
    assert (ran.code, ran.out) == (1, DIFF)
    assert ran.err == REPAIRED.format("to repair", " No file was changed.")
    assert page.read_text() == TEXT
    assert command("fix", "docs/sub", *arguments).code == 0


def test_links_that_stay_are_listed_on_request(command, page):
    err = command("fix", "docs", "--dry-run", "--verbose").err
    assert "not changed: docs/a.md:4:8 https://a.example/gone-home: The server redirects to a home page.\n" in err
    assert "not changed: docs/a.md:4:45 https://a.example/today: A redirect is temporary" in err
    assert command("fix", "docs", "--dry-run", "--quiet").err == ""


@pytest.mark.parametrize(
    ("arguments", "left"), [(["--exclude", "/old"], "/old "), (["--include", "/old"], "#Hello-World")]
)
def test_links_that_are_left_out_stay(command, page, arguments, left):
    command("fix", "docs", "--yes", *arguments)
    assert left in page.read_text()
    assert page.read_text() != TEXT


def test_a_comment_leaves_a_link_out(command, page):
    page.write_text(f"<!-- json-head-ignore-next-line -->\n[x]({A}/old)\n")
    assert command("fix", "docs", "--yes").out == ""


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.rstrip().encode(),
        lambda text: "\ufeff".encode("utf-16-le") + text.encode("utf-16-le"),
        lambda text: f"{text}é".encode("latin-1"),
    ],
)
def test_encoding_and_line_ends_stay_and_the_diff_is_exact(command, page, encode, monkeypatch):
    printed = []
    monkeypatch.setattr(output, "write_bytes", printed.append)
    page.write_bytes(encode(TEXT))
    command("fix", "docs", "--yes")
    assert page.read_bytes() == encode(FIXED)
    page.write_bytes(encode(TEXT))
    subprocess.run(["git", "apply", "-"], input=b"".join(printed), check=True)
    assert page.read_bytes() == encode(FIXED)


def test_permissions_stay_and_a_symbolic_link_stays_one(command, page, tmp_path):
    page.chmod(0o751)
    Path("docs/link.md").symlink_to("a.md")
    Path("docs/a.md").rename("docs/z.md")
    Path("docs/link.md").unlink()
    Path("docs/link.md").symlink_to("z.md")
    ran = command("fix", "docs/link.md", "--yes")
    assert ran.out.startswith("--- a/docs/z.md\n+++ b/docs/z.md\n")
    target = Path("docs/z.md")
    assert Path("docs/link.md").is_symlink() and target.read_text() == FIXED
    assert stat.S_IMODE(target.stat().st_mode) == 0o751
    assert sorted(path.name for path in Path("docs").iterdir()) == ["link.md", "sub", "z.md"]


def test_read_only_file_is_left(command, page):
    page.chmod(0o444)
    ran = command("fix", "docs", "--yes")
    assert ran.code == 2 and "docs/a.md was left as it is: it is read-only." in ran.err
    assert page.read_text() == TEXT and stat.S_IMODE(page.stat().st_mode) == 0o444
    assert ran.out == "", "the diff has only what can be written"


def test_file_outside_of_the_folder_is_left_unless_it_is_named(command, page):
    Path("elsewhere").mkdir()
    outside = Path("elsewhere/c.md")
    outside.write_text(f"[x]({A}/old)")
    Path("docs/c.md").symlink_to("../elsewhere/c.md")
    ran = command("fix", "docs", "--yes")
    assert ran.code == 2 and "a link to a file outside of the folder" in ran.err
    assert page.read_text() == FIXED and outside.read_text() == f"[x]({A}/old)"
    assert "elsewhere" not in ran.out
    assert command("fix", "docs/c.md", "--yes").code == 0
    assert outside.read_text() == f"[x]({A}/new)"


def test_file_that_has_changed_meanwhile_is_left(command, page, monkeypatch):
    def change_it(repairs):
        page.write_text("changed")

    monkeypatch.setattr(fix, "_print_diffs", change_it)
    ran = command("fix", "docs", "--yes")
    assert ran.code == 2 and "it has changed since it was read" in ran.err
    assert page.read_text() == "changed"
    assert sorted(path.name for path in Path("docs").iterdir()) == ["a.md", "sub"]


def test_file_that_has_changed_before_it_is_repaired_gets_no_foreign_links(command, page, monkeypatch):
    def answer(request):
        page.write_text(TEXT.replace("/old", "/bcd").replace("[https]", "[x]"))
        return redirecting(request)

    command.answer = answer
    command("fix", "docs", "--yes")
    assert "/bcd " in page.read_text() and "/new" not in page.read_text() and "/docs#f" in page.read_text()


def test_failed_replacement_leaves_no_file_behind(tmp_path, monkeypatch):
    path = tmp_path / "a.md"
    path.write_text("old")

    def fail(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(KeyboardInterrupt):
        output.replace(path, b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.md"] and path.read_text() == "old"


def test_left_over_temporary_file_is_no_source(command, page):
    Path("docs/.json-head-k3x9_a2b").write_text(f"[x]({A}/old)")
    assert ".json-head" not in command("fix", "docs", "--yes", "--hidden").out


def test_relative_links_stay_relative_with_a_base(command, page):
    page.write_text("[x](old) [y](/old#z) [z](../old) [d](docs)")
    ran = command("fix", "docs/a.md", "--base", f"{A}/a.md", "--yes")
    assert page.read_text() == "[x](new) [y](/new#z) [z](new) [d](docs/)" and ran.code == 0


def test_root_relative_links_are_looked_up_in_the_root(command, page):
    page.write_text("[x](/SUB/b.md) [y](/sub/B.md)")
    command("fix", "docs", "--root", "docs", "--yes")
    assert page.read_text() == "[x](/sub/b.md) [y](/sub/b.md)"


def test_folders_above_the_working_folder_are_not_listed(command, page, monkeypatch):
    page.write_text("[x](../OTHER.md) [y](SUB/b.md)")
    Path("other.md").write_text("x")
    monkeypatch.chdir("docs")
    command("fix", "a.md", "--yes")
    assert Path("a.md").read_text() == "[x](../OTHER.md) [y](sub/b.md)"


def test_options_that_only_check_has_are_passed_over_in_a_configuration(command, page):
    Path("json-head.toml").write_text('sources = ["docs"]\nformat = "json"\nexclude = ["/old"]\nfail-on = "none"\n')
    command("fix", "--yes")
    assert page.read_text() == FIXED.replace("/new", "/old")
    Path("json-head.toml").write_text('sitemap = ["https://a.example/sitemap.xml"]')
    ran = command("fix", "docs", "https://a.example/", "--dry-run")
    assert ran.code == 1 and ran.err.startswith("Only files are repaired. 2 other sources left out.\n")
    assert "https://a.example/sitemap.xml" not in command.urls
    Path("json-head.toml").write_text("formmat = 1")
    assert "unknown option: formmat" in command("fix", "docs").err


@pytest.mark.parametrize("arguments", [[], ["-"], ["https://a.example/"], ["docs/nowhere.md"]])
def test_what_cannot_be_repaired_is_wrong_usage(command, page, arguments):
    assert command("fix", *arguments).code == 2


def test_anchors_of_web_pages_are_repaired_on_request(command, page):
    page.write_text(f"[x]({A}/page#Part-One) [y]({A}/page#part_two) [z]({A}/page#none) [a]({A}/page#x_y)")
    body = b"<p id=part-one><p id='Part Two'><p id=x-y><p id='x  y'>"
    command.answer = lambda request: response(200, {"content-type": "text/html"}, body=body)
    assert command("fix", "docs", "--yes").out == ""
    ran = command("fix", "docs", "--yes", "--fragments")
    assert page.read_text() == f"[x]({A}/page#part-one) [y]({A}/page#Part%20Two) [z]({A}/page#none) [a]({A}/page#x_y)"
    assert ran.err == "2 links in 1 file repaired: 1 anchor-case, 1 anchor-slug. 1 link left as written: 1 several.\n"
    assert [request.method for request in command.sent[-1]] == ["GET"]


def test_anchor_and_address_of_a_web_page_are_repaired_at_once(command, page):
    page.write_text("[x](http://a.example/x#Part) [y](http://a.example/x#none)")

    command.answer = lambda request: replace(
        redirecting(request),
        observation=redirecting(request).observation._replace(headers={"content-type": "text/html"}),
        body=b"<p id=part>",
    )
    command("fix", "docs", "--yes", "--fragments")
    assert page.read_text() == f"[x]({A}/x#part) [y]({A}/x#none)"
    assert command("fix", "docs", "--yes", "--fragments").out == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_owner_of_a_file_stays(command, page):
    os.chown(page, 12345, 12346)
    command("fix", "docs", "--yes")
    assert (page.stat().st_uid, page.stat().st_gid, page.read_text()) == (12345, 12346, FIXED)


def test_offline_repairs_send_no_request(command, page):
    command("fix", "docs", "--yes", "--offline", "--archive")
    assert page.read_text() == TEXT.replace("#Hello-World", "#hello-world").replace(
        "SUB/b.md#second_part", "sub/b.md#second-part"
    )
    assert command.urls == []


def test_files_are_repaired_as_they_will_be_served(command, page):
    Path("docs/sub/README.md").write_text("# Three Words")
    page.write_text("[x](sub#THREE-WORDS) [y](SUB/#three_words) [z](sub/B.md#Second-Part)")
    ran = command("fix", "docs", "--yes", "--serve-like", "github")
    assert page.read_text() == "[x](sub#THREE-WORDS) [y](sub/#three-words) [z](sub/b.md#Second-Part)" and ran.code == 0
    assert command("fix", "docs", "--yes", "--serve-like", "github").out == ""


def test_no_file_outside_of_the_root_is_found_through_a_symbolic_link(command, page):
    Path("secret").mkdir()
    Path("secret/a.md").write_text("x")
    Path("docs/Link").symlink_to("../secret")
    page.write_text("[x](link/a.md)")
    assert command("fix", "docs", "--root", "docs", "--yes").out == ""
