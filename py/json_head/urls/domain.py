"""Domain to ASCII (URL Standard 3.3): what a browser makes of an international domain name. No network.

It is UTS 46 without STD3 rules, hyphen checks and length checks, and non-transitional. That is more lenient than IDNA 2008,
under which ``☃.net`` is no name.
"""

from __future__ import annotations

import unicodedata

#: Encoding a label as Punycode takes quadratic time, so longer names are refused. None that is looked up has more than 63
#: characters in a label and 253 in all (RFC 1035 2.3.4); browsers leave that to the look-up.
MAX_LENGTH = 1_000
MAX_LABEL_LENGTH = 253

_ACE_PREFIX = "xn--"
#: A name with such a character has to keep the Bidi rule in each of its labels (RFC 5893 2).
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))


def to_ascii(domain: str) -> str:
    """The name in lower case, with international labels in Punycode.

    A name in ASCII is not validated, not even Punycode that decodes to nothing: the web has such names, and the standard lets
    them pass since 2026.

    Raises:
        ValueError: it is no valid name.
    """
    if domain.isascii():
        return domain.lower()
    if len(domain) > MAX_LENGTH:
        raise ValueError(f"more than {MAX_LENGTH} characters")
    import idna  # here, because its tables cost start-up time that few checks need

    try:
        labels = idna.uts46_remap(domain, std3_rules=False, transitional=False).split(".")
        if max(map(len, labels)) > MAX_LABEL_LENGTH:
            raise ValueError(f"more than {MAX_LABEL_LENGTH} characters in a label")
        unicode_labels = [_decode(label) for label in labels]
        is_bidi = any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for label in unicode_labels for c in label)
        for label in unicode_labels:
            _validate(label, is_bidi=is_bidi)
        return ".".join(map(_encode, unicode_labels))
    except idna.IDNAError as error:  # a UnicodeError, as what the punycode codec raises is
        raise ValueError(str(error)) from error


def _decode(label: str) -> str:
    """UTS 46 4, step 4: a label in Punycode stands for what it encodes, if that could not have been written otherwise."""
    if not label.startswith(_ACE_PREFIX):
        return label
    decoded = label.removeprefix(_ACE_PREFIX).encode("ascii").decode("punycode")
    if decoded.isascii() or _encode(decoded) != label:
        raise ValueError(f"{label} is no Punycode that an encoder writes")
    return decoded


def _encode(label: str) -> str:
    return label if label.isascii() else _ACE_PREFIX + label.encode("punycode").decode("ascii")


def _validate(label: str, *, is_bidi: bool) -> None:
    """UTS 46 4.1, validity criteria."""
    import idna

    if label.isascii():
        if is_bidi and label:
            idna.check_bidi(label, check_ltr=True)
        return
    if label.startswith(_ACE_PREFIX) or idna.uts46_remap(label, std3_rules=False, transitional=False) != label:
        raise ValueError("a label has characters that are mapped to others")
    idna.check_initial_combiner(label)
    if any(c in "\u200c\u200d" and not idna.valid_contextj(label, i) for i, c in enumerate(label)):
        raise ValueError("a joiner stands where it joins nothing")
    if is_bidi:
        idna.check_bidi(label, check_ltr=True)
