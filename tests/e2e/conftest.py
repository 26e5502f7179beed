"""Fixtures: a server for one test, a server that the tests of one file share, clients of both."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from support import rest  # noqa: E402 (needs the path above)
from support.clients import PROTOCOLS  # noqa: E402
from support.server import Server  # noqa: E402

TESTDATA = pathlib.Path(__file__).parent / "testdata"


def pytest_configure(config):
    config.addinivalue_line("markers", "unsanitized: needs a release build's memory, speed or descriptors")


def pytest_collection_modifyitems(config, items):
    """With sanitizers these would tell of the sanitizer: they are deselected, and counted so."""
    if os.environ.get("TIDINGS_SANITIZED"):
        left_out = [item for item in items if item.get_closest_marker("unsanitized")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def end(server):
    """Every server of every test must drain and exit 0 at the end, and its log must be clean."""
    if server.running():
        server.stop()
    log = server.log()
    for word in ("Sanitizer", "runtime error", "terminate called", "Assertion"):
        assert word not in log, log


@pytest.fixture
def server(tmp_path):
    """A server of the test's own, to be stopped and killed at will."""
    one = Server(tmp_path).start()
    yield one
    end(one)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A server for all tests of a file: they use ids and services of their own."""
    one = Server(tmp_path_factory.mktemp("shared")).start()
    yield one
    end(one)


@pytest.fixture
def api(shared):
    return rest.Rest(shared.http)


@pytest.fixture(params=PROTOCOLS)
def protocol(request):
    return request.param


@pytest.fixture
def testdata():
    return TESTDATA
