"""A folder of 2,000 Markdown files with 40,000 links, whose broken links are known, checked by json-head and by lychee.

Of 20 links in a file, 14 lead to other files, half of these to a heading in them; three are images, one begins at the root, and two lead to
headings of the file itself. One link in 50 is broken.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.docs.checkers import (
    AS_JSON,
    TOOLS,
    Reported,
    json_head,
    lychee,
    read_json_head,
    read_lychee,
    target_of,
)
from tests.bench.support.processes import Ran, run

FILES, FOLDERS, LINKS, BROKEN_EVERY = 2_000, 40, 20, 50
ROUNDS = 5
#: The headings of each file, and the ids that GitHub makes of them.
_HEADINGS = {
    "Getting started": "getting-started",
    "Before you begin": "before-you-begin",
    "What's new in 2.0?": "whats-new-in-20",
    "The `--force` option": "the---force-option",
    "Größe & Gewicht": "größe--gewicht",
    "Limits": "limits",
    "Limits ": "limits-1",
    "See also": "see-also",
}
_WORDS = (
    "the a of to and in is for with on that by this each file page server *request* **response** `option` value default setting which may be "
    "used when folder name command line version release user group access token timeout retry limit queue worker process, second, minute. "
    "Then first, however, because it_is never_always __init__ 10 % less than others: see below (or above)"
).split()


def write(folder: Path) -> set[Reported]:
    """Write the folder. Returns the links that are broken."""
    choose = random.Random(2_000)
    broken: set[Reported] = set()
    (folder / "images").mkdir()
    for number in range(FOLDERS):
        (folder / f"images/figure-{number}.png").touch()
    for number in range(FILES):
        path = folder / _name(number)
        path.parent.mkdir(exist_ok=True)
        links = [_link(choose, kind) for kind in range(LINKS)]
        for kind, link in enumerate(links):
            if (number * LINKS + kind) % BROKEN_EVERY == 7:
                links[kind] = link.replace("page-", "pages-").replace("figure-", "figures-") + (
                    "x" if "#" in link else ""
                )
                broken.add(Reported(_name(number), target_of(_name(number), links[kind])))
        path.write_text("".join(_text(choose, number, links)), encoding="utf-8")
    return broken


def compare() -> None:
    """Print the table of both checkers. Their findings come from a run of their own, since only json-head's JSON has all links."""
    with TemporaryDirectory() as parent:
        folder = Path(parent).resolve()
        broken = write(folder)
        commands = {"json-head": json_head("--offline")}
        found = {"json-head": set(read_json_head(run((*commands["json-head"], *AS_JSON), folder).output))}
        if TOOLS.exists():
            commands["lychee"] = lychee(folder, "--offline")
            found["lychee"] = set(read_lychee(run((*commands["lychee"], *AS_JSON), folder).output, folder))
        runs: dict[str, list[Ran]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                runs[name].append(run(command, folder))
    print(
        f"\n| {FILES:,} files, {FILES * LINKS:,} links, {len(broken)} broken | found | false alarms | CPU time | memory |"
    )
    print("| --- | --- | --- | --- | --- |")
    for name, reported in found.items():
        print(
            f"| {name} | {len(reported & broken)} | {len(reported - broken)} | {_cpu_s(runs[name]):.2f} s "
            f"| {max(ran.peak_mb for ran in runs[name]):.0f} MB |"
        )
    if "lychee" in runs:
        ratios = [ours.cpu_s / theirs.cpu_s for ours, theirs in zip(runs["json-head"], runs["lychee"], strict=True)]
        print(f"\nCPU time of json-head over lychee: {median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})")


def _cpu_s(runs: list[Ran]) -> float:
    return median(ran.cpu_s for ran in runs)


def _name(number: int) -> str:
    return f"area-{number % FOLDERS:02}/page-{number:04}.md"


def _link(choose: random.Random, kind: int) -> str:
    page, heading = _name(choose.randrange(FILES)), choose.choice(list(_HEADINGS.values()))
    match kind:
        case 0 | 1:
            return f"#{heading}"
        case 2:
            return f"/{page}"
        case 3 | 4 | 5:
            return f"../images/figure-{choose.randrange(FOLDERS)}.png"
    return f"../{page}#{heading}" if kind % 2 else f"../{page}"


def _text(choose: random.Random, number: int, links: list[str]) -> Iterator[str]:
    """The text of a file: sections with the links in paragraphs, lists, tables and definitions, and code without links."""
    yield f"# Page {number}\n\n"
    rest = list(enumerate(links))
    for heading in _HEADINGS:
        yield f"## {heading.strip()}\n\n{_words(choose, 60)}\n\n"
        for _ in range(min(3, len(rest))):
            kind, link = rest.pop()
            if kind in (3, 4, 5):
                yield f'![Figure {kind}]({link} "A figure")\n\n'
            elif kind % 4 == 0:
                yield f"- {_words(choose, 12)} [{_words(choose, 3)}]({link})\n- {_words(choose, 8)}\n\n"
            elif kind % 4 == 1:
                yield f"| Name | Page |\n| --- | --- |\n| {_words(choose, 4)} | [page]({link}) |\n\n"
            elif kind == 6:
                yield f"{_words(choose, 10)} [the page][page-{kind}]\n\n[page-{kind}]: {link}\n\n"
            else:
                yield f"{_words(choose, 20)} [{_words(choose, 2)}]({link}) {_words(choose, 25)}\n\n"
        yield f"```sh\nferry send --to {choose.randrange(99)} file.txt   # [no](link.md)\n```\n\n{_words(choose, 40)}\n\n"


def _words(choose: random.Random, count: int) -> str:
    return " ".join(choose.choices(_WORDS, k=count))
