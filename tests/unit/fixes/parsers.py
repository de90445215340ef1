"""Reads URLs with parsers that are not ours."""

import json
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import tinycss2
from markdown_it import MarkdownIt


class Hrefs(HTMLParser):
    def __init__(self):
        super().__init__()
        self.values = []

    def handle_starttag(self, tag, attributes):
        self.values += [value for name, value in attributes if name in ("href", "content", "srcset", "style")]


def check_by_another_parser(template, content, new):
    """The new URL is what an independent parser of the format reads, too."""
    format, text = template
    if format == "html" and "<style>" not in text and "<script" not in text:
        parser = Hrefs()
        parser.feed(content)
        value = " ".join(parser.values)
        if "style=" in text:
            value = " ".join(css_urls(parser.values[0].partition(":")[2]))
        assert new in value
    elif format == "css":
        assert new in css_urls(content)
    elif format == "json":
        assert new in json.loads(content)["a"]
    elif format == "notebook":
        (cell,) = json.loads(content)["cells"]
        assert new in markdown_urls("".join(cell["source"]))
    elif format == "markdown" and ("](" in text or "]: " in text):
        assert new in markdown_urls(content)
    elif format in ("xml", "sitemap", "xhtml", "feed"):
        root = ET.fromstring(content)
        found = "\n".join(text for node in root.iter() for text in (node.text or "", *node.attrib.values()))
        if "href=" in text and format == "feed":
            parser = Hrefs()
            parser.feed(found)
            found = " ".join(parser.values)
        assert new in found


def css_urls(text):
    found = []
    pending = tinycss2.parse_component_value_list(text, skip_comments=True)
    while pending:
        token = pending.pop(0)
        if token.type in ("url", "string"):
            found.append(token.value)
        pending += getattr(token, "arguments", None) or getattr(token, "content", None) or []
    return found


def markdown_urls(text):
    parser = MarkdownIt("commonmark")
    parser.enable("table")
    parser.normalizeLink = lambda url: url
    parser.validateLink = lambda url: True
    env = {}
    tokens = parser.parse(text, env)
    found = [reference["href"] for reference in env.get("references", {}).values()]
    for token in tokens:
        for child in token.children or []:
            found += [value for name, value in child.attrs.items() if name in ("href", "src")]
            if child.type == "html_inline":
                html = Hrefs()
                html.feed(child.content)
                found += html.values
    return found
