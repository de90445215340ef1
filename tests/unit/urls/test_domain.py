"""The length of international domain names, on which the time for their conversion depends."""

import pytest
from json_head.urls.domain import MAX_LABEL_LENGTH, MAX_LENGTH, to_ascii


def name_of(character, size, label=50):
    """A name of this size with labels of 50 characters."""
    return ".".join(character * min(label, size - start) for start in range(0, size, label + 1))


def test_an_international_name_of_the_maximum_length_is_converted():
    assert to_ascii(name_of("é", MAX_LENGTH)).startswith("xn--")
    assert to_ascii("é" * MAX_LABEL_LENGTH).startswith("xn--")


@pytest.mark.parametrize(
    "name",
    [
        name_of("é", MAX_LENGTH + 1),
        name_of("丁", 900),
        name_of("㌀", MAX_LENGTH // 2, label=20),  # each character becomes four
        "é" * (MAX_LABEL_LENGTH + 1),
    ],
)
def test_a_longer_international_name_is_refused(name):
    with pytest.raises(ValueError, match="characters"):
        to_ascii(name)


def test_a_name_in_ascii_may_have_any_length():
    assert to_ascii("A" * 10_000) == "a" * 10_000
