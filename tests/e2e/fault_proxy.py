"""A TCP proxy that does to a connection what networks do: delays, cuts, half-closes, splits.

    with FaultProxy(server.grpc, Faults(cut_after=100)) as proxy:
        client_of(proxy.address)
"""

import dataclasses
import socket
import threading
import time


@dataclasses.dataclass(frozen=True)
class Faults:
    """What is done to the bytes from the client to the server; the other way they pass as they are."""

    # Both sides are reset after so many bytes.
    cut_after: int | None = None
    # The server sees the end of the client's sending side (FIN) after so many bytes; answers pass.
    half_close_after: int | None = None
    # Every byte travels in a segment of its own.
    single_bytes: bool = False
    # Seconds before each piece is passed on.
    delay: float = 0


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
            threading.Thread(target=pump, args=(server, client), daemon=True).start()

    def _forward(self, client, server):
        """Client to server, with the faults."""
        limit = self.faults.cut_after
        if limit is None:
            limit = self.faults.half_close_after
        passed = 0
        try:
            while limit is None or passed < limit:
                room = 65536 if limit is None else limit - passed
                data = client.recv(1 if self.faults.single_bytes else min(65536, room))
                if not data:
                    break
                if self.faults.delay:
                    time.sleep(self.faults.delay)
                server.sendall(data)
                passed += len(data)
                self.passed = passed
        except OSError:
            limit = None
        if limit is not None and passed >= limit and self.faults.cut_after is not None:
            reset(client)
            reset(server)
            return
        half_close(server)


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
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
