"""``--format github``: annotations of the changed files, and the job's summary."""

import re
from pathlib import Path

import pytest
from json_head.cli.printing import github
from json_head.cli.printing.github import shown_in_log
from json_head.export.as_markdown import escaped
from json_head.transports.fake import response

from tests.unit.cli.sources.test_local import write


def row(verdict="broken", url="https://a.example/", source="docs/a.md", line=3, column=5, **others):
    return {
        "verdict": verdict, "rule": "r", "url": url, "source": source, "line": line, "column": column, "reason": "Why.", **others,
    }  # fmt: skip


def is_failing(row):
    return row["verdict"] in ("broken", "fragment-missing") and not (row.get("accepted") or row.get("known"))


def workflow_commands(rows, *arguments):
    return list(github.workflow_commands(rows, is_failing, *arguments))


def summary(rows, counts, **options):
    return github.summary(rows, counts, is_failing, **options)


def test_finding_is_annotated_at_its_place():
    (line,) = workflow_commands([row(status=404)])
    assert line == "::error file=docs/a.md,line=3,col=5,title=Link%3A broken (404)::https://a.example/ Why.\n"


def test_paths_are_relative_to_the_repository(command, monkeypatch, tmp_path):
    write(sub__docs__a_md="[x](gone.md)")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(Path.cwd()))
    monkeypatch.chdir("sub")
    assert "file=sub/docs/a.md,line=1" in command("check", "docs", "--format", "github").out
    assert "file=sub/docs/a.md,line=1" in command("check", "../sub/docs", "--format", "github").out
    monkeypatch.setenv("GITHUB_WORKSPACE", "/nowhere")
    assert "file=docs/a.md,line=1" in command("check", "docs", "--format", "github").out


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("../README.md", "README.md"),
        ("./a.md", "docs/a.md"),
        ("b/../a.md", "docs/a.md"),
        ("link.md", "README.md"),
        ("folder/x.md", "docs/sub/x.md"),
        ("é.md", "docs/é.md"),
        ("a\ufffd.md", "docs/a\ufffd.md"),
        ("100%,b:c.md", "docs/100%25%2Cb%3Ac.md"),
        (r"a\b.md", r"docs/a\b.md"),
    ],
)
def test_path_is_that_of_the_file_in_the_repository(tmp_path, monkeypatch, source, path):
    (tmp_path / "docs/sub").mkdir(parents=True)
    (tmp_path / "docs/link.md").symlink_to("../README.md")
    (tmp_path / "docs/folder").symlink_to("sub")
    monkeypatch.chdir(tmp_path / "docs")
    (line,) = workflow_commands([row(source=source)], (), tmp_path)
    assert line.startswith(f"::error file={path},line=3,col=5,")
    (line,) = workflow_commands([row(source=str(tmp_path / "docs/a.md"))], (), tmp_path)
    assert line.startswith("::error file=docs/a.md,")


@pytest.mark.parametrize(
    "source",
    ["https://a.example/page", "/tmp/outside.md", "../outside.md", "out.md", "standard input", "a\0b", "\ud800"],
)
def test_sources_that_are_no_files_of_the_repository_have_no_path(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("out.md").symlink_to("/etc/hostname")
    (line,) = workflow_commands([row(source=source)])
    assert line.startswith("::error title=") and ":3:5)\n" in line


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [(None, None, ""), (None, 5, ""), (3, None, ",line=3"), (0, 0, ""), ("3", "5", ""), (-1, 2, "")],
)
def test_missing_line_or_column_is_left_out(line, column, expected):
    (command,) = workflow_commands([row(line=line, column=column)])
    assert command.startswith(f"::error file=docs/a.md{expected},title=")


@pytest.mark.parametrize(
    ("verdict", "level"),
    [
        ("broken", "error"), ("fragment-missing", "error"), ("server-error", "warning"), ("timeout", "warning"),
        ("no-answer-seen", "warning"), ("other-status", "warning"), ("restricted", None), ("rate-limited", None),
        ("answered-unreadable", None), ("not-checked", None), ("ok", None), ("unknown", None),
    ],
)  # fmt: skip
def test_only_what_somebody_can_act_on_is_annotated(verdict, level):
    lines = workflow_commands([row(verdict)])
    assert [re.match("::([a-z]+) ", line)[1] for line in lines] == ([level] if level else [])


def test_what_fails_is_an_error_and_other_findings_are_warnings():
    rows = [row("broken"), row("timeout"), row("restricted")]

    def levels(*failing):
        lines = github.workflow_commands(rows, lambda row: row["verdict"] in failing)
        return [line[2:].partition(" ")[0] for line in lines]

    assert levels("broken") == ["error", "warning"]
    assert levels("timeout", "restricted") == ["error", "error", "warning"]
    assert levels() == ["warning", "warning"]


def test_accepted_and_known_findings_are_not_annotated():
    assert workflow_commands([row(accepted=True), row(known=True)]) == []


def test_unreadable_sources_are_errors_before_all_others(command, monkeypatch):
    lines = workflow_commands([row()] * 12, ["a.md cannot be read.", "b\n::error::c"])
    assert lines[0] == "::error title=Links::a.md cannot be read.\n" and lines[1].count("\n") == 1
    assert len(lines) == 10 and lines[-1].startswith("::error title=Links::5 more.")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    ran = command("check", "gone.md", "--format", "github")
    assert ran.code == 2 and ran.out == "::error title=Links::There is no file or folder gone.md.\n"
    assert "There is no file or folder gone.md." in Path("summary.md").read_text()


def test_nothing_that_is_printed_beside_annotations_is_a_command(command):
    ran = command("check", "##[add-mask]x.md", "--format", "github")
    assert "##[" not in ran.err and "## [add-mask]x.md" in ran.err and ran.code == 2
    assert shown_in_log("::a\n##[b]") == "::a\ufffd## [b]"


def test_relative_urls_are_compared_by_what_they_point_to():
    rows = [
        row(url="../gone.md", source="a/x.md"),
        row(url="gone.md", source="a/x.md"),
        row(url="gone.md", source="y.md"),
    ]
    rows += [row(url="#gone", source="a/x.md"), row(url="#gone", source="y.md")]
    text = summary(rows, "5 links.")
    assert [line.count("<br>") for line in text.splitlines() if "gone" in line] == [1, 0, 0, 0]


def test_nine_are_shown_with_one_place_of_each_url_first():
    rows = [row(url="https://a.example/1", line=line) for line in range(1, 21)]
    rows += [row(url=f"https://a.example/{number}") for number in range(2, 9)]
    *lines, count = workflow_commands(rows)
    assert [re.search(r"::(\S+)", line[8:])[1][-1] for line in lines] == [*"12345678", "1"]
    assert count == "::error title=Links::18 more. The job's summary has all of them.\n"
    assert len(lines) == 9


@pytest.mark.parametrize(
    "text",
    [
        "a\n::error::b",
        "a\r::error::b",
        "%0A::error::b",
        "a,b:c",
        "x::y",
        "\u2028::error::z",
        "\x1b[31m",
        "a\n##[error]b",
    ],
)
def test_no_text_can_begin_a_command_of_its_own(text):
    lines = workflow_commands([row(url=text, source=text, reason=text, status=text, line=text, column=text)])
    assert len(lines) == 1 and lines[0].count("\n") == 1 and "\r" not in lines[0]
    properties = lines[0].removeprefix("::error ").partition("::")[0]
    assert all(re.fullmatch(r"(file|line|col|title)=[^:,]*", part) for part in properties.split(","))


def test_summary_has_each_url_once_with_links_to_its_places():
    rows = [row(line=line) for line in range(1, 9)] + [row("ok", url="https://a.example/fine")]
    text = summary(
        rows, "9 links: 8 broken, 1 ok.", workspace=Path.cwd().parent, blob="https://github.com/a/b/blob/sha/"
    )
    assert text.count("https://a.example/") == 2  # the text and the target of one link
    assert f"[docs/a.md:1:5](https://github.com/a/b/blob/sha/{Path.cwd().name}/docs/a.md?plain=1#L1)" in text
    assert "<br>and 3 more" in text and "fine" not in text and text.startswith("### Links\n\n9 links")


def test_summary_stays_below_the_limit():
    rows = [row(url=f"https://a.example/{number}/{'x' * 2000}") for number in range(1000)]
    text = summary(rows, "1,000 links: 1,000 broken.")
    assert 890_000 < len(text.encode()) <= 900_000
    shown, left_out = text.count("\n| broken"), int(re.search(r"(\d+) more are left out", text)[1])
    assert shown + left_out == 1000


def test_long_text_is_cut():
    long = row(url="https://a.example/" + "é" * 500_000, source="b" * 500_000, reason="c" * 500_000)
    text = summary([long, row()], "2 links.")
    assert "https://a.example/" in text and "docs/a.md" in text and "left out" not in text and len(text) < 20_000
    first, second = workflow_commands([long, row()], ["d" * 500_000])[1:]
    assert len(first) < 10_000 and second.startswith("::error file=docs/a.md,")


def test_summary_leaves_room_for_what_the_step_has_written_before(command, monkeypatch):
    write(a_md="".join(f"[x](gone{number}{'x' * 90}.md)\n" for number in range(1000)))
    Path("summary.md").write_text("x" * 850_000)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    command("check", "a.md", "--format", "github")
    assert 890_000 < Path("summary.md").stat().st_size <= 900_000


def test_ten_thousand_findings_fit_into_the_summary():
    rows = [row(url=f"https://a.example/{number}", line=number + 1) for number in range(10_000)]
    assert summary(rows, "10,000 links.").count("\n| broken") == 10_000
    assert workflow_commands(rows)[-1].startswith("::error title=Links::9,991 more.")


@pytest.mark.parametrize(("key", "mark"), [("accepted", "(accepted)"), ("known", "(known)")])
def test_summary_marks_what_does_not_count(key, mark):
    assert escaped(mark) in summary([row(**{key: True}), row(line=9, **{key: True})], "2 links.")
    assert escaped(mark) not in summary([row(**{key: True}), row(line=9)], "2 links.")


def test_markup_in_the_summary_is_text():
    text = summary([row(url="https://a.example/<b>|x", source="a|<i>.md", reason="<script>")], "1 link.")
    assert "<b>" not in text.replace("<br>", "") and "<i>" not in text and "<script>" not in text


def test_summary_is_added_to_the_file_that_github_names(command, monkeypatch):
    write(a_md="[x](gone.md)")
    Path("summary.md").write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    command.answer = lambda request: response(200)
    ran = command("check", "a.md", "--format", "github")
    assert ran.out.startswith("::error file=a.md,line=1,col=5,") and ran.code == 1
    assert Path("summary.md").read_text().startswith("before\n### Links\n\n1 link: 1 broken.\n")
