"""The commands ``json-head bulk``. They need the extra ``json-head[bulk]``."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from json_head.bulk.errors import BulkError
from json_head.bulk.lanes import CHUNK
from json_head.cli import network
from json_head.cli.errors import OptionError
from json_head.cli.options import requests as options
from json_head.cli.printing import output
from json_head.cli.progress.ticker import Ticker
from json_head.cli.running import FAILING, FINE, UNUSABLE, run
from json_head.cli.streams import complain
from json_head.export.row import counted, showable

if TYPE_CHECKING:
    from json_head.bulk.folder import Folder
    from json_head.bulk.plan import Basis, Plan

#: How requests are sent, as far as it belongs to a plan. What may be secret does not.
_OF_PLAN = ("method", "user_agent", "guard", "insecure", "max_redirects")
_NOT_OF_PLAN = frozenset(
    (
        "scheduler", "workers", "headers", "headers_for_all", "basic_auth", "proxy", "no_proxy", "ca_file", "client_cert", "client_key",
    )
)  # fmt: skip


class _Bulk(click.Group):
    """The group. ``json-head bulk LIST`` means ``json-head bulk run LIST``."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in context.help_option_names:
            args = ["run", *args]
        return super().parse_args(context, args)


@contextmanager
def _needing_extra() -> Iterator[None]:
    """Say how the extra is installed, if it is missing.

    Raises:
        OptionError: a package of it is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("json_head"):
            raise
        raise OptionError(
            f"json-head bulk needs {(error.name or '').partition('.')[0]}, which is not installed. Install it with: pip install 'json-head[bulk]'"
        ) from error


out = click.option(
    "--out",
    required=True,
    metavar="FOLDER",
    help="The folder of the run, local or any address of fsspec: s3://bucket/run.",
)
quiet = click.option("-q", "--quiet", is_flag=True, help="Print no progress and no summary.")


def planning(command: options.Command) -> options.Command:
    """Decorator that adds the options that a plan is made of, beside its list."""
    added = [
        click.option("--column", metavar="NAME", help="The column of a CSV or Parquet LIST with the URLs; by default url, or the only one."),
        click.option(
            "--chunk", type=click.IntRange(1, 1_000_000), default=CHUNK, show_default=True,
            help="Maximum number of URLs in a chunk, of which a lost worker loses one.",
        ),
    ]  # fmt: skip
    command = options.directly_asking(command)
    for option in reversed(added):
        command = option(command)
    return command


@click.group("bulk", cls=_Bulk, context_settings=options.CONTEXT)
def bulk_command() -> None:
    """Check a list of millions of URLs on Dask. `json-head bulk LIST --out FOLDER` plans and runs, and goes on with what is left
    after an interruption.
    """  # fmt: skip


@bulk_command.command("plan", context_settings=options.CONTEXT)
@click.argument("list", metavar="LIST")
@out
@planning
@quiet
def plan_command(list: str, **values: Any) -> int:
    """Normalise and deduplicate the URLs of LIST, and divide them into chunks. Nothing is requested.

    \b
    Exit codes:
      0    FOLDER has the plan
      2    wrong usage, LIST cannot be read, or FOLDER has another plan
    """  # fmt: skip
    with _needing_extra():
        _planned(list, values)
    return FINE


@bulk_command.command("run", context_settings=options.CONTEXT)
@click.argument("list", metavar="[LIST]", required=False)
@out
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Run on the cluster of this scheduler of Dask: tcp://HOST:8786. By default on this machine.",
)
@click.option("--workers", type=click.IntRange(1, 1024), help="Processes on this machine; by default as many as cores.")
@planning
@quiet
def run_command(list: str | None, **values: Any) -> int:
    """Check the URLs of LIST that have no result in FOLDER. Without LIST, go on with the plan in FOLDER.

    \b
    Exit codes:
      0    every URL has a result, whatever its verdict
      2    wrong usage, LIST or FOLDER cannot be used, or a part of the run failed: run again
      130  interrupted; what is done stays (143 after SIGTERM, 129 after SIGHUP)
    """  # fmt: skip
    if values["scheduler"] is not None and values["workers"]:
        raise OptionError("--workers is for this machine. Start the workers of --scheduler with dask worker.")
    with _needing_extra():
        from json_head.bulk import cluster  # noqa: F401 (before the list is planned, since a package may be missing)
        from json_head.bulk.summary import count_verdicts, verdicts_line

        plan, folder, connections = _planned(list, values)
        errors = _run(plan, folder, connections, values)
        verdicts = count_verdicts(folder)
    if not values["quiet"]:
        complain(verdicts_line(verdicts))
    for error in errors:
        complain(f"Error: {showable(error)}")
    if errors:
        complain(_resuming(folder))
        return UNUSABLE
    if (rows := sum(verdicts.values())) != plan.urls:
        raise BulkError(
            f"{folder.address} has {counted(rows, 'result')} for {counted(plan.urls, 'URL')}. See json-head bulk verify, and "
            "delete the files that do not belong there."
        )
    return FINE


def _planned(list: str | None, values: dict[str, Any]) -> tuple[Plan, Folder, network.Network]:
    """The plan of the folder, which is made if it has none, and how its requests are sent."""
    from json_head.bulk.folder import Folder
    from json_head.bulk.lists import digest
    from json_head.bulk.plan import FILE, Basis, Plan
    from json_head.bulk.planning import make_plan

    given = _given()
    policy = options.policy_of(values)
    connections = options.network_of(values)
    folder = Folder.of(values["out"])
    basis = Basis(
        list="" if list is None else digest(list),
        column=values["column"],
        policy=asdict(policy),
        chunk=values["chunk"],
        network={name: getattr(connections, name) for name in _OF_PLAN},
    )
    if list is None or folder.exists(FILE):
        plan = Plan.load(folder)
        plan.basis.refuse_other(basis if list is not None else _changed(plan.basis, basis, given), folder.address)
        return plan, folder, replace(connections, **plan.basis.network)
    read = 0

    def count(entries: int) -> None:
        nonlocal read
        read = entries

    with Ticker(lambda: f"{read:,} URLs read." if read else "", quiet=values["quiet"]):
        plan = make_plan(list, basis, folder, count)
    if not values["quiet"]:
        repeated = plan.entries - plan.urls
        complain(
            f"{counted(plan.urls, 'URL')} in {counted(len(plan.chunks), 'chunk')}, {plan.refused:,} of which cannot be requested; "
            f"{repeated:,} repeated."
        )
    return plan, folder, connections


def _given() -> frozenset[str]:
    """The parameters that the command line has."""
    context = click.get_current_context()
    return frozenset(
        name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    )


def _changed(basis: Basis, wanted: Basis, given: frozenset[str]) -> Basis:
    """The basis of a plan, with what the command line has of the wanted one."""
    return replace(
        wanted,
        list=basis.list,
        column=wanted.column if "column" in given else basis.column,
        policy=basis.policy | {name: value for name, value in wanted.policy.items() if name in given},
        chunk=wanted.chunk if "chunk" in given else basis.chunk,
        network=basis.network | {name: value for name, value in wanted.network.items() if name in given},
    )


def _run(plan: Plan, folder: Folder, connections: network.Network, values: dict[str, Any]) -> list[str]:
    """Check what has no result yet. Returns sentences on parts that failed."""
    from json_head.bulk import cluster
    from json_head.bulk.progress import Estimate, Lanes
    from json_head.bulk.work import Job

    done = plan.done(folder)
    if len(done) == len(plan.chunks):
        return []
    job = Job(
        folder,
        plan.basis.hash,
        plan.address,
        plan.policy,
        partial(_open_transport, connections, plan.policy.total),
    )
    scheduler = values["scheduler"]
    remaining = dict(enumerate(plan.lanes))
    for chunk in done:
        remaining[chunk.lane] -= chunk.urls

    async def work() -> list[str]:
        async with cluster.local(values["workers"]) if scheduler is None else cluster.connected(scheduler) as client:
            if not values["quiet"] and (dashboard := cluster.dashboard(client)):
                complain(f"Dashboard: {dashboard}")
            estimate = Estimate(plan.urls, remaining, monotonic())
            with Ticker(lambda: estimate.line(monotonic()), quiet=values["quiet"]):
                return await cluster.Run(client, job, Lanes(plan.chunks, done), estimate).run()

    try:
        return run(work())
    except KeyboardInterrupt:
        complain(_resuming(folder))
        raise


def _open_transport(of: network.Network, total: int) -> Any:
    """Open the network on a worker."""
    network.allow_files(total)
    return network.open_transport(of)


def _resuming(folder: Folder) -> str:
    """The command that goes on, and the names of the options that have to be given again, because the plan does not have them."""
    context = click.get_current_context()
    given = _given() & _NOT_OF_PLAN
    names = [parameter.opts[-1] for parameter in context.command.params if parameter.name in given]
    again = f", with the same {', '.join(names)}" if names else ""
    return f"To go on{again}: json-head bulk run --out {shlex.quote(folder.address)}"


@bulk_command.command("status", context_settings=options.CONTEXT)
@out
def status_command(out: str) -> int:
    """Tell how much of the plan in FOLDER is done.

    \b
    Exit codes:
      0    the status was printed
      2    FOLDER has no plan, or cannot be read
    """  # fmt: skip
    with _needing_extra():
        from json_head.bulk.summary import status_of

        plan, folder = _stored(out)
        status = status_of(plan, folder)
    share = 100 * status.urls_done // status.urls
    output.write(
        f"{status.urls_done:,} of {counted(status.urls, 'URL')} have a result ({share} %), "
        f"{status.chunks_done:,} of {counted(status.chunks, 'chunk')}.\n"
    )
    return FINE


@bulk_command.command("verify", context_settings=options.CONTEXT)
@out
def verify_command(out: str) -> int:
    """Read all results in FOLDER, and compare them with the plan.

    \b
    Exit codes:
      0    each URL of the plan has one result, and nothing else has one
      1    it is otherwise
      2    FOLDER has no plan, or cannot be read
    """  # fmt: skip
    with _needing_extra():
        from json_head.bulk.summary import count_verdicts, verdicts_line, verify

        plan, folder = _stored(out)
        verification, verdicts = verify(plan, folder), count_verdicts(folder)
    output.write(
        f"{verification.planned:,} planned, {counted(verification.rows, 'row')}, {verification.distinct:,} distinct, "
        f"{verification.missing:,} missing.\n{verdicts_line(verdicts)}\n"
    )
    return FINE if verification.is_right else FAILING


@bulk_command.command("to-sqlite", context_settings=options.CONTEXT)
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@out
@quiet
def to_sqlite_command(file: Path, out: str, quiet: bool) -> int:
    """Copy the results in FOLDER into the SQLite database FILE, which Datasette opens.

    \b
    Exit codes:
      0    FILE has the results so far
      2    FILE exists or cannot be written, or FOLDER cannot be read
    """  # fmt: skip
    written = 0

    def count(rows: int) -> None:
        nonlocal written
        written = rows

    with _needing_extra(), Ticker(lambda: f"{written:,} rows written." if written else "", quiet=quiet):
        from json_head.bulk.to_sqlite import to_sqlite

        rows = to_sqlite(*_stored(out), file, count)
    if not quiet:
        complain(f"{counted(rows, 'row')} written.")
    return FINE


def _stored(out: str) -> tuple[Plan, Folder]:
    from json_head.bulk.folder import Folder
    from json_head.bulk.plan import Plan

    folder = Folder.of(out)
    return Plan.load(folder), folder
