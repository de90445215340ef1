"""The site of the examples in the documentation."""

import re
from datetime import date

from json_head.transports.fake import response

from tests.unit.crawl.sites import HTML

SITE = {
    "https://example.com/docs/": {12: "install.html#windows", 31: "old.html"},
    "https://example.com/docs/install.html": {8: "old.html", 9: "https://tools.example/download.zip"},
    "https://example.com/events/": {5: "2026-12", 40: "https://tools.example/"},
}
"""The links of pages, by line."""


def answer(request):
    if month := re.fullmatch(r"https://example.com/events/(\d+)-(\d+)", request.url):
        after = date(int(month[1]), int(month[2]), 28).toordinal() + 7
        return page_of({7: f"{date.fromordinal(after):%Y-%m}"})
    return page_of(SITE[request.url]) if request.url in SITE else response(404, HTML)


def page_of(links):
    lines = (f'<li><a href="{links[number]}">' if number in links else "" for number in range(1, max(links) + 1))
    return response(200, HTML, body="\n".join(lines).encode())
