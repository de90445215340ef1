"""URLs with placeholders of templates are listed as written, and neither resolved nor requested."""

from __future__ import annotations

import pytest
from json_head.extract import Source, links
from json_head.transports.redirects import goal
from json_head.urls.placeholders import has_placeholder, placeholders_end

from tests.growth import assert_linear, repeated

BASE = "https://e.test/d/"


def urls(content: str, format_: str = "html", base: str | None = BASE) -> list[str]:
    return [link.url for link in links(Source(content, base=base, format=format_))]  # type: ignore[arg-type]


@pytest.mark.parametrize("base", [None, BASE])
def test_placeholders_in_html_do_not_depend_on_the_base(base: str | None) -> None:
    content = (
        '<script src="{{ url_for(\'s\', f=\'a.js\') }}"></script><a href="{% url x %}">h</a><a href="${link}">x</a>\n'
    )
    assert urls(content, base=base) == ["{{ url_for('s', f='a.js') }}", "{% url x %}", "${link}"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<a href="{{{ url }}}">', ["{{{ url }}}"]),
        ('<a href="<%= url %>">', ["<%= url %>"]),
        ('<a href="<?php echo $url; ?>">', ["<?php echo $url; ?>"]),
        ('<a href="<?= $url ?>/a">', ["<?= $url ?>/a"]),
        ('<a href="/a/{{ id }}/b?c#d">', ["/a/{{ id }}/b?c#d"]),
        ('<a href="https://e.test/{{ id }}">', ["https://e.test/{{ id }}"]),
        ('<a href="{{ url_for("a") }}">', ["{{ url_for("]),
        ("<a href='{% url 'a' %}'>", ["{% url"]),
        ('<a href="<?php echo url("a") ?>">', ["<?php echo url("]),
        ("<a href={{ url }}>", ["{{ url }}"]),
        ("<a href=<?= $url ?>>", ["<?= $url ?>"]),
        ("<img srcset='{{ a }} 1x, b.png 2x'>", ["{{ a }}", "https://e.test/d/b.png"]),
        ("<meta http-equiv=refresh content='0; url={{ a }}'>", ["{{ a }}"]),
        ("<base href='{{ site.url }}/'><a href='b'>", ["b"]),
        ("<a href='%7B%7B%20a%20%7D%7D'>", ["https://e.test/d/%7B%7B%20a%20%7D%7D"]),
        ("<a href='{a}/$b/{ {c} }/?{%22d%22:{%22e%22:1}}'>", ["https://e.test/d/{a}/$b/{ {c} }/?{%22d%22:{%22e%22:1}}"]),
    ],
)  # fmt: skip
def test_urls_in_html_keep_their_placeholders(content: str, expected: list[str]) -> None:
    assert urls(content) == expected


@pytest.mark.parametrize(
    ("format_", "content", "expected"),
    [
        ("sitemap", "<urlset><url><loc>{{ site.url }}{{ page.url }}</loc></url></urlset>", "{{ site.url }}{{ page.url }}"),
        ("feed", "<rss><channel><link>${base}/a</link></channel></rss>", "${base}/a"),
        ("feed", "<rss><channel><description>&lt;a href='{{ a }}'></description></channel></rss>", "{{ a }}"),
        ("xml", "<project><url>https://e.test/${version}/</url></project>", "https://e.test/${version}/"),
        ("xml", "<copy src='${dir}/a'/>", "${dir}/a"),
        ("xhtml", "<html><img src='{{ a }}'/></html>", "{{ a }}"),
        ("markdown", "[a]({{site.url}}/b)", "{{site.url}}/b"),
    ],
)  # fmt: skip
def test_urls_in_other_formats_keep_their_placeholders(format_: str, content: str, expected: str) -> None:
    assert urls(content, format_) == [expected]


@pytest.mark.parametrize(
    ("content", "format_", "expected"),
    [
        ("see https://e.test/{{ x }}/a and", "text", ["https://e.test/{{ x }}/a"]),
        ("see https://e.test/{{ x }}/a and", "markdown", ["https://e.test/{{ x }}/a"]),
        ("(see https://e.test/{{ x }}) [a](b)", "markdown", ["https://e.test/{{ x }}", "b"]),
        ("https://e.test/{{ a }}/{{ b('c') }}/d.", "text", ["https://e.test/{{ a }}/{{ b('c') }}/d"]),
        ("https://e.test/<%= x %>/a", "text", ["https://e.test/<%= x %>/a"]),
        ("https://{{ host }}/x", "text", ["https://{{ host }}/x"]),
        ("curl https://${HOST:-a b}:8080/a", "text", ["https://${HOST:-a b}:8080/a"]),
        ("a,https://e.test/{{ x }}/b\n,https://e.test/c", "csv", ["https://e.test/{{ x }}/b", "https://e.test/c"]),
        ('{"u": "https://e.test/{{ x }}/b"}', "json", ["https://e.test/{{ x }}/b"]),
        ("https://e.test/{{ x }}\nhttps://e.test/b\n", "urls", ["https://e.test/{{ x }}", "https://e.test/b"]),
        ("https://e.test/<? a and https://e.test/b", "text", ["https://e.test/", "https://e.test/b"]),
        ("https://e.test/{{ a and https://e.test/b", "text", ["https://e.test/", "https://e.test/b"]),
    ],
)
def test_bare_urls_contain_whole_placeholders(content: str, format_: str, expected: list[str]) -> None:
    assert urls(content, format_, None) == expected


def test_the_place_of_a_url_with_a_placeholder_is_its_start() -> None:
    [link] = links(Source("<p>\n<a href='/a/{{ b }}'>", base=BASE))
    assert (link.line, link.column) == (2, 10)


def test_placeholders_in_redirects_are_percent_encoded() -> None:
    assert goal("https://e.test/", 301, ["/{{a}}?${b}"]) == "https://e.test/%7B%7Ba}}?$%7Bb}"
    assert goal("https://e.test/", 301, ["/{a}"]) == "https://e.test/{a}"


@pytest.mark.parametrize("opening", ["{{", "{%", "<%", "<?", "${", "{%a", "{{ }", "{%22", "{%aa"])
def test_repeated_openings_are_read_in_linear_time(opening: str) -> None:
    size = 200_000 * len(opening)
    assert_linear(has_placeholder, repeated(opening), size)
    assert_linear(lambda text: placeholders_end(text, 0, 2), repeated(opening), size)
    sources = repeated(opening + " ", "<img srcset='", "'>")
    assert len(urls(sources(size))) <= 100_000
    assert_linear(urls, sources, size)
