"""The pages of docs/ on the page quote the words that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INDEX = (ROOT / "index.html").read_text()
#: The words of other programs, and of no program.
OTHERS = {"Download ZIP", "Load Temporary Add-on", "Load unpacked", "fine", "this is not “fine”"}


def quoted(name):
    """The words of the page that a document names: in quotation marks or bold."""
    text = (ROOT / f"docs/{name}.md").read_text()
    words = set(re.findall(r"“([^”]*)”", text)) | set(re.findall(r"\*\*([^*\n]+)\*\*", text))
    return sorted({" ".join(word.split()) for word in words} - OTHERS)


def words_of_the_page():
    """All texts of the page, in which numbers, hosts and the like are 0."""
    scripts = [*ROOT.glob("web/page/**/*.js"), ROOT / "web/client/verdicts.js", ROOT / "extension/background.js"]
    text = "\n".join([INDEX, *(path.read_text() for path in scripts)])
    return re.sub(r"\$\{[^{}]*\}", "0", text.replace("’", "'"))


PAGE = words_of_the_page()


@pytest.mark.parametrize(
    "word",
    sorted({word for name in ("checking-a-page", "extension", "results", "history", "relay") for word in quoted(name)}),
)
def test_quoted_words_are_on_the_page(word):
    pattern = re.escape(re.sub(r"\d[\d.:]*(?: links)?", "0", word))
    assert re.search(rf"""["`>]{pattern}:?\s*["`<]""", PAGE)


def test_documented_options_have_the_defaults_of_the_page():
    table = (ROOT / "docs/checking-a-page.md").read_text().partition("| option |")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.*) \| `\w+`.* \| (.*) \|$", table, re.MULTILINE)
    assert len(rows) == INDEX.count('id="policy-')
    for label, default in rows:
        assert re.search(rf'{label}\s*<input id="policy-[^>]* placeholder="{default}"', INDEX), label


def test_short_reasons_in_the_list_are_of_documented_rules():
    """A rule without short words has its reason in the details only."""
    (table,) = re.findall(
        r"const NOT_CHECKED = \{\n(.*?)\};", (ROOT / "web/page/results/status.js").read_text(), re.DOTALL
    )
    rules = re.findall(r'^  "([\w-]+)":', table, re.MULTILINE)
    documented = set(re.findall(r"`([\w-]+)`", (ROOT / "docs/verdicts.md").read_text()))
    assert len(rules) > 10 and set(rules) <= documented
