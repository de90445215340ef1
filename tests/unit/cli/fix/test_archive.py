"""Archived copies in place of broken links, on request."""

import pytest
from json_head.transports.fake import response

from tests.unit.cli.fix.folder import A, redirecting


def copy_of(url, status="200", host="web.archive.org"):
    snapshot = f'{{"status": "{status}", "available": true, "url": "http://{host}/web/20200101000000/{url}", "timestamp": "20200101000000"}}'
    return f'{{"url": "x", "archived_snapshots": {{"closest": {snapshot}}}}}'.encode()


@pytest.fixture
def archive(command, page, monkeypatch):
    """The API of the archive, which gives one body to all requests."""
    monkeypatch.setattr("json_head.cli.archive.PAUSE_S", 0)
    page.write_text(f"[x]({A}/404#part) [y]({A}/404/b?c=d&e) [z]({A}/fine)\n")
    requests = []

    def serve(body, status=200):
        def answer(request):
            if request.url.startswith("https://archive.org/"):
                requests.append(request.url)
                return response(status, body=body)
            return redirecting(request)

        command.answer = answer
        return requests

    return serve


def test_archived_copy_replaces_a_broken_link_on_request(command, page, archive):
    requests = archive(copy_of(f"{A}/404"))
    assert command("fix", "docs", "--yes").out == "" and requests == []
    ran = command("fix", "docs", "--yes", "--archive")
    assert page.read_text() == (
        f"[x](https://web.archive.org/web/20200101000000/{A}/404#part) [y]({A}/404/b?c=d&e) [z]({A}/fine)\n"
    )
    assert ran.err.startswith("1 link in 1 file repaired: 1 archived. 1 link left as written: 1 unclear.")
    assert requests == [
        "https://archive.org/wayback/available?url=https%3A%2F%2Fa.example%2F404",
        "https://archive.org/wayback/available?url=https%3A%2F%2Fa.example%2F404%2Fb%3Fc%3Dd%26e",
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b'{"archived_snapshots": {}}', b"[" * 5000, b'{"archived_snapshots": {"closest": null}}',
        copy_of(f"{A}/404", status="301"), copy_of(f"{A}/404", host="evil.example"), copy_of("https://other.example/404"),
        copy_of(f"{A}/404) [evil](https://evil.example/"), copy_of(f"{A}/404\\n"), copy_of("javascript:alert(1)"),
    ],
)  # fmt: skip
def test_other_answers_of_the_archive_change_nothing(command, page, archive, body):
    archive(body)
    before = page.read_text()
    ran = command("fix", "docs", "--yes", "--archive")
    assert (ran.code, ran.out, page.read_text()) == (0, "", before)


def test_failures_of_the_archive_are_notes(command, page, archive):
    page.write_text(" ".join(f"[x]({A}/404/{number})" for number in range(9)))
    requests = archive(b"", status=503)
    ran = command("fix", "docs", "--yes", "--archive")
    assert ran.code == 0 and len(requests) == 3
    assert ran.err.count("No copy of https://a.example/404/") == 3
    assert "The archive does not respond, so no further copies were looked for.\n" in ran.err
