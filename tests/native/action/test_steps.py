"""The steps of action.yml annotate, report and fail as documented. The dependencies are those of the tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.native.action.conftest import Git
from tests.native.action.runner import Runner
from tests.servers.launch import Targets


def changed(repository: Path, name: str, text: str) -> None:
    (repository / name).parent.mkdir(parents=True, exist_ok=True)
    with (repository / name).open("a") as file:
        file.write(text)


def test_findings_are_annotated_summed_up_and_fail_the_last_step(runner: Runner) -> None:
    ran = runner.run()
    assert ran.annotations == {
        ("error", "README.md", "3", "12"), ("error", "docs/a.md", "1", "8"), ("error", "docs/a.md", "1", "51"),
    }  # fmt: skip
    assert ran.code == 1 and ran.steps[-1][1].outcome == "failure"
    assert all(step.outcome != "failure" for _, step in ran.steps[:-1])
    assert ran.outputs["exit-code"] == "1" and (ran.outputs["broken"], ran.outputs["new"]) == ("3", "3")
    assert {row["url"] for row in json.loads(Path(ran.outputs["report"]).read_text())} >= {"gone.md", "docs/a.md"}
    assert "5 links: 2 broken, 1 fragment-missing, 2 ok." in ran.summary.replace("\\", "") and "5 links: " in ran.log
    assert "(https://github.com/a/b/blob/c0ffee/docs/a.md?plain=1#L1)" in ran.summary


def test_nothing_fails_where_all_links_work(runner: Runner) -> None:
    ran = runner.run(sources="docs", exclude="gone\n#nowhere")
    assert (ran.code, ran.outputs["exit-code"], ran.outputs["new"]) == (0, "0", "0")
    assert ran.steps[-1][1].outcome == "skipped" and not ran.annotations


def test_what_could_not_be_read_is_told_apart_from_broken_links(runner: Runner) -> None:
    ran = runner.run(sources="docs no-such-file.md")
    assert (ran.code, ran.outputs["exit-code"], ran.outputs["broken"]) == (2, "2", "2")
    assert any("no-such-file.md" in command.data for command in ran.commands)
    assert "no-such-file.md" in ran.summary


@pytest.mark.parametrize(
    "inputs",
    [
        {"args": "--no-such-option"}, {"args": "'"}, {"sources": '"'}, {"annotations": "yes"}, {"working_directory": "no"},
        {"fail_on": "nonsense"}, {"exclude": "["}, {"baseline": "no.json"}, {"report": "links.txt"}, {"max_cache_age": "1"},
    ],
)  # fmt: skip
def test_wrong_input_is_exit_code_2(runner: Runner, inputs: dict[str, str]) -> None:
    ran = runner.run(**inputs)
    assert (ran.code, ran.outputs["exit-code"], ran.outputs["report"]) == (2, "2", "")
    assert [command.properties for command in ran.commands] == [{"title": "json-head"}]


def test_reports_of_one_run_exist_although_it_fails(runner: Runner, repository: Path, targets: Targets) -> None:
    ran = runner.run(report="links.csv", sarif="links.sarif", sources="README.md")
    assert ran.outputs["report"] == str(repository / "links.csv") and ran.code == 1
    assert (repository / "links.csv").read_text().count("\n") == 3
    assert json.loads((repository / "links.sarif").read_text())["runs"][0]["results"]
    assert targets.seen().counts == {"HEAD plain/status/404": 1, "GET plain/status/404": 1}  # one run


def test_paths_are_relative_to_the_working_directory(runner: Runner, repository: Path) -> None:
    ran = runner.run(working_directory="docs", sources="a.md", report="links.json")
    assert ran.annotations == {("error", "docs/a.md", "1", "8"), ("error", "docs/a.md", "1", "51")}
    assert ran.outputs["report"] == str(repository / "docs/links.json")
    assert (repository / "docs/links.json").exists()


def test_annotations_and_summary_can_be_turned_off(runner: Runner) -> None:
    ran = runner.run(annotations="false", summary="false")
    assert (ran.code, ran.annotations, ran.summary) == (1, set(), "")
    assert runner.run(annotations="false").summary


def test_fail_on_decides_what_is_an_error(runner: Runner) -> None:
    ran = runner.run(fail_on="none")
    assert ran.code == 0 and {level for level, *_ in ran.annotations} == {"warning"} and len(ran.annotations) == 3
    ran = runner.run(accept="404", sources="README.md")
    assert (ran.code, ran.outputs["broken"], ran.outputs["new"]) == (0, "1", "0")


def test_configuration_of_the_repository_replaces_the_defaults(runner: Runner, repository: Path) -> None:
    (repository / "json-head.toml").write_text('sources = ["docs"]\nfail-on = "fragment-missing"\n')
    ran = runner.run()
    assert ran.annotations == {("warning", "docs/a.md", "1", "8"), ("error", "docs/a.md", "1", "51")}
    assert runner.run(fail_on="none").code == 0


def test_baseline_accepts_what_it_has_found(runner: Runner, repository: Path) -> None:
    runner.run(report="known.json")
    changed(repository, "docs/a.md", "\n[new](new.md)\n")
    ran = runner.run(baseline="known.json")
    assert ran.annotations == {("error", "docs/a.md", "3", "7")}
    assert (ran.code, ran.outputs["broken"], ran.outputs["new"]) == (1, "4", "1")


def test_only_lines_that_a_push_has_changed_count(runner: Runner, repository: Path, git: Git) -> None:
    before = git("rev-parse", "HEAD")
    changed(repository, "docs/a.md", "[new](new.md)\n")
    git("commit", "--quiet", "--all", "--message=second")
    runner.contexts = {"github.event.before": before}
    ran = runner.run(changed_only="true")
    assert ran.annotations == {("error", "docs/a.md", "2", "7")} and ran.outputs["new"] == "1"


def test_only_lines_that_a_pull_request_has_changed_count(runner: Runner, repository: Path, git: Git) -> None:
    """GitHub checks out a merge with the base as it is now, which is younger than the one that the event names."""
    old = git("rev-parse", "HEAD")
    git("checkout", "--quiet", "-b", "topic")
    changed(repository, "docs/b.md", "[new](new.md)\n")
    git("add", "--all")
    git("commit", "--quiet", "--message=of the pull request")
    git("checkout", "--quiet", "main")
    changed(repository, "docs/c.md", "[other](other.md)\n")
    git("add", "--all")
    git("commit", "--quiet", "--message=of others")
    git("merge", "--quiet", "--no-edit", "topic")
    runner.contexts = {"github.event.pull_request.base.sha": old}
    runner.environment = {"GITHUB_REF": "refs/pull/7/merge", "GITHUB_SHA": git("rev-parse", "HEAD")}
    assert runner.run(changed_only="true").annotations == {("error", "docs/b.md", "1", "7")}


def test_base_of_a_pull_request_is_fetched_into_a_shallow_clone(
    runner: Runner, repository: Path, git: Git, tmp_path: Path
) -> None:
    before = git("rev-parse", "HEAD")
    changed(repository, "docs/a.md", "[new](new.md)\n")
    git("commit", "--quiet", "--all", "--message=second")
    git("config", "uploadpack.allowAnySHA1InWant", "true")
    git("clone", "--quiet", "--depth=1", repository.as_uri(), str(tmp_path / "shallow"))
    runner.workspace = tmp_path / "shallow"
    runner.contexts = {"github.event.pull_request.base.sha": before}
    assert runner.run(changed_only="true").annotations == {("error", "docs/a.md", "2", "7")}
    runner.contexts = {"github.event.pull_request.base.sha": "1" * 40}
    ran = runner.run(changed_only="true")
    assert ran.code == 2 and "fetch-depth" in ran.log


@pytest.mark.parametrize("before", ["", "0" * 40])
def test_every_line_counts_where_there_is_nothing_to_compare_with(runner: Runner, git: Git, before: str) -> None:
    runner.contexts = {"github.event.before": before}
    ran = runner.run(changed_only="true")
    assert ran.outputs["new"] == "3" and "every line counts" in ran.log


def test_web_link_fails_after_so_many_runs(runner: Runner) -> None:
    first, second = (runner.run(sources="README.md", after="2") for _ in range(2))
    assert (first.code, first.outputs["broken"], first.outputs["new"], first.annotations) == (0, "1", "0", set())
    assert (second.code, second.outputs["new"]) == (1, "1")


def test_cancelled_check_saves_what_it_has(runner: Runner, repository: Path, targets: Targets) -> None:
    changed(repository, "README.md", f"<{targets.plain}/ok/1> <{targets.plain}/head/silent/get/silent>\n")
    runner.is_cancelled = lambda: targets.seen().requests == 4
    ran = runner.run()
    assert ran.code == 130 and ran.outputs["exit-code"] == "130"
    verdicts = {
        row["url"].rpartition("/")[2]: row["verdict"] for row in json.loads(Path(ran.outputs["report"]).read_text())
    }
    assert (verdicts["404"], verdicts["1"], verdicts["silent"]) == ("broken", "ok", "not-checked")
    assert len(ran.annotations) == 3 and any(key.startswith("json-head-links-") for key in runner.caches)


def test_results_are_kept_although_the_check_fails(runner: Runner, repository: Path, targets: Targets) -> None:
    changed(repository, "README.md", f"<{targets.plain}/ok/1>\n")
    assert runner.run().code == 1
    targets.reset()
    runner.contexts = {"github.run_id": "2"}
    runner.temporary = repository.parent / "other"
    ran = runner.run()
    assert ran.code == 1 and "1 from the cache" in ran.log
    assert targets.seen().counts == {"HEAD plain/status/404": 1, "GET plain/status/404": 1}
