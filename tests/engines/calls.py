"""Calling a function in a page by any protocol: as an expression to evaluate, whose value is JSON."""

from __future__ import annotations

import json
from typing import Any

#: Longer than any test takes on a slow machine. It only ends a hang.
PATIENCE_S = 120


class CallError(RuntimeError):
    """The error that a function in a page threw, or that prevented its call."""


def calling(function: str, arguments: dict[str, Any]) -> str:
    """A JavaScript expression: a promise of JSON, for ``result_of``. It does not use `eval`, which a page may forbid."""
    return f"""(async () => {{
      let timer;
      const late = new Promise((_, reject) => {{
        timer = setTimeout(() => reject(new Error("no end within {PATIENCE_S} s")), {PATIENCE_S * 1000});
      }});
      try {{
        return JSON.stringify({{ value: await Promise.race([({function})({json.dumps(arguments)}), late]) }});
      }} catch (error) {{
        return JSON.stringify({{ error: String(error) }});
      }} finally {{
        clearTimeout(timer);
      }}
    }})()"""


def result_of(text: str) -> Any:
    """The value that a function returned, from the JSON of its call.

    Raises:
        CallError: the function threw.
    """
    result = json.loads(text)
    if "error" in result:
        raise CallError(result["error"])
    return result.get("value")
