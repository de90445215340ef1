"""Calling a function in a page, whatever carries the text there: an expression to evaluate, and the JSON that it gives."""

from __future__ import annotations

import json
from typing import Any

#: Long enough for any test on a slow machine: it only keeps a hang from being endless.
PATIENCE_S = 120


class CallError(RuntimeError):
    """What a function in a page threw, or what kept it from being called."""


def calling(function: str, arguments: dict[str, Any]) -> str:
    """A JavaScript expression: a promise of JSON, for ``result_of``. Nothing in it needs `eval`, which a page may forbid."""
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


def result_of(said: str) -> Any:
    """
    Raises:
        CallError: the function threw.
    """
    result = json.loads(said)
    if "error" in result:
        raise CallError(result["error"])
    return result.get("value")
