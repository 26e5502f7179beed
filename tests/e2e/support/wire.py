"""SkyWalking's Event in protobuf's wire format, written by hand: an encoder that shares nothing with
the server, and that can also write what no generated code would.
"""


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value) if value else b""


def chunk(field, data):
    """A length-delimited field, also when empty."""
    return varint(field << 3 | 2) + varint(len(data)) + data


def text(field, value):
    data = value if isinstance(value, bytes) else value.encode()
    return chunk(field, data) if data else b""


def source(report):
    return chunk(2, text(1, report.get("service", "")) + text(2, report.get("instance", ""))
                 + text(3, report.get("endpoint", "")))


def event(report):
    """One skywalking.v3.Event; `source` is always there, other fields only when they say something."""
    out = text(1, report.get("id", "")) + source(report) + text(3, report.get("name", ""))
    out += number(4, 1 if report.get("type") == "Error" else 0)
    out += text(5, report.get("message", ""))
    for key, value in report.get("parameters", {}).items():
        out += chunk(6, text(1, key) + text(2, value))
    out += number(7, report.get("start", 0)) + number(8, report.get("end", 0))
    return out + text(9, report.get("layer", ""))


def json_event(report):
    """The same report in SkyWalking's JSON."""
    out = {"source": {json: report[ours] for ours, json in
                      (("service", "service"), ("instance", "serviceInstance"),
                       ("endpoint", "endpoint")) if ours in report}}
    names = {"id": "uuid", "start": "startTime", "end": "endTime"}
    for key in ("id", "name", "type", "message", "parameters", "start", "end", "layer"):
        if key in report:
            out[names.get(key, key)] = report[key]
    return out


def model_event(report):
    """The same report in the words of `POST /api/v1/events`."""
    return dict(report)
