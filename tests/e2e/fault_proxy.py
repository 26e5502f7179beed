"""A TCP proxy that does to a connection what networks do: delays, cuts, half-closes, throttles, splits,
corrupts, goes silent.

    with FaultProxy(server.grpc, Faults(cut_after=100)) as proxy:
        client_of(proxy.address)
"""

import dataclasses
import socket
import threading
import time


@dataclasses.dataclass(frozen=True)
class Faults:
    """What is done to the bytes from the client to the server; the other way they pass as they are, but
    for `hold_answers_after`."""

    # Both sides are reset after so many bytes.
    cut_after: int | None = None
    # The server sees the end of the client's sending side (FIN) after so many bytes; answers pass.
    half_close_after: int | None = None
    # Every byte travels in a segment of its own.
    single_bytes: bool = False
    # Seconds before each piece is passed on.
    delay: float = 0
    # After so many bytes nothing is passed on any more; the connections stay open.
    stall_after: int | None = None
    # Bytes a second, at most.
    throttle: int | None = None
    # The byte at this place is inverted.
    corrupt_at: int | None = None
    # After so many bytes from the server no more of them reach the client.
    hold_answers_after: int | None = None


class FaultProxy:
    """Passes each connection on to `target` with the faults. For one test; closed at its end."""

    def __init__(self, target, faults):
        host, port = target.rsplit(":", 1)
        self.target = (host, int(port))
        self.faults = faults
        self.passed = 0  # bytes of the last connection, client to server
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.sockets = []
        self.closing = False
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closing = True
        for one in (self.listener, *self.sockets):
            close(one)

    def _accept(self):
        while not self.closing:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.target)
            except OSError:
                return
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sockets += [client, server]
            threading.Thread(target=self._forward, args=(client, server), daemon=True).start()
            threading.Thread(target=pump, args=(server, client, self.faults.hold_answers_after),
                             daemon=True).start()

    def _piece(self, room):
        """How much to read at a time."""
        if self.faults.single_bytes:
            return 1
        throttled = self.faults.throttle // 10 if self.faults.throttle else 65536
        return max(1, min(65536, room, throttled))

    def _pass(self, data, passed, server):
        """Passes one piece on, `passed` bytes after the beginning."""
        faults = self.faults
        if faults.delay:
            time.sleep(faults.delay)
        if faults.throttle:
            time.sleep(len(data) / faults.throttle)
        if faults.corrupt_at is not None and passed <= faults.corrupt_at < passed + len(data):
            data = bytearray(data)
            data[faults.corrupt_at - passed] ^= 0xFF
        if faults.stall_after is not None:
            data = data[:max(0, faults.stall_after - passed)]
        server.sendall(data)

    def _forward(self, client, server):
        """Client to server, with the faults."""
        limit = self.faults.cut_after
        if limit is None:
            limit = self.faults.half_close_after
        passed = 0
        try:
            while limit is None or passed < limit:
                room = 65536 if limit is None else limit - passed
                data = client.recv(self._piece(room))
                if not data:
                    break
                self._pass(data, passed, server)
                passed += len(data)
                self.passed = passed
        except OSError:
            limit = None
        if limit is not None and passed >= limit and self.faults.cut_after is not None:
            reset(client)
            reset(server)
            return
        half_close(server)


def pump(source, target, hold_after=None):
    """Passes everything on; with `hold_after` swallows what comes after so many bytes."""
    passed = 0
    try:
        while data := source.recv(65536):
            target.sendall(data if hold_after is None else data[:max(0, hold_after - passed)])
            passed += len(data)
    except OSError:
        pass
    half_close(target)


def half_close(one):
    try:
        one.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def reset(one):
    """Ends a connection by RST, as a cut cable or a crashed peer is seen in the end."""
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    except OSError:
        pass
    close(one)


def close(one):
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    one.close()
