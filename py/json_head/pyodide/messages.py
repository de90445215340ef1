"""Validates messages of the page, which ``web/client/protocol.js`` defines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol, TypeGuard, get_args

from json_head.errors import JsonHeadError
from json_head.export.about import About, Kind
from json_head.export.decided import is_decision
from json_head.gather.archive import is_archive
from json_head.gather.files import Files
from json_head.model import Link, Result
from json_head.policy import Policy
from json_head.relay.evidence import EvidenceError, result_of
from json_head.transports.browser.transport import PER_HOST

Message = dict[str, Any]

#: The most pages that a crawl may be asked to read.
MOST_PAGES = 100_000


class Reply(Protocol):
    """Sends a reply to one request."""

    def __call__(self, type: str, /, **parts: Any) -> None: ...


class Request(NamedTuple):
    """A message of the page. ``body`` has the bytes that came beside it."""

    id: int
    message: Message
    body: bytes | None
    reply: Reply


class Cancellable(Protocol):
    def cancel(self) -> None: ...


#: The checks under way, by the ids of their requests.
Running = dict[int, Cancellable]


class MessageError(JsonHeadError, ValueError):
    """A message that does not follow the protocol."""

    code = "bad-message"


class PolicyError(JsonHeadError, ValueError):
    """A policy with a part that is unknown or out of range."""

    code = "bad-policy"


class Plan(NamedTuple):
    """The links of an audit. The page keeps it as a string."""

    links: Sequence[Link]
    paths: Mapping[int, str]
    """Where the links to files of dropped folders lead, by the indexes of the links."""

    def to_json(self) -> str:
        return json.dumps([self.links, list(self.paths.items())])

    @classmethod
    def of(cls, text: Any) -> Plan:
        """Read a plan that the page kept."""
        try:
            listed, items = json.loads(text)
            links, paths = [Link(*parts) for parts in listed], dict(items)
        except (TypeError, ValueError) as error:
            raise MessageError("The plan of the audit is not valid.") from error
        if not all(isinstance(link.url, str) for link in links):
            raise MessageError("A link of the plan has no URL.")
        if not all(
            type(index) is int and 0 <= index < len(links) and isinstance(path, str) for index, path in paths.items()
        ):
            raise MessageError("A path of the plan is not that of a link.")
        return cls(links, paths)

    @classmethod
    def of_several(cls, texts: Iterable[str]) -> Plan:
        """Read the plans of several audits as one."""
        links: list[Link] = []
        paths: dict[int, str] = {}
        for plan in map(cls.of, texts):
            paths.update((len(links) + index, path) for index, path in plan.paths.items())
            links += plan.links
        return cls(links, paths)


def policy_of(message: Message) -> Policy:
    data = message.get("policy")
    if data is None:
        return Policy()
    if not isinstance(data, dict):
        raise PolicyError("A policy must be an object.")
    per_host = data.get("per_host")
    if isinstance(per_host, (int, float)) and per_host > PER_HOST:  # the browser would queue the others
        raise PolicyError(f"policy.per_host must be a whole number from 1 to {PER_HOST} in a browser, not {per_host!r}")
    try:
        return Policy.from_json(data)
    except ValueError as error:
        raise PolicyError(str(error)) from error


def results_in(message: Message) -> list[dict[str, Any]]:
    """The results in a message. Only that they are objects is known of them, and that a decision on one is valid."""
    results = message.get("results")
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        raise MessageError("This request needs a list of results.")
    if not all(is_decision(result["decision"]) for result in results if result.get("decision") is not None):
        raise MessageError("A decision on a result must be one of its list, with texts.")
    return results


def about_in(message: Message, about: About) -> About:
    """What the page tells about the check of an export, where it tells something: see ``About`` of ``web/client/protocol.js``."""
    told = message.get("about")
    if told is None:
        return about
    if not isinstance(told, dict):
        raise MessageError("about must be an object.")
    parts: dict[str, Any] = {
        name: text for name in ("title", "started_at") if (text := text_of(told, name)) is not None
    }
    pages, unlisted = told.get("pages", about.pages), told.get("unlisted") or {}
    if type(pages) is not int or not isinstance(unlisted, dict) or not are_whole([*unlisted.values()]):
        raise MessageError("The numbers of about must be whole.")
    if (kind := told.get("kind", about.kind)) not in get_args(Kind):
        raise MessageError("The kind of about must be one of its list.")
    notes = strings(told, "notes") if "notes" in told else about.notes
    return replace(about, **parts, kind=kind, pages=pages, notes=notes, unlisted=unlisted)


def validated(items: Iterable[Any]) -> list[Result]:
    """The results that the page sends back."""
    try:
        return [result_of(item) for item in items]
    except EvidenceError as error:
        raise MessageError(f"One of the results is not valid ({error}).") from error


def strings(parts: Message, name: str) -> list[str]:
    value = parts.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise MessageError(f"{name} must be a list of strings.")
    return value


def are_whole(value: Any) -> TypeGuard[list[int]]:
    """Whether the value is a list of whole numbers."""
    return isinstance(value, list) and all(type(item) is int for item in value)


def text_of(parts: Message, name: str) -> str | None:
    value = parts.get(name)
    if value is not None and not isinstance(value, str):
        raise MessageError(f"{name} must be a string.")
    return value


def files_of(spec: Message, body: bytes | None, format: str) -> Files | None:
    """The files of a source: several, those of folders, or those in an archive; ``None`` if it is another source."""
    if "files" in spec:
        try:
            return Files.of_message(spec, body or b"", format)
        except ValueError as error:
            raise MessageError(str(error)) from error
    name = text_of(spec, "name")
    if body is None or not name or not is_archive(name):
        return None
    return Files.of_archive(name, body, text_of(spec, "base"), format)
