"""Judges the fragments of links to pages that were read, once all pages are known."""

from __future__ import annotations

from json_head.fragments import Anchors, Document, judge_by_document
from json_head.store import Recorder


def judge_fragments(recorder: Recorder) -> None:
    """Judge the fragments of all links to pages that were read, by the anchors that are stored with them."""
    for names, fragments in recorder.fragments_of_pages():
        document = Document(None if names is None else Anchors(ids=set(names)))
        for id, name in fragments:
            state, rule = judge_by_document(name, document)
            recorder.judge(id, state, rule)
