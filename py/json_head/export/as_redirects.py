"""CSV (RFC 4180) of the links that work and lead to another address: what to write in place of what, and where."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field

from json_head.export.as_csv import cell
from json_head.export.row import Row, locations_of, place_of
from json_head.model import WORKING
from json_head.urls.redirect import Redirect, redirect_of, replacement

COLUMNS = ("old", "new", "kind", "safe", "used_on", "pages")
#: Places of an address that are written out. A cell of a spreadsheet has a maximum length.
_MAX_PLACES = 20


@dataclass(slots=True)
class _Uses:
    """The links with the same address that lead to the same other one."""

    redirect: Redirect
    links: int = 0
    places: list[str] = field(default_factory=list)
    sources: set[object] = field(default_factory=set)

    def add(self, row: Row) -> None:
        self.links += 1
        self.sources.add(str(row.get("source")))
        place = place_of(row)
        if place and len(self.places) < _MAX_PLACES:
            self.places.append(place)

    def used_on(self) -> str:
        rest = self.links - len(self.places)
        return "; ".join([*self.places, f"and {rest} more"] if self.places and rest else self.places)


def as_redirects(results: Iterable[Row]) -> str:
    """Return CSV with a header line, the most used addresses first. No cell is run as a formula by a spreadsheet."""
    found: dict[tuple[str, str], _Uses] = {}
    for row in results:
        url, final = row.get("url"), row.get("final_url")
        if not row.get("redirected") or row.get("verdict") not in WORKING:
            continue
        if isinstance(url, str) and isinstance(final, str) and (redirect := redirect_of(url, final, works=True)):
            uses = found.setdefault((url, replacement(url, final, locations_of(row))), _Uses(redirect))
            uses.add(row)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for (old, new), uses in sorted(found.items(), key=lambda item: -item[1].links):
        values = (old, new, uses.redirect.kind, uses.redirect.safe, uses.used_on(), len(uses.sources))
        writer.writerow([cell(value) for value in values])
    return out.getvalue()
