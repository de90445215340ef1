import json

import pytest
from json_head.extract.data.json_value import MAX_DEPTH, loads


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, "]]]]", {"b\\"[": null}]}',
        "[" * MAX_DEPTH + "]" * MAX_DEPTH,
        json.dumps(["[" * 500, "\\" * 7 + "{" * 500]),
        "[" + ", ".join(["[[]]"] * 500) + "]",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_is_read(text, encoding):
    assert loads(text) == loads(text.encode(encoding)) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        '{"a":' * 5000 + "1" + "}" * 5000,
        "[" * 200_000,
        "[{" * 5000,
        '"' + "[" * 5000,
        "[}" * 5000,
        "",
        b"\xff\xff\xff",
    ],
)
def test_what_is_nested_too_deeply_or_no_json_is_an_error(text):
    with pytest.raises(ValueError, match=r"levels|Expecting|Unterminated|decode"):
        loads(text)
