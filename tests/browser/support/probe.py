"""A record of the elements and attributes of a page, which is compared with that of a harmless page."""

from __future__ import annotations

from playwright.sync_api import Page

#: Gives the attributes of each kind of element, faults that no page may have, and the names of globals.
INSPECT = r"""() => {
  const shape = {};
  const wrong = [];
  for (const element of document.querySelectorAll("*")) {
    const names = (shape[element.localName] ??= {});
    if (element.shadowRoot) wrong.push(`${element.localName} has a shadow root`);
    for (const { name, value } of element.attributes) {
      names[name] = true;
      if (/^on/i.test(name)) wrong.push(`${name} of ${element.localName}`);
      if (/^(href|src|action|formaction|data|srcdoc|xlink:href)$/i.test(name) && !/^https?:$/.test(new URL(value, location).protocol)) {
        wrong.push(`${name}=${value}`);
      }
    }
  }
  return {
    shape: Object.fromEntries(Object.entries(shape).map(([name, has]) => [name, Object.keys(has)])),
    wrong,
    globals: Object.getOwnPropertyNames(window),
    polluted: Object.keys(Object.prototype).concat("owned" in {} ? ["owned"] : []),
  };
}"""
#: Attributes that depend on the number of rows and their verdicts, not on their texts.
STATES = {
    "hidden",
    "disabled",
    "style",
    "title",
    "aria-activedescendant",
    "aria-valuenow",
    "aria-valuemax",
    "data-cursor",
    "data-empty",
    "data-code",
}

Shape = dict[str, set[str]]


class Probe:
    """Records the elements and attributes of a page over time, and asserts that it has no fault."""

    def __init__(self) -> None:
        self.shape: Shape = {}

    def inspect(self, page: Page) -> None:
        found = page.evaluate(INSPECT)
        assert not found["wrong"] and not found["polluted"], found
        assert "owned" not in found["globals"]
        for name, attributes in found["shape"].items():
            self.shape.setdefault(name, set()).update(attributes)

    def compare(self, harmless: Probe) -> None:
        for name, attributes in self.shape.items():
            assert name in harmless.shape, f"there is a <{name}>"
            assert attributes <= harmless.shape[name] | STATES, f"<{name}> has {attributes - harmless.shape[name]}"
