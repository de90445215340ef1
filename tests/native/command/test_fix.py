"""``json-head fix`` on a folder of realistic files, over sockets: what it changes, what it leaves, and the diff of both."""

from __future__ import annotations

import asyncio
import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.native.command.test_command import ROOT
from tests.native.support.wire import Wire, answer, moved

#: Redirects of the server: path -> the status and the Location of each step.
REDIRECTS = {
    "/old": (301, "/new"), "/old-2": (308, "/new-2"), "/a/old": (301, "/b/new"), "/u/repo": (301, "/v/repo-2"),
    "/chain": (301, "/chain-2"), "/chain-2": (308, "/chain-3"), "/page.php": (301, "/page"), "/d/index.html": (301, "/d/"),
    "/docs": (301, "/docs/"), "/q?a=1&b=2": (301, "/r?a=1&b=2"), "/part": (301, "/whole#part"), "/f.pdf": (301, "/files/f.pdf"),
    "/up/": (301, "/up"), "/%C3%BC": (301, "/%C3%A4"), "/docs-2": (301, "/docs-2/"), "/docs-2/": (302, "/docs-2/today"),
    "/s": (301, "/t"), "/s2": (301, "/t2?"), "/paren": (301, "/p_(q)"),
    "/evil": (301, "/y)[z](javascript:x"),
    # These are left.
    "/302": (302, "/new"), "/303": (303, "/new"), "/307": (307, "/new"), "/mixed": (301, "/307"), "/mixed-2": (302, "/old"),
    "/home": (301, "/"), "/x/home": (301, "/index.html"), "/parent/x": (301, "/parent/"), "/a/b/c": (301, "/other"),
    "/login-wall": (301, "/login"), "/sign": (301, "/users/sign_in"), "/consent-wall": (301, "/cookie-consent"), "/err": (301, "/404.html"),
    "/find-me": (301, "/search"), "/sess": (301, "/x;jsessionid=12"), "/track": (301, "/x?utm_source=a"), "/lost?id=1": (301, "/x"),
    "/lang": (301, "/en/lang"), "/fr/doc": (301, "/doc"), "/g.zip": (301, "/g.html"), "/all-1": (301, "/about"), "/all-2": (301, "/about"),
    "/loop": (301, "/loop"), "/to-gone": (301, "/gone"), "/slow-slash": (302, "/slow-slash/"),
}  # fmt: skip

#: Sources with ``{old|new}`` at each link that is to be repaired, and ``@`` for the server. All other links are left.
FILES = {
    "docs/guide.md": r"""# The Guide

## Getting Started
[a](@/{old|new}) ![b](@/{old-2|new-2} "title") <@/{a/old|b/new}> @/{u/repo|v/repo-2} now.
[c][] and [d](<@/{chain|chain-3}>), [e](@/{docs|docs/}#top) [f](@/{q?a=1&b=2|r?a=1&b=2}).
[anchor](#{Getting-Started|getting-started}) [words](#{getting_started|getting-started}) [fine](#getting-started)
[file](../{img/Logo.PNG|img/logo.png}) [words](../{my%20notes.md|my-notes.md}) [both](../{My-Notes.md#A_note|my-notes.md#a-note})
[evil](@/{evil|y\)[z]\(javascript:x}) [evil](<@/{evil|y)[z](javascript:x}>)

[c]: @/{page.php|page} 'page'

[left](@/302) [left](@/303) [left](@/307) [left](@/mixed) [left](@/mixed-2) [left](@/home)
`@/old` and <!-- @/old --> are no links. [gone](@/gone) [none](nowhere.md) [none](#nowhere) [two](#one-two)

### one_two
### one--two
<a id="One-Two"></a><a id="ONE-two"></a> [two](#one-TWO)

```
@/old
```
""",
    "docs/site.html": """\
<!doctype html><title>Site</title>\r
<p><a href="@/{d/index.html|d/}">x</a> <a href='@/{part|whole#part}'>y</a> <a href=@/{up/|up}>z</a>\r
<img srcset="@/{f.pdf|files/f.pdf} 1x, @/fine 2x"> <a href="@/{q?a=1&amp;b=2|r?a=1&amp;b=2}">entity</a>\r
<p style="background: url(@/{old|new})"><a id="Top">t</a><a href="#{TOP-2|top-2}">n</a><i id="top-2"></i>\r
<style>p { background: url('@/{paren|p_(q)}') }</style>\r
<a href="@/x/home">left</a><a href="@/parent/x">left</a><a href="@/a/b/c">left</a><a href="@/login-wall">left</a>\r
<a href="@/sign">left</a><a href="@/consent-wall">left</a><a href="@/err">left</a><a href="@/find-me">left</a>\r
""",
    "docs/data.json": '{"homepage": "@/{old|new}", "bugs": "see @/{old-2|new-2} now", "left": ["@/sess", "@/track", "@/lost?id=1"]}\n',
    "docs/style.css": "@import '@/{docs-2|docs-2/}';\na { b: url(@/{\\6f ld|new}); c: url(@/lang) }\n".replace("@import", "\\0import"),
    "docs/text.rst": "See `x <@/{a/old|b/new}>`_ and @/{s|t} here, @/s2 there.\n\n.. _y: @/{chain-2|chain-3}\n\n`left <@/fr/doc>`_ `left <@/g.zip>`_\n",
    "docs/manual.adoc": "See @/{old|new}[x] and link:@/{docs|docs/}[y]; @/all-1[left] and @/all-2[left].\n",
    "docs/map.xml": "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>@/{old|new}</loc></url><url><loc>@/loop</loc></url></urlset>\n",
    "docs/list.csv": 'name,url\na,@/{old|new}\nb,"@/{old-2|new-2}"\nc,@/to-gone\nd,@/slow-slash\ne,@/{evil|y)[z](javascript:x}\n',
    "img/logo.png": "png",
    "my-notes.md": "# A note\n\nRéd [x](@/{%C3%BC|%C3%A4})",
}  # fmt: skip


def filled(text: str, origin: str, *, new: bool) -> str:
    text = re.sub(r"\{(?=\S)([^{}|]*)\|([^{}]*)\}", lambda match: match[2 if new else 1], text)
    return text.replace("@", origin).replace("\\0", "@")


def plant(folder: Path, origin: str) -> None:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(filled(text, origin, new=False), newline="")


async def fix(folder: Path, *arguments: str) -> tuple[int | None, bytes, str]:
    """The exit code, standard output and standard error of the command."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "json_head.cli", "fix", "docs", "my-notes.md", *arguments,
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, out, err.decode()


async def test_folder_gets_exactly_the_expected_changes(wire: Wire, tmp_path: Path) -> None:
    wire.answers = {path: moved(location, status) for path, (status, location) in REDIRECTS.items()}
    wire.answers["/gone"] = answer(status="404 Not Found")
    plant(tmp_path, wire.origin)
    before = {name: (tmp_path / name).read_bytes() for name in FILES}
    expected = {name: filled(text, wire.origin, new=True).encode() for name, text in FILES.items()}
    diff = b"".join(diff_of(name, before[name], expected[name]) for name in sorted(FILES))

    code, out, _ = await fix(tmp_path)
    assert (code, out) == (1, diff)
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == before
    code, out, err = await fix(tmp_path, "--yes")
    assert (code, out) == (0, diff)
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == expected
    assert err == SUMMARY

    code, out, _ = await fix(tmp_path, "--yes")
    assert (code, out) == (0, b"")
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == expected
    plant(tmp_path, wire.origin)
    await asyncio.to_thread(subprocess.run, ["git", "apply"], cwd=tmp_path, input=diff, check=True)
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == expected


SUMMARY = (
    "37 links in 9 files repaired: 28 moved-permanently, 3 trailing-slash, 2 anchor-case, 1 anchor-slug, 2 file-case, 1 file-name. "
    "26 links left as written: 6 temporary, 5 detour, 2 query, 2 home-page, 2 several, 2 catch-all, 2 language, 1 session, "
    "1 parent-folder, 1 other-page, 1 other-kind, 1 not-written.\n"
)


def diff_of(name: str, old: bytes, new: bytes) -> bytes:
    before, after = (re.findall(rb"[^\n]*\n|[^\n]+", content) for content in (old, new))
    found = difflib.diff_bytes(difflib.unified_diff, before, after, f"a/{name}".encode(), f"b/{name}".encode())
    return b"".join(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in found)
