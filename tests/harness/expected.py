"""The expected output of the harness, and its comparison with the actual one, which is exact except for addresses and times.

In ``expected/*.json`` an origin of the targets is written ``http://NAME.test``, and a time as ``"<time>"``.

``python -m tests.harness.expected query EXPECTED ORIGINS`` prints the query string with its URLs.
``python -m tests.harness.expected check EXPECTED ORIGINS < ACTUAL`` prints the difference, and exits with 1 if there is one.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

TIME = "<time>"
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_WAITED = re.compile(r"within [\d.]+ seconds?")


def query(expected: dict[str, Any], origins: dict[str, str]) -> str:
    text = json.dumps([(key, result["url"]) for key in ("head", "sync") for result in expected.get(key, [])])
    for name, address in origins.items():
        text = text.replace(f"http://{name}.test", address)
    return urlencode([("url" if key == "head" else key, url) for key, url in json.loads(text)])


def normal(value: Any, origins: dict[str, str]) -> Any:
    """The same with names for addresses, and ``<time>`` for each plausible time."""
    if isinstance(value, dict):
        return {key: TIME if _is_time(key, item) else normal(item, origins) for key, item in value.items()}
    if isinstance(value, list):
        return [normal(item, origins) for item in value]
    if isinstance(value, str):
        value = _WAITED.sub(f"within {TIME}", value)
        for name, address in origins.items():
            value = value.replace(address, f"http://{name}.test")
    return value


def _is_time(key: str, value: Any) -> bool:
    match key:
        case "elapsed_ms":
            return isinstance(value, int | float) and 0 < value < 60_000
        case "checked_at":
            return isinstance(value, str) and bool(_RFC3339.fullmatch(value))
    return False


def main() -> int:
    command, expected_file, origins_file = sys.argv[1:]
    expected = json.loads(Path(expected_file).read_text())
    origins = json.loads(Path(origins_file).read_text())
    if command == "query":
        print(query(expected, origins))
        return 0
    actual = normal(json.load(sys.stdin), origins)
    # As text and unsorted, since the order of a result's keys is part of the interface.
    left, right = (json.dumps(value, indent=1, ensure_ascii=False).splitlines() for value in (expected, actual))
    if left == right:
        for key in ("head", "sync"):
            if key not in expected:
                continue
            print(f"{Path(expected_file).stem}, {key}: {len(expected[key])} URLs, all as expected")
            for result in actual[key]:
                print(f"  {result['verdict']:<20} {result.get('status', '-')!s:>4}  {result['url']}")
        return 0
    print("\n".join(difflib.unified_diff(left, right, expected_file, "actual", lineterm="", n=6)))
    return 1


sys.exit(main())
