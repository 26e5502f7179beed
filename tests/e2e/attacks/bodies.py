"""Small requests that become large, wide or deep."""

import socket
import zlib

from support.frames import (DATA, END_HEADERS, END_STREAM, HEADERS, connect, frame, grpc_head,
                            grpc_message, read_to_end, split)

JSON_TYPE = b"Content-Type: application/json\r\n"


def post(address, path, body, *headers):
    """{"status": the answer's}; stops sending when the server has answered and closed."""
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        lines = (b"POST " + path.encode() + b" HTTP/1.1\r\nHost: t\r\nConnection: close\r\n"
                 + b"".join(headers) + b"Content-Length: %d\r\n\r\n" % len(body))
        try:
            connection.sendall(lines + body)
        except OSError:
            pass
        answer = read_to_end(connection)
    return {"status": int(answer.split(b" ", 2)[1]) if answer else 0, "sent": len(body)}


def bomb(mebibytes):
    """gzip of so many MiB of zeros, whose checksum is never reached."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"\0" * (1 << 20)
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    one = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + one * (mebibytes - 1)


def zstd_bomb(mebibytes):
    """zstd of so many MiB of zeros, whose last block is never reached."""
    # RFC 8878: magic number, no content size, a window of 1 MiB; blocks of one byte each, repeated.
    block = (128 << 10 << 3 | 1 << 1).to_bytes(3, "little") + b"\0"
    return b"\x28\xb5\x2f\xfd\x00\x50" + block * (8 * mebibytes)


def gzip_bomb(http, _grpc):
    return post(http, "/v3/events", bomb(2048), JSON_TYPE, b"Content-Encoding: gzip\r\n")


def gzip_bomb_rest(http, _grpc):
    return post(http, "/api/v1/events", bomb(2048), JSON_TYPE, b"Content-Encoding: gzip\r\n")


def gzip_bomb_nested(http, _grpc):
    return post(http, "/v3/events", bomb(100), JSON_TYPE, b"Content-Encoding: gzip, gzip\r\n")


def gzip_bomb_grpc(_http, grpc, path="/skywalking.v3.EventService/collect"):
    """As much as fits into the window that a stream begins with."""
    connection = connect(grpc, timeout=3)
    message = grpc_message(bomb(60), compressed=True)
    assert len(message) < 65535
    connection.sendall(frame(HEADERS, END_HEADERS, 1,
                             grpc_head(path, (b"grpc-encoding", b"gzip"))))
    for at in range(0, len(message), 16000):
        connection.sendall(frame(DATA, 0, 1, message[at:at + 16000]))
    data = read_to_end(connection)
    connection.close()
    ended = any(kind == HEADERS and flags & END_STREAM for kind, flags, _, _ in split(data))
    return {"ended": ended, "sent": len(message)}


def million_elements(http, _grpc):
    element = b'{"name":"n"},'
    return post(http, "/api/v1/events", b"[" + element * 1_000_000 + element[:-1] + b"]", JSON_TYPE)


def million_elements_skywalking(http, _grpc):
    return post(http, "/v3/events", b"[" + b"{}," * 1_000_000 + b"{}]", JSON_TYPE)


def deep_json(http, _grpc):
    return post(http, "/api/v1/events", b"[" * 100_000 + b"]" * 100_000, JSON_TYPE)


def deep_json_field(http, _grpc):
    """Deep inside of a report that is otherwise good."""
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    return post(http, "/v3/events", b'[{"uuid":"deep","parameters":' + deep + b"}]", JSON_TYPE)


def deep_graphql(http, _grpc):
    return post(http, "/graphql", b'{"query":"' + b"{a" * 30_000 + b"}" * 30_000 + b'"}', JSON_TYPE)


def huge_body(http, _grpc):
    return post(http, "/v3/events", b"[" + b" " * (100 << 20) + b"]", JSON_TYPE)


BODIES = {one.__name__: one for one in (
    gzip_bomb, gzip_bomb_rest, gzip_bomb_nested, gzip_bomb_grpc, million_elements,
    million_elements_skywalking, deep_json, deep_json_field, deep_graphql, huge_body)}
