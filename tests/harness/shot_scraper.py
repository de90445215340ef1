"""``shot-scraper`` with the browser that ``JSON_HEAD_BROWSER`` names, since it has no option for an executable."""

from __future__ import annotations

import os
from typing import Any

from playwright.sync_api import BrowserType
from shot_scraper.cli import cli

_launch = BrowserType.launch


def launch(self: BrowserType, **options: Any) -> Any:
    return _launch(self, **{"executable_path": os.environ.get("JSON_HEAD_BROWSER"), **options})


BrowserType.launch = launch  # type: ignore[method-assign]
cli()
