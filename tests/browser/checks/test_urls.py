"""URLs are resolved and normalised as the browser does."""

from __future__ import annotations

import random
import re

from json_head.extract.resolve import resolve
from json_head.urls.placeholders import has_placeholder
from json_head.urls.target import UrlError, parse

from tests.browser.support.app import App

BASES = ["https://h.test/a/b?q=1#f", "https://h.test", "http://h.test/a//dir/i.html", "https://h.test/?x"]
PARTS = (
    "/ // /// ? # . .. a b;c : :80 :99999 \\ @ %20 %2e %zz é ☃ ü= | [ ] [::1] ' \" & = ; ~ { } ^ < > \t \n \0 "
    "http: https: HTTP:// https://o.test/ https://bücher.test web/http://e.test/x x//y mailto:a@b 1.2.3 0x7f.1 256 1e3 _a -"
).split(" ")
#: Chromium accepts and encodes white space and similar characters in a host. The standard, Firefox and this project refuse them.
CHROMIUM_ONLY = re.compile(r"https?://[^/]*%")
IN_BROWSER = """async ({cases}) => cases.map(([written, base]) => {
  let url;
  try { url = new URL(written, base); } catch { return "refused"; }
  if (!/^https?:$/.test(url.protocol) || url.username || url.password) return "refused";
  url.hash = "";
  return url.href;
})"""


def ours(written: str, base: str) -> str:
    try:
        return parse(resolve(written, base) or "").url
    except UrlError:
        return "refused"


def test_urls_resolve_and_normalise_as_in_the_browser(app: App) -> None:
    chance = random.Random(8529)
    drawn = [["".join(chance.choices(PARTS, k=chance.randint(0, 5))), chance.choice(BASES)] for _ in range(20_000)]
    cases = [[written, base] for written, base in drawn if not has_placeholder(re.sub(r"[\t\n]", "", written))]
    theirs = app.run(IN_BROWSER, cases=cases)
    # The browser parses our result too, so that a character that only the browser encodes makes no difference.
    mine = app.run(IN_BROWSER, cases=[[ours(*case), "about:blank"] for case in cases])
    different = [
        (case, his, own)
        for case, his, own in zip(cases, theirs, mine, strict=True)
        if his != own and not CHROMIUM_ONLY.match(his)
    ]
    assert not different, different[:10]
    assert sum(url != "refused" for url in theirs) > 5_000
