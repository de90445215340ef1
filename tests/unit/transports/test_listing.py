"""The tree of a dropped folder."""

import pytest
from json_head.model import Request
from json_head.transports.files.listing import Listing
from json_head.transports.files.sender import Files
from json_head.transports.files.tree import Kind
from json_head.verdicts import judge

FILES = ("/site/a.md", "/site/sub/deep/b c.md", "/top.md", "/site/empty/", "/site/Gr\u00fc\u00dfe.md")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/site/a.md", Kind.FILE),
        ("/site/sub/deep/b c.md", Kind.FILE),
        ("/top.md", Kind.FILE),
        ("/site", Kind.FOLDER),
        ("/site/sub/", Kind.FOLDER),
        ("/", Kind.FOLDER),
        ("/site/A.md", Kind.MISSING),
        ("/site/a.md/", Kind.MISSING),
        ("/site/a.md/x", Kind.MISSING),
        ("/site/no", Kind.MISSING),
        ("/site/.github/x.md", Kind.SKIPPED),
        ("/site/node_modules/x/y.js", Kind.SKIPPED),
        ("/site/.hidden", Kind.SKIPPED),
        ("/site/empty", Kind.FOLDER),
        ("/site//sub///deep/b c.md", Kind.FILE),
        ("/site/Gru\u0308\u00dfe.md", Kind.FILE),
        ("/other/a.md", Kind.OUTSIDE),
        ("/a.md", Kind.OUTSIDE),
    ],
)
def test_it_has_the_folders_of_its_files(path, kind):
    assert Listing(FILES).find(path).kind is kind


def test_what_is_not_in_an_incomplete_listing_is_unknown():
    listing = Listing(FILES, is_complete=False)
    assert listing.find("/site/no.md").kind is Kind.SKIPPED
    assert listing.find("/site/a.md").kind is Kind.FILE


def test_nothing_is_known_below_an_unknown_path():
    listing = Listing(FILES, unknown=("/site/link",))
    assert {listing.find(f"/site/link{rest}").kind for rest in ("", "/", "/x.md")} == {Kind.SKIPPED}
    assert listing.find("/site/link2").kind is Kind.MISSING


def test_the_names_of_a_folder_are_known():
    listing = Listing(FILES)
    assert listing.names_in("/site") == listing.names_in("/site/") == {"a.md", "sub", "empty", "Gr\u00fc\u00dfe.md"}
    assert listing.names_in("/") == {"site", "top.md"}
    assert listing.names_in("/no") is None
    assert listing.names_in("/site/empty") is None, "it may have hidden files"


@pytest.mark.parametrize(
    ("path", "rule"),
    [("/site/.github/x.md", "file-skipped"), ("/site/no.md", "file-missing"), ("/site/a.md", "file-found")],
)
async def test_what_was_skipped_is_not_checked(path, rule):
    observation = await Files(Listing(FILES), root="/site").observe(Request(f"file://{path}"))
    assert judge([observation]).rule == rule
