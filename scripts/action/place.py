"""The first step of action.yml: where to install, and the key of the installation's cache. It runs in any Python 3."""

import hashlib
import os
import platform
import sys
import sysconfig

HERE = os.path.dirname(os.path.abspath(__file__))
LOCK = os.path.join(HERE, os.pardir, "env", "requirements-action.txt")

if sys.version_info < (3, 11):  # noqa: UP036 (the runner's Python, before anything is installed)
    print(
        "::error title=json-head::json-head needs Python 3.11 or later. Run actions/setup-python in a step before it. This is Python "
        + platform.python_version()
    )
    sys.exit(2)

folder = os.path.join(os.environ["RUNNER_TEMP"], "json-head")
os.makedirs(folder, exist_ok=True)
venv = os.path.join(folder, "venv")
with open(LOCK, "rb") as file:
    # A virtual environment works only in its own place, and with the Python that made it.
    parts = (
        file.read(),
        sys.version,
        os.path.realpath(sys.executable),
        venv,
        sysconfig.get_platform(),
        platform.libc_ver(),
    )
digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as output:
    output.write(f"venv={venv}\ncache={os.path.join(folder, 'links.db')}\nkey=json-head-venv-{digest}\n")
