"""``window.jsonHead`` of an open page, for tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

Result = dict[str, Any]

#: Longer than any of these tests takes on a slow machine. It only ends a hang.
PATIENCE_MS = 120_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """The results of a check, the counts of its links, and its error."""

    results: list[Result]
    found: dict[str, Any] | None
    error: dict[str, str] | None = None

    @property
    def verdicts(self) -> Counter[str]:
        return Counter(result["verdict"] for result in self.results)


class App:
    """A page whose Python is ready."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def wait_until_ready(self) -> None:
        self.page.wait_for_function("() => window.jsonHead", timeout=PATIENCE_MS)
        self.page.evaluate("async () => { await jsonHead.ready; }")

    def head(self, urls: list[str], **policy: Any) -> list[Result]:
        return self.run("({urls, policy}) => jsonHead.head(urls, {policy})", urls=urls, policy=policy)

    def audit(self, source: Any, **policy: Any) -> Outcome:
        """Check a source as ``jsonHead.audit`` does. A ``content`` in it (text) becomes a file with the source's ``name``."""
        outcome = self.run(
            """async ({source, policy}) => {
              if (typeof source === "object" && "content" in source) {
                const {content, name, ...rest} = source;
                source = {file: new File([content], name), ...rest};
              }
              const audit = jsonHead.audit(source, {policy});
              const results = [];
              let error = null;
              try {
                for await (const result of audit) results.push(result);
              } catch ({code, name, message}) {
                error = {code, name, message};
              }
              return {results, found: audit.count, error};
            }""",
            source=source,
            policy=policy,
        )
        return Outcome(**outcome)

    def run(self, function: str, **arguments: Any) -> Any:
        """Call a JavaScript function in the page, with these arguments as one object, and wait for its promise."""
        return self.page.evaluate(_race(function), [arguments, PATIENCE_MS])


def _race(function: str) -> str:
    """The function with a timeout. The function is part of the text, since the page's policy forbids ``eval``."""
    return f"""async ([given, patience]) => {{
      let timer;
      const late = new Promise((_, reject) => {{
        timer = setTimeout(() => reject(new Error("nothing came to an end in the page")), patience);
      }});
      try {{
        return await Promise.race([({function})(given), late]);
      }} finally {{
        clearTimeout(timer);
      }}
    }}"""


@contextmanager
def page_of_its_own(browser: Browser, site: str) -> Iterator[Page]:
    """The page in a profile with its own history, and without the site's content security policy, which would block axe-core."""
    with browser.new_context(
        bypass_csp=True, service_workers="block", viewport={"width": 1280, "height": 800}
    ) as context:
        context.set_default_timeout(PATIENCE_MS / 4)
        page = context.new_page()
        page.goto(site)
        App(page).wait_until_ready()
        yield page
