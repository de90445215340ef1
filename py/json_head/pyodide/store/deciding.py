"""Answers the page's messages about a person's decisions on links: makes, undoes, lists, deletes, exports and imports them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from json_head.model import timestamp
from json_head.pyodide.messages import MessageError, Request, text_of
from json_head.pyodide.store.keeping import Keeping

if TYPE_CHECKING:
    from json_head.store.decisions import Decision, Decisions

#: The types of message that are answered here.
TYPES = frozenset(("decide", "undecide", "decisions", "delete-decisions", "export-decisions", "import-decisions"))


class Deciding:
    """The replies to messages about decisions."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    async def answer(self, request: Request) -> None:
        """Answer one message of ``TYPES``."""
        from json_head.store.decisions import files  # later than the start of the page, which does not need SQLite

        message = request.message
        decisions = (await self._keeping.store()).decisions
        added: dict[str, int] = {}
        match message["type"]:
            case "export-decisions":
                name = str(message.get("format"))
                if name not in files.FORMATS:
                    raise MessageError(f"There is no format {name[:40]!r}.")
                items = message.get("items")
                listed = decisions.all() if items is None else _unstored(items)
                text, format = files.export(listed, name), files.FORMATS[name]
                request.reply("exported", text=text, mediaType=format.media_type, extension=format.extension)
                return
            case "decide":
                _decide(request, decisions)
            case "undecide":
                id = message.get("decision")
                if type(id) is not int:
                    raise MessageError("decision must be the id of a decision.")
                decisions.undo(id)
            case "delete-decisions":
                decisions.delete_all()
            case "import-decisions":
                added["added"] = decisions.merge(files.read(request.body or b""))
        state = self._keeping.place.state
        request.reply("decisions", items=[_described(decision) for decision in decisions.all()], state=state, **added)


def _decide(request: Request, decisions: Decisions) -> None:
    message = request.message
    url, decision = text_of(message, "url"), text_of(message, "decision")
    if url is None or decision is None:
        raise MessageError("decide needs a url and a decision.")
    decisions.decide(
        url,
        decision,
        scope=text_of(message, "scope") or "address",
        source=text_of(message, "source"),
        reason=text_of(message, "reason"),
        until=text_of(message, "until"),
    )


def _unstored(items: Any) -> list[Decision]:
    """Decisions that are exported, and not made."""
    from json_head.store.decisions.rules import checked

    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise MessageError("items must be a list of decisions.")
    now = timestamp()
    return [
        checked(
            item.get("url"), item.get("decision"), now, scope=item.get("scope", "address"), source=item.get("source"),
            reason=item.get("reason"), until=item.get("until"),
        )._replace(active=True)
        for item in items
    ]  # fmt: skip


def _described(decision: Decision) -> dict[str, Any]:
    described = decision._asdict()
    described["madeAt"] = described.pop("made_at")
    return described
