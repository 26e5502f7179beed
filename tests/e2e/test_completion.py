"""Completion as the shells do it: commands and flags by the script, values by the server."""

import os
import shutil
import subprocess

import pytest

from support.rest import Rest, expect
from support.server import binary

BASH = r"""
source <(tidings completion bash)
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_tidings
printf '%s\n' "${COMPREPLY[@]}"
"""
# What only exists inside zsh's line editor is replaced.
ZSH = r"""
compdef() { }
compadd() { shift; print -l -- ${(P)1} }
_describe() { shift; print -l -- ${${(P)1}%%:*} }
_files() { }
source <(tidings completion zsh)
words=("$@") CURRENT=$# PREFIX="${@[-1]}"
_tidings
"""
FISH = r"""
tidings completion fish | source
complete -C (string join ' ' -- $argv) | string replace -r '\t.*' ''
"""
SHELLS = {"bash": ["bash", "-c", BASH, "bash"], "zsh": ["zsh", "-f", "-c", ZSH, "zsh"],
          "fish": ["fish", "--no-config", "-c", FISH]}


@pytest.fixture(autouse=True)
def events(shared):
    expect(Rest(shared.http).report([
        {"id": "deploy-1", "name": "Deploy", "service": "checkout", "start": "now"},
        {"id": "deploy-2", "name": "Deploy", "service": "check in", "start": "-5m", "end": "-4m"},
        {"id": "other", "name": "Restart", "service": "cart", "layer": "K8S", "start": "now"}]))


@pytest.fixture(params=SHELLS)
def complete(request, shared, tmp_path):
    (tmp_path / "tidings").symlink_to(binary())

    def run(*words):
        told = subprocess.run(
            [*SHELLS[request.param], *words], capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path),
                 "TIDINGS_ADDRESS": shared.http, "XDG_CONFIG_HOME": str(tmp_path)})
        assert told.stderr == "", told
        return [line for line in told.stdout.splitlines() if line]
    run.shell = request.param
    return run


def test_the_shells_are_here():
    assert all(shutil.which(shell) for shell in SHELLS)


def test_commands_and_flags(complete):
    assert {"list", "demo", "import"} <= set(complete("tidings", ""))
    assert "complete" not in complete("tidings", "")
    assert "--service" in complete("tidings", "list", "--")
    assert "--resume-after" in complete("tidings", "import", "--")


def test_values_of_a_filter_come_from_the_server(complete):
    found = complete("tidings", "list", "--service", "check")
    spaced = {"bash": r"check\ in", "zsh": "check in", "fish": "check in"}[complete.shell]
    assert sorted(found) == sorted(["checkout", spaced])
    assert complete("tidings", "facets", "--layer", "K") == ["K8S"]
    assert complete("tidings", "report", "--name", "Re") == ["Restart"]


def test_ids_come_from_the_server(complete):
    assert sorted(complete("tidings", "get", "deploy-")) == ["deploy-1", "deploy-2"]
    assert complete("tidings", "end", "deploy-") == ["deploy-1"]


def test_a_server_that_is_away_completes_nothing_and_says_nothing(complete, monkeypatch, shared):
    monkeypatch.setattr(shared, "http", "127.0.0.1:1")
    assert complete("tidings", "list", "--name", "D") == []
