"""The examples, tables and limits in README.md and docs/ agree with the code."""

import ast
import doctest
import json
import os
import re
from dataclasses import fields
from pathlib import Path

import json_head
import pytest
from json_head import Policy, Verdict, head, verdicts, wording
from json_head.crawl.frontier import MAX_TARGETS
from json_head.crawl.robots import MAX_BYTES as MAX_ROBOTS
from json_head.crawl.rules import LEFT_OUT
from json_head.crawl.scope import MAX_PAGES
from json_head.extract import resolve, source
from json_head.extract.data import notebook
from json_head.extract.html import tokens as html_tokens
from json_head.extract.markdown import steps as markdown_steps
from json_head.extract.mime import links as mime
from json_head.extract.mime import parts as mime_parts
from json_head.gather import archive
from json_head.gather import files as gather_files
from json_head.gather import links as gather
from json_head.local.folders import FOLDER_GONE
from json_head.pyodide import crawling
from json_head.transports.fake import FakeTransport, response
from json_head.transports.sockets import http1, pages
from json_head.urls import target as urls

from tests.unit.crawl import example

ROOT = Path(__file__).parents[2]
HIGHEST = {limit.name: limit.metadata["high"] for limit in fields(Policy)}
#: The text of README.md, CONTRIBUTING.md, etc., and of the pages of docs/, by path.
PAGES = {path.relative_to(ROOT).as_posix(): path.read_text() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))}


def blocks(page, language):
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", PAGES[page], re.MULTILINE | re.DOTALL)
    return [text for name, text in fenced if name == language]


async def test_the_documented_json_is_the_output_of_head():
    (documented,) = map(json.loads, blocks("docs/javascript.md", "json"))
    first = documented[0]

    def answer(request):
        return response(404, first["headers"])

    results = await head([item["url"] for item in documented], transport=FakeTransport(answer))
    results = [result.to_json() for result in results]
    for item in documented + results:
        for part in (item, *item["attempts"]):
            part["elapsed_ms"] = 0
        item["checked_at"] = item["checked_at"] and "then"
    assert results == documented
    assert [list(item) for item in results] == [list(item) for item in documented]


def test_the_extraction_example_has_the_documented_output():
    (block,) = blocks("docs/python.md", "pycon")
    test = doctest.DocTestParser().get_doctest(block, {}, "python", "docs/python.md", 0)
    out = []
    failed, attempted = doctest.DocTestRunner().run(test, out=out.append)
    assert attempted and not failed, "".join(out)


async def test_the_example_of_a_crawl_has_the_documented_output(monkeypatch, tmp_path, capsys):
    (code,) = [block for block in blocks("docs/python.md", "python") if "Crawl" in block]
    (printed,) = blocks("docs/python.md", "")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("json_head.transports.default_transport", lambda: FakeTransport(example.answer))
    await eval(compile(code, "docs/python.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), {})
    assert capsys.readouterr().out.rstrip() == printed.rstrip()


def test_the_table_lists_every_verdict_and_every_reason_not_to_check():
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", PAGES["docs/verdicts.md"], re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(Verdict)
    labels = {name: rest.partition(" | ")[0] for name, rest in rows}
    assert labels == {verdict: each.label for verdict, each in wording.WORDING.items()}
    reasons = set(re.findall(r"`([a-z-]+)`", dict(rows)["not-checked"]))
    source = Path(urls.__file__).read_text()
    refused = set(re.findall(r'UrlError\(\s*"([a-z-]+)"', source))
    assert reasons == refused | set(verdicts.BLOCKED_REASONS) | {
        "cancelled",
        verdicts.HOST_SILENT,
        verdicts.IGNORED,
        verdicts.RELATIVE,
        FOLDER_GONE,
        *(LEFT_OUT - {"too-many-targets"}),  # those have no results
    }
    for status in verdicts.RESTRICTED:
        assert str(status) in dict(rows)["restricted"]


def test_documented_limits_of_a_check_match_the_policy():
    assert f"at most {Policy().per_host} to a host and {Policy().total} in all" in PAGES["docs/checking-a-page.md"]


def patience():
    (documented,) = re.findall(
        r"^const PATIENCE = (\d+);", (ROOT / "web/worker/fetch-batch.js").read_text(), re.MULTILINE
    )
    return int(documented)


def most_kept():
    (most,) = re.findall(r"^const \[MOST, .*\] = \[(\w+),", (ROOT / "web/worker/opfs.js").read_text(), re.MULTILINE)
    return int(float(most))


def test_the_table_of_limits_matches_the_code():
    documented = {
        what: int(most.replace(",", ""))
        for what, most in re.findall(r"^\| ([^|]+) \| ([0-9,]+) \| ", PAGES["docs/limits.md"], re.MULTILINE)
    }
    assert documented == {
        "links of a check": gather.MAX_LINKS,
        "different URLs of a crawl, without their fragments": MAX_TARGETS,
        "pages that a crawl reads, unless `--max-pages` says otherwise": MAX_PAGES,
        "pages of a whole site that the page reads, unless “Options” say otherwise": crawling.MAX_PAGES,
        "a robots.txt file, in bytes": MAX_ROBOTS,
        "their URLs and texts, in characters": gather.MAX_CHARACTERS,
        "processor time for reading a page outside a browser, in milliseconds for each megabyte received": (
            gather.READING_S * 1000
        ),
        "a page, file or text, in bytes, unpacked": source.MAX_BYTES,
        "files of a folder, or of several, on the page": gather_files.MAX_FILES,
        "bytes of these files": gather_files.MAX_TOTAL,
        "a ZIP archive on the page, in bytes": gather_files.MAX_TOTAL,
        "a history that is opened on the page, in bytes": gather_files.MAX_TOTAL,
        "room for past checks in the page, in bytes": most_kept(),
        "entries of a ZIP archive": archive.MAX_ENTRIES,
        "a file in a ZIP archive of more than 1 MB, in multiples of its packed size": archive.MAX_RATIO,
        "Markdown, reStructuredText or AsciiDoc, in characters": source.MAX_MARKDOWN,
        "Markdown, reStructuredText or AsciiDoc, in lines": source.MAX_MARKDOWN_LINES,
        "Markdown, in lines, each counted for every list and block quote that it is in": markdown_steps.MAX_NESTED_LINES,
        "a block of Markdown that is no list, table, code or HTML, in such lines": markdown_steps.MAX_BLOCK_LINES,
        "a URL, in characters": urls.MAX_LENGTH,
        "a base for relative links, in characters": resolve.MAX_BASE,
        "sitemaps that a sitemap index leads to": gather.MAX_SITEMAPS,
        "parts of a mail or MHTML file": mime_parts.MAX_PARTS,
        "messages and multiparts nested in each other": mime_parts.MAX_DEPTH,
        "an element of a feed, a tag or text of XML, or a style sheet or JSON-LD in a page, in characters": source.MAX_CONTENT,
        "an attribute of HTML, in characters": html_tokens.MAX_VALUE,
        "a cell of a notebook, in characters": notebook.MAX_CELL,
        "a text within a mail or MHTML file, in characters as it is encoded": mime.MAX_PART,
        "redirects of a link": 20,  # Fetch standard, HTTP-redirect fetch
        "a response's header block, interim ones included, outside a browser, in bytes": http1.MAX_HEADERS_SIZE,
        "a header field of a page that is read, or of what comes through a proxy, outside a browser, in bytes": pages.MAX_FIELD_SIZE,
        "lines of a header block": http1.MAX_LINES,
        "interim responses (1xx)": http1.MAX_INTERIM,
        "requests at once": HIGHEST["total"],
        "requests at once to a host": HIGHEST["per_host"],
        "a wait for a slot that other tabs hold, in multiples of the request's time limit": patience(),
        "time for a request, in seconds": HIGHEST["timeout_s"],
        "retries": HIGHEST["retries"],
        "a Retry-After that is honoured, in seconds": HIGHEST["retry_after_cap_s"],
    }
    (in_the_page,) = re.findall(r"MAX_BYTES = ([0-9_]+);", (ROOT / "web/client/limits.js").read_text())
    assert int(in_the_page) == source.MAX_BYTES


def test_the_layout_matches_the_folders():
    (layout,) = [block for block in blocks("docs/architecture.md", "") if "py/json_head/" in block]
    folder = ROOT
    for line in layout.splitlines():
        if not (match := re.match(r"( *)(\S+)  ", line)) or len(match[1]) > 2:
            continue
        path = (folder if match[1] else ROOT) / match[2]
        assert path.exists(), line
        if not match[1]:
            folder = path
    package = [p for p in (ROOT / "py/json_head").iterdir() if not p.name.startswith(("_", "."))]
    modules = {p.name for p in package if p.suffix == ".py"}
    assert modules <= set(re.findall(r"\b\w+\.py\b", layout))
    packages = {p.name for p in package if p.is_dir()}
    assert packages <= set(re.findall(r"^  (\w+)/ ", layout, re.MULTILINE))
    tests = {p.name for p in (ROOT / "tests").iterdir() if p.is_dir() and not p.name.startswith((".", "__"))}
    assert tests <= set(re.findall(r"(\w+)/ \(", layout))


@pytest.mark.parametrize(
    "path",
    sorted({m.lstrip("$ ") for m in re.findall(r"(?:^\$ |`)\./[\w./-]+", "\n".join(PAGES.values()), re.MULTILINE)}),
)
def test_every_documented_command_exists(path):
    assert os.access(ROOT / path.strip("`"), os.X_OK)


def test_the_documented_name_of_the_wheel_is_right():
    assert f"/json_head-{json_head.__version__}-py3-none-any.whl" in PAGES["docs/python.md"]


@pytest.mark.parametrize("page", PAGES)
def test_every_linked_file_exists(page):
    prose = re.sub(r"^```.*?^```$", "", PAGES[page], flags=re.MULTILINE | re.DOTALL)
    for path in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", prose):
        assert (ROOT / page).parent.joinpath(path).exists(), path


def test_the_readme_has_at_most_600_words():
    assert len(PAGES["README.md"].split()) <= 600


def test_the_documents_name_the_version_of_pyodide():
    pyodide = json.loads((ROOT / "scripts/package.json").read_text())["dependencies"]["pyodide"]
    assert f"Pyodide {pyodide}\n" in (ROOT / "NOTICE").read_text()
    assert f"Pyodide {pyodide}" in PAGES["docs/pyodide.md"]


def test_the_page_on_pyodide_names_existing_tests():
    named = re.findall(r"`(tests/[\w./]+)`|`(test_\w+)(?:\[\w+\])?`", PAGES["docs/pyodide.md"])
    sources = "\n".join(path.read_text() for path in (ROOT / "tests/browser").rglob("test_*.py"))
    for path, function in named:
        assert (ROOT / path).exists() if path else f"def {function}(" in sources, path or function


def embed_sources():
    return {path.name: path.read_text() for path in (ROOT / "web/embed").glob("*.js")}


def test_documented_attributes_and_events_of_the_embed_are_those_of_the_code():
    links = embed_sources()["links.js"]
    read = set(re.findall(r'this\.(?:get|has)Attribute\("([a-z-]+)"\)|#number\("([a-z-]+)"', links))
    table = PAGES["docs/embedding.md"].partition("`<json-head-links>`?")[2].partition("| event |")[0]
    documented = set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE))
    assert documented == {name for pair in read for name in pair if name} | {"lang"}
    sent = set(re.findall(r'emit\(.*?"([a-z]+)"', "".join(embed_sources().values())))
    assert set(re.findall(r"^\| `json-head-([a-z]+)` \|", PAGES["docs/embedding.md"], re.MULTILINE)) == sent


def test_documented_parts_and_properties_of_the_checker_are_those_of_the_code():
    sources = embed_sources()
    checker = sources["checker.js"] + sources["checker-view.js"]
    sentence = PAGES["docs/embedding.md"].partition("Style it by its parts: ")[2].partition("## ")[0]
    parts, _, properties = sentence.partition("and by the")
    assert set(re.findall("`([a-z]+)`", parts)) == set(re.findall(r'part: ["`]([a-z]+)', checker))
    assert set(re.findall("`(--[a-z-]+)`", properties)) == set(re.findall(r"var\((--[a-z-]+)", checker))
