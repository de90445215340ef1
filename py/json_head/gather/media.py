"""Media types of what is no page, in words."""

from __future__ import annotations

#: By the type of a media type, or by all of it.
_NAMES = {
    "image": "an image",
    "video": "a video",
    "audio": "a sound file",
    "font": "a font",
    "application/pdf": "a PDF file",
    "application/zip": "an archive",
}


def name_of(media_type: str | None) -> str | None:
    """What has a media type, with its article; ``None`` if it may be a page, or anything."""
    essence = (media_type or "").partition(";")[0].strip().lower()
    return _NAMES.get(essence) or _NAMES.get(essence.partition("/")[0])
