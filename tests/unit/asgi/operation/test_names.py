"""Unknown environment variables are errors, and errors name what was typed."""

import re
from pathlib import Path

import pytest
from json_head.asgi.operation.names import OTHERS, check_names

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("JSON_HEAD_ORIGIN", "Did you mean JSON_HEAD_ORIGINS?"), ("JSON_HEAD_CLIENTRATE", "Did you mean JSON_HEAD_CLIENT_RATE?"),
        ("JSON_HEAD_TOKEN", "Did you mean JSON_HEAD_TOKENS?"), ("JSON_HEAD_COFFEE", "--help"), ("JSON_HEAD_PORT", "Did you mean JSON_HEAD_PORTS?"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_an_error_with_advice(name, advice):
    with pytest.raises(ValueError, match=f"{name}. .*{re.escape(advice)}"):
        check_names({name: "8006", "HOME": "/"})


def test_names_of_other_parts_of_the_project_are_known():
    """The command, the build and the tests have variables of their own."""
    texts = [
        path.read_text()
        for folder in ("py/json_head/cli", "scripts/build", "scripts/env", "tests/browser", "tests/engines", "docs")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in (".py", ".sh", ".md", ".mjs")
    ]
    names = set(re.findall(r"JSON_HEAD_[A-Z_]+[A-Z]\b", "\n".join(texts)))
    assert names >= OTHERS - {"JSON_HEAD_KILLS"}
    check_names(dict.fromkeys(names, ""))


@pytest.mark.parametrize(
    "name",
    [
        "JSON_HEAD_SERVICE_HOST", "JSON_HEAD_SERVICE_PORT", "JSON_HEAD_SERVICE_PORT_HTTP", "JSON_HEAD_PORT", "JSON_HEAD_PORT_8006_TCP",
        "JSON_HEAD_PORT_8006_TCP_ADDR", "JSON_HEAD_METRICS_SERVICE_HOST",
    ],
)  # fmt: skip
def test_variables_that_kubernetes_sets_for_a_service_are_ignored(name):
    check_names({name: "tcp://10.0.0.1:8006"})
