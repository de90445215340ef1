"""The examples of clusters in deploy/bulk are valid, agree with each other, and have commands that exist."""

import subprocess
import sys

import click
import pytest
from distributed.cli.dask_scheduler import main as dask_scheduler
from distributed.cli.dask_worker import main as dask_worker
from json_head.cli import group

from tests.unit.deploy.served import DEPLOY, documents

(COMPOSE,) = documents("bulk/compose.yaml")
SCHEDULER, SERVICE, WORKER, RUN, POLICY = documents("bulk/kubernetes.yaml")
DASK = {"scheduler": dask_scheduler, "worker": dask_worker}


def pod_of(document):
    return document["spec"]["template"]["spec"]


def container_of(document):
    (container,) = pod_of(document)["containers"]
    return container


COMMANDS = [
    *(service["command"] for service in COMPOSE["services"].values() if "command" in service),
    *(container_of(document)["command"] for document in (SCHEDULER, WORKER, RUN)),
]


def parsed(command):
    """The options of a command line."""
    program, name, *arguments = command
    if program == "dask":
        return DASK[name].make_context(name, list(arguments)).params
    bulk = group.cli.get_command(click.Context(group.cli), name)
    context = bulk.make_context(name, list(arguments))
    return bulk.commands["run"].make_context("run", context.args, parent=context).params


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_exist(command):
    assert parsed(command)


def test_workers_and_the_run_connect_to_the_scheduler():
    name, port = SERVICE["metadata"]["name"], SERVICE["spec"]["ports"][0]["port"]
    assert parsed(container_of(SCHEDULER)["command"])["port"] == str(port)
    assert parsed(container_of(WORKER)["command"])["scheduler"] == f"tcp://{name}:{port}"
    assert parsed(container_of(RUN)["command"])["scheduler"] == f"tcp://{name}:{port}"
    assert parsed(COMPOSE["services"]["worker"]["command"])["scheduler"] == "tcp://scheduler:8786"
    assert SERVICE["spec"]["selector"] == SCHEDULER["spec"]["template"]["metadata"]["labels"]


def test_a_worker_has_memory_and_files_for_its_processes():
    for command, limit in (
        (COMPOSE["services"]["worker"]["command"], COMPOSE["services"]["worker"]["mem_limit"]),
        (container_of(WORKER)["command"], container_of(WORKER)["resources"]["limits"]["memory"]),
    ):
        options = parsed(command)
        assert options["nthreads"] == 1 and int(limit[0]) * 1_000 >= 2 * 200 * int(options["n_workers"])
    assert COMPOSE["services"]["worker"]["ulimits"]["nofile"] >= 8 * 256 + 256


def test_all_pods_that_need_the_results_share_them():
    claims = {
        volume["persistentVolumeClaim"]["claimName"]
        for document in (WORKER, RUN)
        for volume in pod_of(document)["volumes"]
        if "persistentVolumeClaim" in volume
    }
    assert claims == {"json-head-bulk"}
    for document in (WORKER, RUN):
        assert {"name": "data", "mountPath": "/data"} in container_of(document)["volumeMounts"]


def test_pods_have_no_rights_and_only_each_other_as_clients():
    for document in (SCHEDULER, WORKER, RUN):
        context = container_of(document)["securityContext"]
        assert context == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
        assert (
            pod_of(document)["securityContext"]["runAsNonRoot"] and not pod_of(document)["automountServiceAccountToken"]
        )
        assert (
            POLICY["spec"]["podSelector"]["matchLabels"].items()
            <= document["spec"]["template"]["metadata"]["labels"].items()
        )
    assert POLICY["spec"]["ingress"] == [{"from": [{"podSelector": POLICY["spec"]["podSelector"]}]}]


def test_compose_publishes_no_port_and_follows_the_specification():
    assert all("ports" not in service and service["cap_drop"] == ["ALL"] for service in COMPOSE["services"].values())
    ran = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "bulk/compose.yaml"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout


def test_the_image_is_built_from_files_that_exist():
    dockerfile = (DEPLOY / "bulk/Dockerfile").read_text()
    base = [line.split()[1] for line in dockerfile.splitlines() if line.startswith("FROM ")]
    assert set(base) == {(DEPLOY.parent / "Dockerfile").read_text().split("FROM ", 1)[1].split()[0]}
    copied = next(line for line in dockerfile.splitlines() if line.startswith("COPY scripts")).split()[1:-1]
    assert all((DEPLOY.parent / path).exists() for path in copied)
    assert "\nduckdb==" in (DEPLOY.parent / "scripts/env/requirements-bulk.txt").read_text()
