"""What README.md says is what runs."""

import doctest
import json
import os
import re
from pathlib import Path

import json_head
import pytest
from json_head import Policy, Verdict, head, urls, verdicts
from json_head.transports.fake import FakeTransport, response

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def blocks(language):
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [text for name, text in fenced if name == language]


async def test_the_json_is_what_head_gives():
    (said,) = map(json.loads, blocks("json"))
    first = said[0]

    def answer(request):
        return response(404, first["headers"])

    given = await head([item["url"] for item in said], transport=FakeTransport(answer))
    given = [result.to_json() for result in given]
    for item in said + given:
        for part in (item, *item["attempts"]):
            part["elapsed_ms"] = 0
        item["checked_at"] = item["checked_at"] and "then"
    assert given == said
    assert [list(item) for item in given] == [list(item) for item in said]


def test_the_extraction_prints_what_it_says():
    (block,) = blocks("pycon")
    test = doctest.DocTestParser().get_doctest(block, {}, "README", "README.md", 0)
    out = []
    failed, attempted = doctest.DocTestRunner().run(test, out=out.append)
    assert attempted and not failed, "".join(out)


def test_the_table_names_every_verdict_and_every_reason_not_to_check():
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", README, re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(Verdict)
    reasons = set(re.findall(r"`([a-z-]+)`", dict(rows)["not-checked"]))
    source = Path(urls.__file__).read_text()
    refused = set(re.findall(r'Refused\(\s*"([a-z-]+)"', source))
    assert reasons == refused | set(verdicts.BLOCKED_REASONS) | {"cancelled"}
    for status in verdicts.RESTRICTED:
        assert str(status) in dict(rows)["restricted"]


def test_the_limits_are_the_policys():
    assert f"at most {Policy().per_host} to a host and {Policy().total} in all" in README


def test_the_layout_is_what_is_there():
    (layout,) = [block for block in blocks("") if "py/json_head/" in block]
    inside = ROOT
    for line in layout.splitlines():
        if not (match := re.match(r"( *)(\S+)  ", line)) or len(match[1]) > 2:
            continue
        inside = ROOT if not match[1] else ROOT / "py/json_head"
        assert (inside / match[2]).exists(), line
    modules = {p.name for p in (ROOT / "py/json_head").glob("*.py")} - {"__init__.py"}
    assert modules <= set(re.findall(r"\b\w+\.py\b", layout))
    tests = {p.name for p in (ROOT / "tests").iterdir() if p.is_dir() and not p.name.startswith((".", "__"))}
    assert tests <= set(re.findall(r"(\w+)/ \(", layout))


@pytest.mark.parametrize(
    "path", sorted({m.lstrip("$ ") for m in re.findall(r"(?:^\$ |`)\./[\w./-]+", README, re.MULTILINE)})
)
def test_every_command_is_there(path):
    assert os.access(ROOT / path.strip("`"), os.X_OK)


def test_the_wheel_has_the_name_that_is_said():
    assert f"/json_head-{json_head.__version__}-py3-none-any.whl" in README


def test_every_file_that_is_linked_is_there():
    prose = re.sub(r"^```.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL)
    for path in re.findall(r"\]\((?!https?:)([^)#]+)\)", prose):
        assert (ROOT / path).exists(), path
