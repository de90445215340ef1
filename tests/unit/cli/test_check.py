"""The output of json-head check, and the options for its requests."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from json_head.export import FORMATS
from json_head.model import Observation, Outcome
from json_head.transports.fake import Answer, response


def test_the_table_lists_the_worst_verdicts_first_with_their_places(command):
    Path("a.md").write_text("[x](https://a.example/ok) [y](https://a.example/403)\n[z](https://a.example/404)\n")
    Path("b.md").write_text("<https://a.example/404>")
    ran = command("check", "a.md", "b.md")
    assert ran.out == (
        "broken               404  https://a.example/404\n"
        "                          The server said twice that nothing is there (404).\n"
        "                          a.md:2:5\n"
        "                          b.md:1:2\n"
        "restricted           403  https://a.example/403\n"
        "                          The server lets in only some visitors, for example after a sign-in (403).\n"
        "                          a.md:1:31\n"
        "4 links: 2 broken, 1 restricted, 1 ok.\n"
    )
    assert (ran.code, ran.err) == (1, "")


@pytest.mark.parametrize(
    ("schemes", "checked"),
    [
        (["https"], ["https://a.example/one"]), (["HTTPS:", "file"], ["https://a.example/one", "b.md"]),
        (["http", "https"], ["HTTP://a.example/two", "https://a.example/one"]), (["mailto"], []),
    ],
)  # fmt: skip
def test_only_links_with_wanted_schemes_are_checked(command, schemes, checked):
    Path("a.md").write_text(
        "<https://a.example/one> <HTTP://a.example/two> [b](b.md) <mailto:me@a.example> [c]( {{c}} )"
    )
    Path("b.md").touch()
    options = [part for scheme in schemes for part in ("--scheme", scheme)]
    rows = command("check", "a.md", *options, "--format", "json").rows
    assert sorted(row["url"] for row in rows if row["verdict"] == "ok") == sorted(checked)
    rules = {row["url"]: row["rule"] for row in rows if row["verdict"] != "ok"}
    assert rules.pop("mailto:me@a.example") == ("scheme" if "mailto" in schemes else "excluded")
    assert rules.pop("{{c}}") == "placeholder"  # it is not known which scheme it will have
    assert set(rules.values()) == {"excluded"}


def test_scheme_is_refused_that_none_can_be(command):
    ran = command("check", "https://a.example/", "--scheme", "https://")
    assert (ran.code, "'https://' is not a scheme, such as https." in ran.err) == (2, True)


def test_links_are_included_and_excluded_by_patterns(command):
    urls = ["https://a.example/one", "https://a.example/2", "https://b.example/1"]
    given = ["--include", "a[.]example", "--include", "never", "--exclude", "2$", "--format", "json"]
    command.answer = lambda request: response(200)
    assert [row["rule"] for row in command("check", *urls, *given).rows] == ["success", "excluded", "excluded"]
    assert command.urls == ["https://a.example/one"]
    ran = command("check", *urls, "--exclude", "a[.]ex")
    assert ran.out == "3 links: 2 not-checked (2 excluded), 1 ok.\n"


def test_options_set_the_policy_and_the_headers(command):
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
    command(
        "check",
        "https://a.example/",
        "--backoff",
        "0",
        "--retry-after-cap",
        "0",
        "--retries",
        "1",
        "--timeout",
        "2.5",
        *given,
    )
    assert [(request.method, request.timeout_s) for request in command.sent[0]] == [("GET", 2.5)] * 2
    (options,) = command.options
    assert options.headers.by_host == {"a.example": {"Accept-Language": "de", "X-A": "b:c"}}
    assert (options.user_agent, options.guard) == ("me", True)


def test_a_link_is_broken_after_two_gets_with_method_get(command):
    assert command("check", "https://a.example/404", "--method", "get").code == 1
    assert {request.method for request in command.sent[0]} == {"GET"}


def test_redirects_are_written_as_old_and_new_addresses(command):
    final = Observation(Outcome.RESPONSE, status=200, headers={}, url="https://a.example/x", redirected=True)
    command.answer = lambda request: Answer(final)
    ran = command("check", "http://a.example/x", "https://a.example/x", "--format", "redirects")
    assert ran.code == 0
    assert ran.out == "old,new,kind,safe,used_on,pages\r\nhttp://a.example/x,https://a.example/x,https,True,,1\r\n"


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "redirects"])
def test_every_format_is_written_to_stdout_and_to_a_file(command, format):
    ran = command("check", "https://a.example/é\x1b[31m", "https://a.example/404", "--format", format)
    assert "https://a.example/404" in ran.out
    assert (ran.code, ran.err) == (1, "2 links: 1 broken, 1 ok.\n")
    ran = command("check", "https://a.example/404", "--format", format, "--output", "out")
    assert (ran.code, ran.out, ran.err) == (1, "", "1 link: 1 broken.\n")
    assert b"https://a.example/404" in Path("out").read_bytes()


def test_a_table_in_a_file_has_no_colours(command, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    command("check", "https://a.example/404", "--output", "out.txt")
    assert Path("out.txt").read_text().startswith("broken               404  https://a.example/404\n")


def test_json_is_in_the_order_of_the_links_and_ndjson_in_the_order_of_completion(command):
    command.answer = lambda request: response(200, delay_s=0.05 if request.url.endswith("slow") else 0)
    urls = ["https://a.example/slow", "https://b.example/quick"]
    assert [row["url"] for row in command("check", *urls, "--format", "json").rows] == urls
    lines = command("check", *urls, "--format", "ndjson").out.splitlines()
    assert [json.loads(line)["url"] for line in lines] == urls[::-1]


def test_quiet_prints_only_results_and_errors(command):
    Path("a.md").write_text("[x](y) <https://a.example/404>")
    ran = command("check", "a.md", "nothing", "--quiet")
    assert ran.err == "Error: There is no file or folder nothing.\n"
    assert ran.out.endswith("a.md:1:9\n")


def test_the_goal_of_a_redirect_that_does_not_work_is_told(command):
    def answer(request):
        gone = response(404)
        return replace(gone, observation=gone.observation._replace(url="https://a.example/new", redirected=True))

    command.answer = answer
    out = command("check", "https://a.example/old").out
    assert "(404). It redirects to https://a.example/new.\n" in out


def test_verbose_lists_every_link_with_every_place(command):
    Path("a.md").write_text("<https://a.example/404>\n" * 9 + "<mailto:a@b.c>")
    ran = command("check", "a.md")
    assert "and 4 more places\n" in ran.out and "mailto" not in ran.out
    ran = command("check", "a.md", "--verbose")
    assert ran.out.count("a.md:") == 10 and "mailto:a@b.c" in ran.out


def test_control_characters_are_not_printed(command):
    Path("a.md").write_bytes("<https://a.example/\x1b]0;x\x07\u202e😀[red]é/404>".encode() + b" [x](<\x9b31m>)")
    ran = command("check", "a.md", "--verbose", "https://a.example/\x1b[31m[red]/404", "no\x1b[31mfile")
    for text in (ran.out, ran.err):
        assert not set(text) & set("\x1b\x07\x9b\u202e\r")
    assert "[red]" in ran.out and "no\ufffd[31mfile" in ran.err


def test_a_user_agent_with_a_line_break_is_refused(command):
    ran = command("check", "--user-agent", "a\nb", "https://a.example/200")
    assert ran.code == 2
    assert "internal error in json-head" not in ran.err
