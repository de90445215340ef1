"""``json-head annotate``: sizes of files and marks of broken links in built HTML."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.cli.annotations import ARABIC_COMMA, FILE, annotate
from json_head.extract.html.anchors import anchors
from json_head.transports.fake import response

ROOT = Path(__file__).parents[3]
SIZE = ' <span class="json-head-size">({})</span>'
DEAD = ' <span class="json-head-dead">({})</span>'


@pytest.fixture
def site(tmp_path):
    def write(page, **files):
        folder = tmp_path / "site"
        folder.mkdir(exist_ok=True)
        (folder / "index.html").write_bytes(page if isinstance(page, bytes) else page.encode())
        for name, size in files.items():
            (folder / name.replace("_", ".")).write_bytes(b"x" * size)
        return folder / "index.html"

    return write


def test_size_of_a_file_on_the_disk_is_written_behind_its_link(command, site):
    page = site(
        '<a href="a.pdf">Report</a> <a href="/b.zip"><b>All</b></a> <a href="c.html">c</a>',
        a_pdf=1_340_000,
        b_zip=999,
        c_html=1,
    )
    ran = command("annotate", "site")
    expected = f'<a href="a.pdf">Report{SIZE.format("PDF, 1.3 MB")}</a> <a href="/b.zip"><b>All</b>{SIZE.format("ZIP, 999 bytes")}</a> <a href="c.html">c</a>'
    assert page.read_text() == expected
    assert (ran.code, ran.out, ran.err) == (0, "", "2 sizes and 0 marks; 1 of 2 pages were changed.\n")
    assert command.urls == []


def test_second_run_changes_nothing_and_a_later_one_follows_the_files(command, site):
    page = site('<a href="a.pdf">Report</a>\r\n<a href="a.pdf">The PDF</a>\n', a_pdf=2000)
    command("annotate", "site")
    first = page.read_bytes()
    assert (
        first
        == f'<a href="a.pdf">Report{SIZE.format("PDF, 2 kB")}</a>\r\n<a href="a.pdf">The PDF{SIZE.format("2 kB")}</a>\n'.encode()
    )
    changed_at = page.stat().st_mtime_ns
    assert "0 of 1 page were changed" in command("annotate", "site").err
    assert page.stat().st_mtime_ns == changed_at
    page.with_name("a.pdf").unlink()
    command("annotate", "site")
    assert page.read_bytes() == b'<a href="a.pdf">Report</a>\r\n<a href="a.pdf">The PDF</a>\n'


def test_links_to_other_hosts_are_requested(command, site):
    page = site(
        "".join(
            f'<a href="https://a.example/{name}">x</a>\n'
            for name in ("1.pdf", "page", "2.zip?x", "3.csv", "4.pdf", "404", "p?u=5.pdf")
        )
    )
    answers = {
        "1.pdf": response(200, {"content-length": "5000"}),
        "2.zip?x": response(200, {"content-length": "7000000000"}),
        "3.csv": response(200, {"content-length": "5", "content-encoding": "gzip"}),
        "4.pdf": response(404, {"content-length": "5"}),
    }
    command.answer = lambda request: answers.get(request.url.rpartition("/")[2], response(404, {}))
    assert command("annotate", "site").code == 0
    assert re.findall(r"\((.*?)\)", page.read_text()) == ["PDF, 5 kB", "ZIP, 7 GB"]
    assert command.urls == [f"https://a.example/{name}" for name in ("1.pdf", "2.zip?x", "3.csv", "4.pdf")]
    command("annotate", "site", "--dead", "--dead-text", "gone & <lost>")
    assert page.read_text().count(DEAD.format("gone &amp; &lt;lost&gt;")) == 4


def test_broken_files_are_marked_on_request(command, site):
    page = site('<a href="no.html">x</a><a href="no.pdf">y</a>')
    command("annotate", "site")
    assert page.read_text() == '<a href="no.html">x</a><a href="no.pdf">y</a>'
    command("annotate", "site", "--dead")
    assert (
        page.read_text()
        == f'<a href="no.html">x{DEAD.format("dead link")}</a><a href="no.pdf">y{DEAD.format("dead link")}</a>'
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("", "PDF, 1.3 MB"),
        ("de", "PDF, 1,3 MB"),
        ("fr-CA", "PDF, 1,3 Mo"),
        ("ar", "PDF، 1.3 م.ب"),
        ("xx-unknown", "PDF, 1.3 MB"),
        ("!", "PDF, 1.3 MB"),
    ],
)
def test_size_is_in_the_language_of_the_page(command, site, language, expected):
    page = site(f'<meta charset="utf-8"><html lang="{language}"><a href="a.pdf">x</a>', a_pdf=1_340_000)
    command("annotate", "site")
    written = re.search(r"\((.*)\)", page.read_text())[1].replace("\xa0", " ").replace("\u202f", " ")
    assert written.replace("\u200f", "").replace("\u061c", "") == expected


def test_page_in_another_encoding_stays_in_it(command, site):
    page = site('<meta charset="iso-8859-1"><html lang="ar"><a href="a.pdf">Grüße</a>'.encode("latin-1"), a_pdf=5)
    command("annotate", "site")
    assert b"Gr\xfc\xdfe <span" in page.read_bytes() and b"PDF&#1548; 5" in page.read_bytes()


def test_byte_order_mark_is_kept(command, site):
    page = site(b'\xef\xbb\xbf<a href="a.pdf">x</a>', a_pdf=5)
    command("annotate", "site")
    assert page.read_bytes() == b'\xef\xbb\xbf<a href="a.pdf">x' + SIZE.format("PDF, 5 bytes").encode() + b"</a>"


def test_page_that_cannot_be_written_as_it_was_is_left_alone(command, site):
    content = b'\xff<meta charset="utf-8"><a href="a.pdf">x</a>'
    page = site(content, a_pdf=5)
    ran = command("annotate", "site")
    assert page.read_bytes() == content
    assert ran.code == 2 and "site/index.html was left as it is" in ran.err


def test_dry_run_changes_no_file(command, site):
    page = site('<a href="a.pdf">x</a>', a_pdf=5)
    ran = command("annotate", "site", "--dry-run")
    assert (page.read_text(), ran.err) == (
        '<a href="a.pdf">x</a>',
        "1 size and 0 marks; 1 of 1 page would be changed.\n",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_page_that_cannot_be_written_is_an_error(command, site):
    page = site('<a href="a.pdf">x</a>', a_pdf=5)
    page.parent.chmod(0o500)
    ran = command("annotate", "site")
    page.parent.chmod(0o700)
    assert ran.code == 2 and "cannot be written" in ran.err


def test_folder_without_pages_has_nothing_to_annotate(command, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/a.txt").write_text("a")
    assert command("annotate", "site").err == "0 sizes and 0 marks; 0 of 0 pages were changed.\n"
    assert command("annotate", "nowhere").code == 2


def test_missing_extra_is_named(command, site, monkeypatch):
    site('<a href="a.pdf">x</a>', a_pdf=5)
    monkeypatch.setitem(__import__("sys").modules, "babel", None)
    ran = command("annotate", "site")
    assert ran.code == 2 and "pip install 'json-head[annotate]'" in ran.err


def test_page_and_command_know_the_same_extensions_and_commas():
    script = (ROOT / "web/embed/annotation.js").read_text()
    (comma,) = re.findall(r"ARABIC_COMMA = /\^\(([a-z|]+)\)", script)
    assert f"(?:{comma})" in ARABIC_COMMA.pattern
    (pattern,) = re.findall(r"^ *(?:const EXTENSION =\s*)?/(\\\.\(7z.*)/i;$", script, re.MULTILINE)
    assert pattern == FILE.pattern


@given(st.text(st.sampled_from(list("<a href=x>/\n'\" &!-é")), max_size=60))
def test_anchors_of_any_text_end_at_an_end_tag(text):
    for anchor in anchors(text):
        assert text[anchor.end : anchor.end + 3].lower() == "</a"
        assert 0 <= anchor.url <= anchor.end
    assert annotate(text, {}, None).text == text


@pytest.mark.parametrize(
    "page",
    [
        '<a href="a.pdf" title="PDF"><img alt="PDF"></a>',
        f'<a href="a.pdf">The (PDF) {"lorem ipsum " * 30}</a>',
        '<a href="a.pdf">x <span class=json-head-size>(PDF, 9 kB)</span></a>',
        '<a href="a.pdf">x\r\n<span class="json-head-size"\n>(PDF,\r9 kB)</span\n></a>\r\n<a href="a.pdf">y</a>',
        '<a href="a.pdf">x</a> ' * 3,
    ],
)
def test_second_run_changes_nothing(command, site, page):
    path = site(page, a_pdf=2000)
    command("annotate", "site")
    once = path.read_bytes()
    assert once.count(b"<span") == page.count("href")
    assert "0 of 1 page were" in command("annotate", "site").err
    assert path.read_bytes() == once


def test_line_ends_are_kept(command, site):
    path = site(b'<a href="a.pdf">1</a>\r\n<a href="a.pdf">2</a>\r<a href="a.pdf">3</a>\n\r\n', a_pdf=5)
    command("annotate", "site")
    size = SIZE.format("PDF, 5 bytes")
    links = [f'<a href="a.pdf">{number}{size}</a>' for number in (1, 2, 3)]
    assert path.read_bytes().decode() == f"{links[0]}\r\n{links[1]}\r{links[2]}\n\r\n"


@pytest.mark.parametrize(
    "page",
    [
        '<svg><a href="a.pdf"><text>x</text></a><circle r="5"/></svg>',
        '<a href="a.pdf">x<svg><a href="a.pdf"></a></svg></a>',
        '<a href="a.pdf" data-json-head-off>x</a>',
        '<a href="b.html">x</a>',
        '<a href="a.pdf">never closed',
    ],
)
def test_nothing_is_written_where_it_would_do_harm_or_say_nothing(command, site, page):
    path = site(page, a_pdf=5, b_html=5)
    assert command("annotate", "site", "--dead").code == 0
    assert path.read_text() == page


@pytest.mark.parametrize("text", ["two\nlines", "x" * 101, "\x1b[0m"])
def test_odd_text_of_a_mark_is_refused(command, site, text):
    path = site('<a href="no.pdf">x</a>')
    ran = command("annotate", "site", "--dead", "--dead-text", text)
    assert ran.code == 2 and "--dead-text" in ran.err
    assert path.read_text() == '<a href="no.pdf">x</a>'


def test_symbolic_link_stays_one_and_files_outside_are_left_alone(command, site, tmp_path):
    path = site('<a href="a.pdf">x</a>', a_pdf=5)
    (path.parent / "alias.html").symlink_to("index.html")
    (tmp_path / "outside.html").write_text('<a href="a.pdf">x</a>')
    (path.parent / "other.html").symlink_to(tmp_path / "outside.html")
    ran = command("annotate", "site")
    assert (path.parent / "alias.html").is_symlink() and "json-head-size" in path.read_text()
    assert "json-head" not in (tmp_path / "outside.html").read_text()
    assert sorted(name.name for name in path.parent.iterdir()) == ["a.pdf", "alias.html", "index.html", "other.html"]
    assert (ran.code, "a file outside of the folder" in ran.err) == (2, True)


def test_empty_page_and_long_name_are_no_errors(command, site):
    path = site("", a_pdf=5)
    long_name = path.with_name("n" * 246 + ".html")
    long_name.write_text('<a href="a.pdf">x</a>')
    assert command("annotate", "site").code == 0
    assert "json-head-size" in long_name.read_text()
