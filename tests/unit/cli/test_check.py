"""json-head check: what it asks, what it prints, and its exit codes."""

import gzip
import json
import os
import re
import socket
from collections import Counter
from pathlib import Path

import pytest
from json_head import Outcome, Verdict, verdicts
from json_head.cli import commands, options
from json_head.export import FORMATS
from json_head.export.as_junit import _ELEMENT
from json_head.export.as_sarif import LEVELS
from json_head.extract.folder import skipped_files
from json_head.transports.fake import failure, response
from json_head.urls import target as urls

FAST = ("--backoff", "0", "--retry-after-cap", "0")


def rows(ran):
    return json.loads(ran.out)


def test_the_table_has_the_worst_first_with_its_places(command):
    Path("a.md").write_text("[x](https://a.example/ok) [y](https://a.example/403)\n[z](https://a.example/404)\n")
    Path("b.md").write_text("<https://a.example/404>")
    ran = command("check", "a.md", "b.md")
    assert ran.out == (
        "broken               404  https://a.example/404\n"
        "                          The server said twice that there is nothing here (HEAD 404, GET 404).\n"
        "                          a.md:2:5\n"
        "                          b.md:1:2\n"
        "restricted           403  https://a.example/403\n"
        "                          The server answered, and lets in only some visitors (HEAD 403, GET 403).\n"
        "                          a.md:1:31\n"
        "4 links: 2 broken, 1 restricted, 1 ok.\n"
    )
    assert (ran.code, ran.err) == (1, "")


@pytest.mark.parametrize(
    ("verdict", "expected"),
    {
        "broken": (response(404), 1),
        "server-error": (response(500), 1),
        "timeout": (failure(Outcome.TIMEOUT), 1),
        "no-answer-seen": (failure(error="dns"), 1),
        "ok": (response(200), 0),
        "restricted": (response(403), 0),
        "rate-limited": (response(429), 0),
        "other-status": (response(418), 0),
        "not-checked": (failure(Outcome.BLOCKED, "host-limit"), 0),
    }.items(),
)
def test_the_exit_code_of_each_verdict(command, verdict, expected):
    answer, code = expected
    command.answer = lambda request: answer
    ran = command("check", "https://a.example/x", *FAST)
    assert ran.out.splitlines()[-1].startswith(f"1 link: 1 {verdict}")
    assert ran.code == code


def test_a_refused_head_does_not_fail(command):
    command.answer = lambda request: response(405) if request.method == "HEAD" else failure()
    ran = command("check", "https://a.example/x")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "1 link: 1 head-unsupported.")


def test_test_reports_are_red_for_just_what_fails():
    (default,) = [p.default for p in commands.check_command.params if p.name == "fail_on"]
    failing = options.verdicts(default)
    assert failing == {verdict for verdict, element in _ELEMENT.items() if element in ("failure", "error")}
    assert failing == {verdict for verdict, level in LEVELS.items() if level in ("error", "warning")}


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [
        ("broken", 0), ("restricted", 1), ("broken,restricted", 1), ("none", 0), ("broken, not-checked", 0),
        ("restricted-status", 1), ("dns,restricted-status", 1), ("dns", 0), ("success", 0),
    ],
)  # fmt: skip
def test_what_fails_is_chosen_by_verdict_or_rule(command, fail_on, code):
    assert command("check", "https://a.example/403", "--fail-on", fail_on).code == code


def test_every_rule_can_be_failed_on():
    refused = set(re.findall(r'UrlError\(\s*"([a-z-]+)"', Path(urls.__file__).read_text()))
    assert refused | {rule.code for rule in verdicts.RULES} | set(verdicts.BLOCKED_REASONS) <= options.RULES
    assert options.RULES.isdisjoint(Verdict)
    for rule in ("relative", "excluded", "cancelled", "dns", "gone-twice"):
        assert options.verdicts(rule) == {rule}


@pytest.mark.parametrize(
    ("accept", "code"),
    [
        ("404", 0), ("403", 1), ("400..499", 0), ("400..404", 0), ("404..404", 0), ("405..499", 1), ("400..403", 1),
        ("400..=404", 0), ("200..299,404", 0), ("200..299, 400..403 ,500", 1), ("100..999", 0),
    ],
)  # fmt: skip
def test_statuses_and_ranges_of_them_are_accepted(command, accept, code):
    assert command("check", "https://a.example/404", "--accept", accept).code == code


def test_an_accepted_status_is_fine_and_its_verdict_stays(command):
    ran = command("check", "https://a.example/404", "https://a.example/200", "--accept", "404,200", "--format", "json")
    assert ran.code == 0
    assert [(row["verdict"], row.get("accepted")) for row in rows(ran)] == [("broken", True), ("ok", None)]
    assert "Its status is accepted." in command("check", "https://a.example/404", "--accept", "404").out


def test_a_url_is_checked_itself_and_a_page_has_its_links_checked(command):
    command.answer = lambda request: response(
        200, {"content-type": "text/html"}, body=b"<a href=/b>b</a>" if request.url.endswith("/page") else b""
    )
    ran = command("check", "https://a.example/page", "--page", "https://b.example/page", "--format", "json")
    assert [(row["url"], row["source"]) for row in rows(ran)] == [
        ("https://a.example/page", None),
        ("https://b.example/b", "https://b.example/page"),
    ]


def test_a_sitemap_is_read_as_one(command):
    body = b"https://a.example/1\nhttps://a.example/2\n"
    command.answer = lambda request: response(200, {"content-type": "text/plain"}, body=body)
    ran = command("check", "--sitemap", "https://a.example/s.txt", "--format", "json")
    assert [row["found"] for row in rows(ran)] == ["loc", "loc"]


def test_standard_input(command):
    ran = command("check", "-", "--format", "json", stdin="é <https://a.example/é>\n# h".encode())
    (row,) = rows(ran)
    assert (row["url"], row["source"], row["line"]) == ("https://a.example/é", None, 1)


def test_a_folder_is_read_but_for_what_is_hidden_or_vendored(command):
    for name in ("a.md", "b/c.html", ".git/d.md", "node_modules/e.md", "b/.f.md", "g.py", "h.txt"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(f"<a href='https://a.example/{Path(name).stem}'>x</a>")
    Path("h.txt").write_text("word\nhttps://a.example/h\n")
    Path("broken.xml").write_text("<project>")
    Path("drawing.svg").write_text("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>")
    Path("empty.md").write_text("")
    ran = command("check", ".", "--format", "json", "--verbose")
    assert [row["source"] for row in rows(ran)] == ["a.md", "h.txt", "b/c.html"]
    assert ran.code == 0
    assert all(f"{name}: " in ran.err for name in ("broken.xml", "drawing.svg", "empty.md"))
    assert "broken.xml: " not in command("check", ".").err
    assert command("check", "broken.xml", "a.md").code == 2


def test_kinds_that_are_not_read_are_counted_in_the_last_line(command):
    for name in ("a.md", "b/c.py", "b/d.py", "e.png", "f.js", "g.C", "LICENSE", ".h.py", "node_modules/i.py"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text("<https://a.example/>")
    ran = command("check", ".")
    said = "6 files were skipped: .py, files without an extension, .png and 2 other kinds are not read."
    assert (ran.code, ran.out) == (0, f"1 link: 1 ok. {said}\n")
    assert command("check", ".", "--format", "json").err == ran.out
    assert command("check", ".", "--quiet").out == ""
    assert command("check", "a.md").out == "1 link: 1 ok.\n"


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ({"foo": 3}, "3 files were skipped: .foo is not read."),
        ({"foo": 1}, "1 file was skipped: .foo is not read."),
        ({"": 1}, "1 file was skipped: files without an extension are not read."),
        ({"foo": 2, "": 1}, "3 files were skipped: .foo and files without an extension are not read."),
        ({"a": 1_000, "b": 9, "c": 8, "d": 1}, "1,018 files were skipped: .a, .b, .c and 1 other kind are not read."),
        ({"x" * 200: 1}, "1 file was skipped: .xxxxxxxxxxxx is not read."),
    ],
)
def test_a_sentence_counts_what_was_skipped(kinds, said):
    assert skipped_files(Counter(kinds)) == said


def test_a_folder_of_which_nothing_can_be_read_is_2(command):
    """A run that looked at nothing must not look like a run that found nothing."""
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
        2, "Error: Nothing in b could be read. It has no files, or only hidden or vendored ones.\n",
    )  # fmt: skip
    Path("c.md").write_text("<https://a.example/>")
    ran = command("check", "a", "c.md")
    assert (ran.code, ran.out) == (2, "1 link: 1 ok.\n")
    assert command("check", "b*").err == "Error: Nothing matches b*, but for folders.\n"


def test_a_file_that_has_no_links_is_fine(command):
    Path("a").mkdir()
    Path("a/a.md").write_text("No link.")
    ran = command("check", "a")
    assert (ran.code, ran.out) == (0, "No links.\n")
    Path("a/a.md").write_text("")
    assert command("check", "a").code == 0


@pytest.mark.parametrize("content", [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04..."])
def test_a_file_of_a_kind_that_cannot_be_read_is_2(command, content):
    Path("a.bin").write_bytes(content)
    ran = command("check", "a.bin")
    assert (ran.code, ran.out, ran.err[:14]) == (2, "", "Error: a.bin: ")


def test_a_folder_or_part_of_it_that_cannot_be_looked_into_is_2(command, monkeypatch):
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


def test_what_is_no_file_is_skipped_in_a_folder(command):
    """Reading a pipe that nobody writes to would never end."""
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


def test_folders_may_be_nested_deeply(command):
    folders = [Path("a")]
    for _ in range(1_100):
        folders.append(folders[-1] / "b")
    for folder in folders:
        folder.mkdir()
    file = folders[-1] / "c.md"
    file.write_text("<https://a.example/>")
    assert command("check", "a").out == "1 link: 1 ok.\n"
    file.unlink()
    for folder in reversed(folders):  # pytest's own removal is recursive
        folder.rmdir()


def test_packed_files_of_a_folder_are_read(command):
    Path("a").mkdir()
    sitemap = "<urlset><url><loc>https://a.example/x</loc></url></urlset>"
    Path("a/sitemap.xml.gz").write_bytes(gzip.compress(sitemap.encode()))
    Path("a/b.txt.gz").write_bytes(gzip.compress(b"word\nhttps://a.example/y\n"))
    Path("a/c.foo.gz").write_bytes(gzip.compress(b"https://a.example/3"))
    ran = command("check", "a", "--format", "json")
    assert [row["url"] for row in rows(ran)] == ["https://a.example/y", "https://a.example/x"]
    assert ran.err == "2 links: 2 ok. 1 file was skipped: .foo is not read.\n"


def test_a_glob_names_files_each_once(command):
    Path("b").mkdir()
    for name in ("a.md", "b/c.md"):
        Path(name).write_text("<https://a.example/>")
    ran = command("check", "**/*.md", "a.md", str(Path("a.md").resolve()), "--format", "json")
    assert [row["source"] for row in rows(ran)] == ["a.md", "b/c.md"]
    ran = command("check", str(Path("a.md").resolve()), "--format", "json")
    assert [row["source"] for row in rows(ran)] == ["a.md"]
    ran = command("check", "*.rst")
    assert (ran.code, ran.out, ran.err) == (2, "", "Error: Nothing matches *.rst.\n")


def test_a_source_that_cannot_be_read_is_2_and_the_rest_is_checked(command):
    Path("a.md").write_text("<https://a.example/404>")
    Path("b.md").write_bytes(b"%PDF-1.7 ...")
    ran = command("check", "a.md", "b.md", "c.md", "example.com/x", "--page", "https://a.example/404")
    assert ran.code == 2
    assert "https://a.example/404\n" in ran.out
    assert [line.partition(" ")[0] for line in ran.err.splitlines()] == ["Error:"] * 4
    assert "Error: b.md: " in ran.err and "a PDF file" in ran.err
    assert "There is no file or folder c.md.\n" in ran.err
    assert "There is no file or folder example.com/x. Did you mean https://example.com/x?" in ran.err
    assert "its server answered 404" in ran.err


def test_a_file_that_may_not_be_read_is_2(command, monkeypatch):
    Path("a.md").write_text("x")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert command("check", "a.md").err == "Error: a.md cannot be read: Permission denied.\n"


def test_relative_links_have_the_address_that_the_base_gives_them(command):
    Path("a.md").write_text("[x](b.md) [y](//c.example/d) [z](mailto:a@b.c)")
    ran = command("check", "a.md", "--base", "https://a.example/docs/", "--format", "json")
    assert [row["url"] for row in rows(ran)][:2] == ["https://a.example/docs/b.md", "https://c.example/d"]


def test_what_is_wrong_in_a_list_of_urls_is_not_called_relative(command):
    Path("urls.txt").write_text("https://a.example/\nnonsense\n")
    (_, row) = rows(command("check", "urls.txt", "--format", "json"))
    assert row["rule"] == "invalid-url"


def test_files_below_the_root_have_addresses_below_the_base(command):
    Path("site/x y").mkdir(parents=True)
    Path("site/x y/a.md").write_text("[b](b.html) [c](/c) [d](../d)")
    Path("e.md").write_text("[b](b.html)")
    ran = command("check", "site", "--root", "site", "--base", "https://a.example/docs", "--format", "json")
    assert [row["url"] for row in rows(ran)] == [
        "https://a.example/docs/x%20y/b.html", "https://a.example/c", "https://a.example/docs/d",
    ]  # fmt: skip
    ran = command("check", "e.md", "--root", "site", "--base", "https://a.example/docs")
    assert ran.code == 2 and "e.md is not inside site" in ran.err


def test_links_are_left_out_by_their_urls(command):
    urls = ["https://a.example/1", "https://a.example/2", "https://b.example/1"]
    given = ["--include", "a[.]example", "--include", "never", "--exclude", "2$", "--format", "json"]
    command.answer = lambda request: response(200)
    assert [row["rule"] for row in rows(command("check", *urls, *given))] == ["success", "excluded", "excluded"]
    assert command.urls == ["https://a.example/1"]
    ran = command("check", *urls, "--exclude", "a[.]ex")
    assert ran.out == "3 links: 2 not-checked (2 excluded), 1 ok.\n"


def test_the_policy_and_the_network_are_the_options(command):
    command.answer = lambda request: response(503)
    given = [
        "--method",
        "get",
        "--header",
        "Accept-Language: de ",
        "--header",
        "X-A:b:c",
        "--user-agent",
        "me",
        "--guard",
    ]
    command("check", "https://a.example/", *FAST, "--retries", "1", "--timeout", "2.5", *given)
    assert [(request.method, request.timeout_s) for request in command.sent[0]] == [("GET", 2.5)] * 2
    (asked,) = command.asked
    assert asked.headers == (("Accept-Language", "de"), ("X-A", "b:c"))
    assert (asked.user_agent, asked.guard) == ("me", True)


def test_get_first_can_find_a_link_broken_too(command):
    assert command("check", "https://a.example/404", "--method", "get").code == 1
    assert {request.method for request in command.sent[0]} == {"GET"}


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_written_to_output_and_to_a_file(command, format):
    ran = command("check", "https://a.example/é\x1b[31m", "https://a.example/404", "--format", format)
    assert "https://a.example/404" in ran.out
    assert (ran.code, ran.err) == (1, "2 links: 1 broken, 1 ok.\n")
    ran = command("check", "https://a.example/404", "--format", format, "--output", "out")
    assert (ran.code, ran.out, ran.err) == (1, "", "1 link: 1 broken.\n")
    assert b"https://a.example/404" in Path("out").read_bytes()


def test_a_table_in_a_file_is_plain(command, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    command("check", "https://a.example/404", "--output", "out.txt")
    assert Path("out.txt").read_text().startswith("broken               404  https://a.example/404\n")


def test_results_come_in_the_order_of_the_links_and_lines_as_they_are_known(command):
    command.answer = lambda request: response(200, delay_s=0.05 if request.url.endswith("slow") else 0)
    urls = ["https://a.example/slow", "https://b.example/quick"]
    assert [row["url"] for row in rows(command("check", *urls, "--format", "json"))] == urls
    lines = command("check", *urls, "--format", "ndjson").out.splitlines()
    assert [json.loads(line)["url"] for line in lines] == urls[::-1]


def test_quiet_says_nothing_but_results_and_errors(command):
    Path("a.md").write_text("[x](y) <https://a.example/404>")
    ran = command("check", "a.md", "nothing", "--quiet")
    assert ran.err == "Error: There is no file or folder nothing.\n"
    assert ran.out.endswith("a.md:1:9\n")


def test_verbose_lists_every_link_with_every_place(command):
    Path("a.md").write_text("<https://a.example/404>\n" * 9 + "<mailto:a@b.c>")
    ran = command("check", "a.md")
    assert "and 4 more places" in ran.out and "mailto" not in ran.out
    ran = command("check", "a.md", "--verbose")
    assert ran.out.count("a.md:") == 10 and "mailto:a@b.c" in ran.out


def test_nothing_from_outside_drives_the_terminal(command):
    Path("a.md").write_bytes("<https://a.example/\x1b]0;x\x07\u202e😀[red]é/404>".encode() + b" [x](<\x9b31m>)")
    ran = command("check", "a.md", "--verbose", "https://a.example/\x1b[31m[red]/404", "no\x1b[31mfile")
    for text in (ran.out, ran.err):
        assert not set(text) & set("\x1b\x07\x9b\u202e\r")
    assert "[red]" in ran.out and "no\ufffd[31mfile" in ran.err


def test_failures_of_the_network_have_their_reason(command):
    command.answer = lambda request: failure(Outcome.TIMEOUT)
    ran = command("check", "https://a.example/", *FAST, "--fail-on", "timeout", "--format", "json")
    assert (rows(ran)[0]["verdict"], ran.code) == ("timeout", 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Give at least one SOURCE, --page or --sitemap."),
        (["x", "--page", "nonsense"], "--page"),
        (["x", "--base", "ftp://a.example"], "--base"),
        (["x", "--exclude", "("], "'(' is no regular expression"),
        (["x", "--accept", "4x3"], "'4x3' is no HTTP status, such as 403, and no range, such as 200..299."),
        (["x", "--accept", "403,"], "'' is no HTTP status"),
        (["x", "--accept", "200..99"], "'200..99' is no HTTP status"),
        (["x", "--accept", "200...299"], "'200...299' is no HTTP status"),
        (["x", "--accept", "299..200"], "'299..200' ends before it begins."),
        (["x", "--fail-on", "bad"], "'bad' is no verdict and no rule; the verdicts are "),
        (["x", "--fail-on", "none,broken"], "'none' is no verdict and no rule"),
        (["x", "--header", "no colon"], "is no header; one looks like"),
        (["x", "--header", "A: b\r\nC: d"], "is no header; one looks like"),
        (["x", "--max-cache-age", "soon"], "is no duration"),
        (["x", "--format", "xlsx"], "--format"),
        (["x", "--total", "0"], "--total"),
        (["x", "--timeout", "nan"], "policy.timeout_s takes a number from 0.01 to 600, not nan."),
        (["x", "-q", "-v"], "Choose one of --quiet and --verbose."),
        (["x", "--output", "no/such/folder"], "cannot be written: No such file or directory."),
        (["x", "--cache", "no/such/folder"], "The cache no/such/folder cannot be used"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_wrong_usage_is_2_and_a_sentence(command, arguments, said):
    ran = command("check", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err and "Traceback" not in ran.err


def test_a_bug_is_told_in_a_sentence_too(command):
    def answer(request):
        raise KeyError("x")

    command.answer = answer
    ran = command("check", "https://a.example/")
    assert (ran.code, ran.err) == (2, "Error: a fault in json-head itself: KeyError: 'x'\n")


def test_every_verdict_can_be_failed_on(command):
    assert command("check", "https://a.example/", "--fail-on", ",".join(Verdict)).code == 1


def test_accepted_statuses_add_up(command):
    urls = ("https://a.example/410", "https://a.example/404")
    assert command("check", *urls, "--accept", "410", "--accept", "404,402").code == 0


def test_an_empty_source_is_refused(command):
    ran = command("check", "")
    assert ran.code == 2
    assert "A SOURCE is empty" in ran.err


def test_a_user_agent_with_a_line_break_is_refused(command):
    ran = command("check", "--user-agent", "a\nb", "https://a.example/200")
    assert ran.code == 2
    assert "fault in json-head" not in ran.err
