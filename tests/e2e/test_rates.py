"""One loud sender, or many that guess: what it costs the others, and the server."""

import pytest

from attacks.crowds import ADDRESSES, BATCH, GUESSES_EACH, NOISY_SECONDS
from support.attack import ROUNDS, attack, attack_round
from support.process import memory
from support.server import Server

EVENTS_PER_SECOND = 2000
# What is allowed in the time, a burst of two seconds, and what four connections had under way.
MOST_STORED = EVENTS_PER_SECOND * (NOISY_SECONDS + 2) + 4 * BATCH


def serve(directory, *settings):
    return Server(directory, ["store.engine=memory", *settings]).start()


@pytest.mark.unsanitized
def test_loud_sender_is_held_back_and_the_others_do_not_notice(tmp_path):
    server = serve(tmp_path, f"limits.events_per_second_per_address={EVENTS_PER_SECOND}")
    for _ in range(ROUNDS):
        told = attack_round("noisy_sender", server)
        assert 0 < told.told["stored"] <= MOST_STORED, told
        assert not told.failures
        if told.undisturbed():
            break
    assert told.undisturbed(), told
    server.stop()


def test_without_the_limit_the_loud_sender_gets_all_it_wants(tmp_path):
    server = serve(tmp_path)
    told = attack_round("noisy_sender", server).told
    assert told["refused"] == 0 and told["stored"] > MOST_STORED
    server.stop()


@pytest.mark.unsanitized
def test_guesses_from_many_addresses_leave_nothing_behind(tmp_path):
    tokens = tmp_path / "tokens"
    tokens.write_text("good query sha256:" + "0" * 64 + "\n")
    tokens.chmod(0o600)
    server = serve(tmp_path, f"auth.tokens_file={tokens}")
    before = memory(server)
    told = attack("token_guessers", server)
    assert told["answered"] == ADDRESSES * GUESSES_EACH
    assert memory(server) - before < 32 << 20
    server.stop()
