"""Domain to ASCII (URL Standard 3.3): converts an international domain name as a browser does. No network.

The algorithm is UTS 46, non-transitional, without STD3 rules, hyphen checks and length checks. It is more lenient than
IDNA 2008, under which ``☃.net`` is not a valid name.
"""

from __future__ import annotations

import unicodedata

#: Punycode encoding takes quadratic time, and the mapping 20 µs for each character, so longer names are refused. DNS
#: allows 63 characters in a label and 253 in a name (RFC 1035 2.3.4). Browsers leave that check to the look-up, and the
#: conformance suite has names of these lengths.
MAX_LENGTH = 255
MAX_LABEL_LENGTH = 100

_ACE_PREFIX = "xn--"
#: If a name has such a character, each of its labels must satisfy the Bidi rule (RFC 5893 2).
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))


def to_ascii(domain: str) -> str:
    """The name in lower case, with international labels in Punycode.

    A name in ASCII is not validated, not even if its Punycode decodes to nothing. Such names exist on the web, and the
    standard has accepted them since 2026.

    Raises:
        ValueError: the name is not valid.
    """
    if domain.isascii():
        return domain.lower()
    if len(domain) > MAX_LENGTH:
        raise ValueError(f"more than {MAX_LENGTH} characters")
    import idna  # imported here, because its tables slow down the start and few checks need them

    try:
        mapped = idna.uts46_remap(domain, std3_rules=False, transitional=False)  # one character can become 18
        if len(mapped) > MAX_LENGTH:
            raise ValueError(f"more than {MAX_LENGTH} characters")
        labels = mapped.split(".")
        if max(map(len, labels)) > MAX_LABEL_LENGTH:
            raise ValueError(f"more than {MAX_LABEL_LENGTH} characters in a label")
        unicode_labels = [_decode(label) for label in labels]
        is_bidi = any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for label in unicode_labels for c in label)
        for label in unicode_labels:
            _validate(label, is_bidi=is_bidi)
        return ".".join(map(_encode, unicode_labels))
    except idna.IDNAError as error:  # a UnicodeError, like the errors of the punycode codec
        raise ValueError(str(error)) from error


def _decode(label: str) -> str:
    """Decode a label in Punycode, if an encoder would have written it in the same way (UTS 46 4, step 4)."""
    if not label.startswith(_ACE_PREFIX):
        return label
    decoded = label.removeprefix(_ACE_PREFIX).encode("ascii").decode("punycode")
    if decoded.isascii() or _encode(decoded) != label:
        raise ValueError(f"{label} is not the Punycode that an encoder writes")
    return decoded


def _encode(label: str) -> str:
    return label if label.isascii() else _ACE_PREFIX + label.encode("punycode").decode("ascii")


def _validate(label: str, *, is_bidi: bool) -> None:
    """Check the validity criteria of UTS 46 4.1."""
    import idna

    if label.isascii():
        if is_bidi and label:
            idna.check_bidi(label, check_ltr=True)
        return
    if label.startswith(_ACE_PREFIX) or idna.uts46_remap(label, std3_rules=False, transitional=False) != label:
        raise ValueError("a label contains characters that are mapped to others")
    idna.check_initial_combiner(label)
    if any(c in "\u200c\u200d" and not idna.valid_contextj(label, i) for i, c in enumerate(label)):
        raise ValueError("a joiner has nothing to join")
    if is_bidi:
        idna.check_bidi(label, check_ltr=True)
