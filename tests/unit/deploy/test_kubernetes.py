"""The Kubernetes manifest uses variables, paths and ports that exist, and lets the API reach only the public web."""

import ipaddress
import re

import pytest
from json_head.guard import WEB_PORTS, Guard

from tests.unit.asgi.client import Client
from tests.unit.deploy.served import DEPLOY, documents, secure, settings_of

DEPLOYMENT, SERVICE, POLICY = documents("kubernetes/json-head.yaml")
POD = DEPLOYMENT["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]
ENVIRONMENT = {variable["name"]: variable["value"] for variable in CONTAINER["env"]}
(PORT,) = CONTAINER["ports"]


def test_the_variables_exist_and_are_safe():
    assert secure(settings_of(ENVIRONMENT))
    (mount,) = (mount for mount in CONTAINER["volumeMounts"] if mount["name"] == "tokens")
    assert ENVIRONMENT["JSON_HEAD_TOKEN_FILE"].startswith(mount["mountPath"] + "/") and mount["readOnly"]


def test_all_parts_select_the_same_pods():
    labels = DEPLOYMENT["spec"]["template"]["metadata"]["labels"]
    selectors = (
        DEPLOYMENT["spec"]["selector"]["matchLabels"],
        SERVICE["spec"]["selector"],
        POLICY["spec"]["podSelector"]["matchLabels"],
    )
    assert all(selector == labels for selector in selectors)
    assert [document["kind"] for document in (DEPLOYMENT, SERVICE, POLICY)] == [
        "Deployment",
        "Service",
        "NetworkPolicy",
    ]


async def test_ports_and_probes_exist():
    dockerfile = (DEPLOY.parent / "Dockerfile").read_text()
    assert [str(PORT["containerPort"])] == re.findall(r"^EXPOSE (\d+)$", dockerfile, re.MULTILINE)
    assert SERVICE["spec"]["ports"][0]["targetPort"] == PORT["name"] == POLICY["spec"]["ingress"][0]["ports"][0]["port"]
    assert (CONTAINER["livenessProbe"]["httpGet"], CONTAINER["readinessProbe"]["httpGet"]) == (
        {"path": "/healthz", "port": PORT["name"]}, {"path": "/readyz", "port": PORT["name"]},
    )  # fmt: skip
    assert (await Client()("/healthz", host="10.1.2.3:8006")).status == 200


def test_the_pod_has_time_to_end():
    (_, pause) = CONTAINER["lifecycle"]["preStop"]["exec"]["command"]
    assert POD["terminationGracePeriodSeconds"] > int(pause) + settings_of(ENVIRONMENT).grace


def test_the_pod_has_no_rights():
    dockerfile = (DEPLOY.parent / "Dockerfile").read_text()
    assert f"USER {POD['securityContext']['runAsUser']}:" in dockerfile and POD["securityContext"]["runAsNonRoot"]
    context = CONTAINER["securityContext"]
    assert context["readOnlyRootFilesystem"] and context["capabilities"] == {"drop": ["ALL"]}
    assert not (context["allowPrivilegeEscalation"] or POD["automountServiceAccountToken"] or POD["enableServiceLinks"])


def allowed(address):
    """Whether the policy allows a connection to an address on the ports of the web."""
    ip = ipaddress.ip_address(address)
    blocks = [peer["ipBlock"] for peer in POLICY["spec"]["egress"][1]["to"]]
    return any(
        ip in ipaddress.ip_network(block["cidr"])
        and not any(ip in ipaddress.ip_network(part) for part in block["except"])
        for block in blocks
    )


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.20.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "127.0.0.1",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "fd00::1",
        "fe80::1",
    ],
)
def test_the_network_policy_refuses_what_the_guard_refuses(address):
    with pytest.raises(Exception, match="forbidden"):
        Guard().check_address(address, 443)
    assert not allowed(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111"])
def test_the_network_policy_allows_the_public_web(address):
    Guard().check_address(address, 443)
    assert allowed(address)
    assert {port["port"] for port in POLICY["spec"]["egress"][1]["ports"]} == set(WEB_PORTS)
