"""HTTP/2 frames by hand (RFC 9113, RFC 7541): what no library lets its user send."""

import socket

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM = ACK = 1
END_HEADERS = 4
ENHANCE_YOUR_CALM = 11


def frame(kind, flags=0, stream=0, payload=b""):
    return (len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big")
            + payload)


def setting(identifier, value):
    return identifier.to_bytes(2, "big") + value.to_bytes(4, "big")


def text(value):
    """A string literal without Huffman coding."""
    size = len(value)
    if size < 127:
        return bytes((size,)) + value
    out, size = bytearray((127,)), size - 127
    while size >= 128:
        out.append(size & 127 | 128)
        size >>= 7
    out.append(size)
    return bytes(out) + value


def literal(name, value):
    """A header field that enters no table."""
    return b"\0" + text(name) + text(value)


def head(method, path, *more):
    fields = ((b":method", method.encode()), (b":scheme", b"http"), (b":path", path.encode()),
              (b":authority", b"t"), *more)
    return b"".join(literal(name, value) for name, value in fields)


def grpc_head(path="/skywalking.v3.EventService/collect", *more):
    return head("POST", path, (b"content-type", b"application/grpc"), (b"te", b"trailers"), *more)


def grpc_message(message, compressed=False):
    return bytes((compressed,)) + len(message).to_bytes(4, "big") + message


def connect(address, settings=b"", timeout=30):
    host, port = address.rsplit(":", 1)
    connection = socket.create_connection((host, int(port)), timeout=timeout)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(PREFACE + frame(SETTINGS, payload=settings))
    return connection


def split(data):
    """(kind, flags, stream, payload) of each whole frame."""
    while len(data) >= 9:
        size = int.from_bytes(data[:3], "big")
        yield data[3], data[4], int.from_bytes(data[5:9], "big") & 0x7FFFFFFF, data[9:9 + size]
        data = data[9 + size:]


def read_to_end(connection):
    data = b""
    try:
        while more := connection.recv(65536):
            data += more
    except (ConnectionError, TimeoutError):
        pass
    return data


def goaway_code(data):
    """The error code of the last GOAWAY, or None."""
    codes = [int.from_bytes(payload[4:8], "big") for kind, _, _, payload in split(data)
             if kind == GOAWAY]
    return codes[-1] if codes else None
