"""The first minutes as README.md tells them: its commands, in its order, typed as they stand."""

import os
import pathlib
import re
import subprocess

from support.rest import Rest
from support.server import binary

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
DEFAULT_HTTP = "127.0.0.1:12800"


def commands():
    """The blocks of shell, without the two commands that set up."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    return [block for block in blocks if not re.search(r"^(\./run|\./test|\.ci/)", block, re.MULTILINE)]


def test_commands_of_the_readme_do_what_it_says(server, tmp_path):
    (tmp_path / "tidings").symlink_to(binary())
    printed = ""
    for block in commands():
        told = subprocess.run(
            ["bash", "-e", "-c", block.replace(DEFAULT_HTTP, server.http)], cwd=tmp_path, text=True,
            capture_output=True, timeout=60, check=False,
            env={**os.environ, "TIDINGS_ADDRESS": server.http, "XDG_CONFIG_HOME": str(tmp_path)})
        assert told.returncode == 0, (block, told)
        printed += told.stdout
    assert "deploy-42" in printed
    event = Rest(server.http).get("deploy-42")
    assert (event["name"], event["state"]) == ("Deploy", "closed")
