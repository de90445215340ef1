"""Reads options from ``json-head.toml``, or from ``[tool.json-head]`` of ``pyproject.toml``. The command line takes precedence."""

from __future__ import annotations

import difflib
import glob
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from json_head.cli.options.run_names import RunOrReport, is_run

FILE = "json-head.toml"
_PYPROJECT = "pyproject.toml"
#: Options that belong to one run.
_NEVER_CONFIGURED = frozenset(("config", "help", "resume"))
#: The commands whose options a configuration may have.
_CONFIGURED = ("check", "crawl")


def option(command: Any) -> Any:
    """Decorator that adds ``--config`` to a command. It is read before all other options."""
    return click.option(
        "--config",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        is_eager=True,
        expose_value=False,
        callback=_read,
        help=f"Read options from this file instead of {FILE} or {_PYPROJECT} in the working folder or above it.",
    )(command)


def find(folder: Path) -> Path | None:
    """The configuration that applies in a folder: the first one in it or above it."""
    for above in (folder, *folder.parents):
        if (above / FILE).is_file():
            return above / FILE
        pyproject = above / _PYPROJECT
        if pyproject.is_file() and _tables(pyproject) is not None:
            return pyproject
    return None


def path_of(key: str) -> Path | None:
    """The path that the configuration of the working folder has under a key, for commands that read nothing else of it."""
    file = find(Path.cwd())
    value = (_tables(file) or {}).get(key) if file else None
    if value is None or file is None:
        return None
    if not isinstance(value, str):
        raise click.UsageError(f"{file}: {key} cannot have this value.")
    return Path(_below(file.parent, value))


def options_of(command: click.Command) -> dict[str, click.Parameter]:
    """The parameters that a configuration can have, by key."""
    return {key_of(parameter): parameter for parameter in command.params if parameter.name not in _NEVER_CONFIGURED}


def key_of(parameter: click.Parameter) -> str:
    """The name of an option without its dashes; that of an argument as it is."""
    return max(parameter.opts, key=len).removeprefix("--")


def _read(context: click.Context, _: click.Parameter, given: Path | None) -> None:
    path = given or find(Path.cwd())
    if path:
        options = _tables(path)
        if options is None:
            raise click.UsageError(f"{path} has no [tool.json-head].")
        own = options_of(context.command)
        values = _values(path, options, _known(context, own, options))
        # Parameters of two commands can have one name.
        context.default_map = {own[key].name or "": value for key, value in values.items() if key in own}


def _known(context: click.Context, own: dict[str, click.Parameter], keys: Iterable[str]) -> dict[str, click.Parameter]:
    """The options that a file may have for a command. Those of other commands are no mistakes, because all share the file."""
    known = own
    group = context.find_root().command
    for name in _CONFIGURED:
        if known.keys() >= set(keys):
            break  # importing another command takes longer than reading the file
        if isinstance(group, click.Group) and (other := group.get_command(context, name)):
            known = options_of(other) | known
    return known


def _tables(path: Path) -> dict[str, Any] | None:
    """The options in a file; ``None`` if a ``pyproject.toml`` has none.

    Raises:
        click.UsageError: it cannot be read, or is not TOML.
    """
    import tomllib  # only where there is a file

    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise click.UsageError(f"{path} cannot be read: {error}.") from error
    except RecursionError as error:
        raise click.UsageError(f"{path} cannot be read: it is nested too deeply.") from error
    if path.name != _PYPROJECT:
        return content
    tools = content.get("tool")
    options = tools.get("json-head") if isinstance(tools, dict) else None
    return options if isinstance(options, dict) else None


def _values(path: Path, options: dict[str, Any], known: dict[str, click.Parameter]) -> dict[str, Any]:
    """The values by key, as on the command line. Paths are relative to the folder of the file.

    Raises:
        click.UsageError: an option is unknown, or its value has another type.
    """
    given: dict[str, Any] = {}
    for key, value in options.items():
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise click.UsageError(f"{path} has an unknown option: {key}.{hint}")
        parameter = known[key]
        values = value if isinstance(value, list) else [value]
        is_flag = isinstance(parameter, click.Option) and parameter.is_flag
        allowed: tuple[type, ...] = (bool,) if is_flag else (str, int, float)
        is_listed = isinstance(value, list) and not (_takes_many(parameter) or _takes_commas(parameter))
        # A bool is an int for Python.
        if is_listed or not all(isinstance(item, allowed) and isinstance(item, bool) is is_flag for item in values):
            raise click.UsageError(f"{path}: {key} cannot have this value.")
        if isinstance(parameter.type, click.Path) or key == "sources":
            names = isinstance(parameter.type, RunOrReport)
            values = [item if names and is_run(str(item)) else _below(path.parent, str(item)) for item in values]
        if not is_flag:
            values = [str(item) for item in values]  # as on the command line
        if _takes_commas(parameter):
            values = [",".join(values)]
        given[key] = values if _takes_many(parameter) else values[0]
    return given


def _takes_many(parameter: click.Parameter) -> bool:
    return parameter.multiple or parameter.nargs != 1


def _takes_commas(parameter: click.Parameter) -> bool:
    """Whether an option takes one list with commas, which may be a list in TOML."""
    return not _takes_many(parameter) and (getattr(parameter, "metavar", None) or "").endswith(",...")


def _below(folder: Path, source: str) -> str:
    """A path or glob below a folder. URLs, standard input and absolute paths stay as they are."""
    if source == "-" or "://" in source:
        return source
    return str((Path(glob.escape(str(folder))) if glob.has_magic(source) else folder) / source)
