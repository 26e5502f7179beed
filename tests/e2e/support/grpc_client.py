"""gRPC as bytes in and bytes out, by the library that most Python programs use (grpcio)."""

import collections
import queue

import grpc

COLLECT = "/skywalking.v3.EventService/collect"

# No call of a test lasts that long; a test that waits in vain fails and says where.
RESULT_SECONDS = 120

Outcome = collections.namedtuple("Outcome", "code details answer")


def channel(address):
    # Channels must not share connections: tests tell one client's connection from another's.
    return grpc.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)])


def outcome_of(call):
    """Outcome of a call that was started with `.future`."""
    try:
        answer = call.result(timeout=RESULT_SECONDS)
        return Outcome(grpc.StatusCode.OK, "", answer)
    except grpc.RpcError as error:
        return Outcome(error.code(), error.details(), b"")


def collect(address, messages, timeout=60, metadata=(), compression=None):
    """One stream with these messages, half-closed, to its end."""
    with channel(address) as connection:
        return collect_on(connection, messages, timeout, metadata, compression)


def collect_on(connection, messages, timeout=60, metadata=(), compression=None, patient=True):
    """`patient`: tries to connect again for as long as the deadline lasts."""
    call = connection.stream_unary(COLLECT).future(
        iter(messages), timeout=timeout, metadata=metadata, compression=compression,
        wait_for_ready=patient)
    return outcome_of(call)


def unary(address, method, message, timeout=60):
    with channel(address) as connection:
        return outcome_of(connection.unary_unary(method).future(
            message, timeout=timeout, wait_for_ready=True))


class OpenStream:
    """A stream that stays open until it is half-closed or cancelled."""

    def __init__(self, address, metadata=()):
        self.messages = queue.SimpleQueue()
        self.connection = channel(address)
        self.call = self.connection.stream_unary(COLLECT).future(
            iter(self.messages.get, None), metadata=metadata, wait_for_ready=True)

    def send(self, message):
        self.messages.put(message)

    def half_close(self):
        """Ends the sending side and waits for the outcome."""
        self.messages.put(None)
        return self.outcome()

    def outcome(self):
        return outcome_of(self.call)

    def ended(self):
        return self.call.done()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.messages.put(None)
        self.call.cancel()
        self.connection.close()
