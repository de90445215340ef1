"""URLs of a list are normalised as everywhere else, only faster."""

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from json_head.bulk.errors import BulkError
from json_head.bulk.normal import normalise, write_domains, write_piece
from json_head.urls.schemeless import with_scheme
from json_head.urls.target import UrlError, parse

ALPHABET = "aZ0.-_~/%?=&#:@+,;{}<$[]\\ ~xn--é\t"
TEXTS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["http://", "https://", "HTTP://", "ftp://", "https:/", "", "//"]),
    st.sampled_from(["a.example", "A.example", "a.example:80", "a..example", "-a.example", "1.2.3.4", "a.0x1", "a", "a.example.", ""]),
    st.text(ALPHABET, max_size=20),
)  # fmt: skip


def normalised(*texts):
    urls, hosts = normalise(pyarrow.array(texts, pyarrow.string()))
    return list(zip(urls.to_pylist(), hosts.to_pylist(), strict=True))


@given(TEXTS)
@example("https://a.example/b/../c")
@example("https://a.example/b/.")
@example("https://a.example/{{ b }}")
@example("https://a.example?b")
@example("https://a.example/b\nc")
@example("https://a.example/\n")
@example("https://a.example/" + "b" * 2_097_152)
def test_a_url_is_normalised_as_by_parse(text):
    stripped = text.strip()
    if not stripped or stripped == "#" or stripped.startswith(("# ", "#\t", "#\n")):
        assert normalised(text) == []
        return
    try:
        target = parse(with_scheme(stripped) or stripped)
    except UrlError:
        assert normalised(text) == [(stripped, "")]
    else:
        assert normalised(text) == [(target.url, target.host)]


def test_many_urls_keep_their_hosts():
    texts = ["https://a.example/1", "nonsense", "http://b.example/2", "HTTP://c.example:81/"]
    assert sorted(normalised(*texts)) == [
        ("http://b.example/2", "b.example:80"),
        ("http://c.example:81/", "c.example:81"),
        ("https://a.example/1", "a.example:443"),
        ("nonsense", ""),
    ]


@pytest.mark.parametrize(
    ("text", "url", "host"),
    [
        ("https://a.example/b", "https://a.example/b", "a.example:443"),
        ("HTTPS://A.example:443/b#c", "https://a.example/b", "a.example:443"),
        ("a.example/b", "https://a.example/b", "a.example:443"),
        ("127.0.0.1:8000/", "http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("nonsense", "nonsense", ""),
        ("mailto:me@a.example", "mailto:me@a.example", ""),
    ],
)
def test_hosts_without_a_scheme_are_completed_and_the_rest_is_kept(text, url, host):
    assert normalised(text) == [(url, host)]


def written(piece, tmp_path):
    counted = write_piece(piece, str(tmp_path / "piece"))
    return counted, pyarrow.parquet.read_table(tmp_path / "piece").to_pydict()


def test_comments_and_blank_lines_are_no_entries(tmp_path):
    counted, columns = written(b"# a list\n#\n\n  https://a.example/  \r\n#top\n", tmp_path)
    assert counted == (2, 1)
    assert columns == {"url": ["https://a.example/", "#top"], "host": ["a.example:443", ""]}


NO_UTF8 = b"https://a.example/caf\xe9"


def test_what_is_not_in_utf_8_is_named_since_it_might_be_another_url(tmp_path):
    with pytest.raises(BulkError, match=r"^The list is not in UTF-8: https://a\.example/caf� Save it in UTF-8\.$"):
        written(b"https://a.example/\n" + NO_UTF8 + b"\nhttps://b.example/", tmp_path)
    offsets = pyarrow.array([0, len(NO_UTF8)], "int32").buffers()[1]
    with pytest.raises(BulkError, match=r"^The list cannot be read: Invalid UTF8 sequence"):
        written(pyarrow.StringArray.from_buffers(1, offsets, pyarrow.py_buffer(NO_UTF8)), tmp_path)


def test_hosts_of_a_website_share_their_registrable_domain(tmp_path):
    hosts = ["www.a.example.co.uk:443", "a.example.co.uk:80", "me.github.io:443", "127.0.0.1:80", "localhost:80", ""]
    write_domains(pyarrow.array(hosts), str(tmp_path / "domains"))
    domains = pyarrow.parquet.read_table(tmp_path / "domains").to_pydict()["domain"]
    assert domains == ["example.co.uk", "example.co.uk", "me.github.io", "127.0.0.1", "localhost", ""]
