"""The Compose file is valid, its variables exist, and nginx accepts its configuration."""

import datetime
import ipaddress
import re
import shutil
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from json_head.asgi.query import MAX_QUERY
from json_head.transports.sockets.resolver import MAX_THREADS

from tests.unit.deploy.served import DEPLOY, documents, secure, settings_of

FOLDER = DEPLOY / "compose"
(COMPOSE,) = documents("compose/compose.yaml")
API = COMPOSE["services"]["json-head"]
NGINX = (FOLDER / "nginx.conf").read_text()


def test_the_file_follows_the_compose_specification():
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        FOLDER / "compose.yaml",
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_the_variables_exist_and_are_safe():
    settings = settings_of(API["environment"])
    assert secure(settings) and API["environment"]["JSON_HEAD_TOKEN_FILE"] == "/run/secrets/tokens"
    (subnet,) = COMPOSE["networks"]["inside"]["ipam"]["config"]
    assert list(settings.proxies) == [subnet["subnet"]] and ipaddress.ip_network(subnet["subnet"]).is_private
    assert float(API["stop_grace_period"].removesuffix("s")) > settings.grace


def test_only_nginx_is_open_to_the_network():
    assert "ports" not in API
    assert API["read_only"] and API["cap_drop"] == ["ALL"] and API["pids_limit"] > MAX_THREADS + 50


def test_nginx_is_for_the_host_and_the_port_of_the_api():
    (server_name,) = re.findall(r"server_name (\S+);", NGINX)
    assert server_name == API["environment"]["JSON_HEAD_HOSTS"]
    dockerfile = (DEPLOY.parent / "Dockerfile").read_text()
    (port,) = re.findall(r"^EXPOSE (\d+)$", dockerfile, re.MULTILINE)
    assert re.findall(r"proxy_pass (\S+);", NGINX) == [f"http://json-head:{port}"]


def test_errors_of_nginx_are_for_the_pages_of_the_origin():
    allowed = re.findall(r"add_header Access-Control-Allow-Origin (\S+) always;", NGINX)
    assert set(allowed) == {API["environment"]["JSON_HEAD_ORIGINS"]}


def test_nginx_replaces_the_address_that_a_client_claims():
    assert re.findall(r"proxy_set_header X-Forwarded-For (\S+);", NGINX) == ["$remote_addr"]


def test_nginx_accepts_queries_as_long_as_the_api_does():
    (size,) = re.findall(r"large_client_header_buffers \d+ (\d+)k;", NGINX)
    assert int(size) * 1_024 > MAX_QUERY


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_nginx_accepts_its_configuration(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "links.example.org")])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day + datetime.timedelta(days=9))
    (tmp_path / "cert.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    # No name is looked up here, and no file outside the folder is written.
    text = NGINX.replace("/etc/nginx/tls", str(tmp_path)).replace("http://json-head:", "http://127.0.0.1:")
    text = text.replace(":80;", ":18080;").replace("listen 80;", "listen 18080;").replace("443 ssl;", "18443 ssl;")
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid;\nerror_log stderr;\n{text}")
    ran = subprocess.run(
        ["nginx", "-t", "-q", "-p", tmp_path, "-c", tmp_path / "nginx.conf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
