"""Waiting for what another process is about to do."""

import time


def until(condition, what, seconds=60, pause=0.01):
    """Polls until the condition holds. The limit only ends a test that has failed already."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain until {what}"
        time.sleep(pause)
