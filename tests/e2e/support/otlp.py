"""OTLP logs as bytes in and bytes out, and protobuf's own classes of them."""

import json
import pathlib

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest, ExportLogsServiceResponse)

from support import grpc_client, rest

EXPORT = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
PROTOBUF, JSON = "application/x-protobuf", "application/json"
# Requests that Flink was seen to send, with the records in them.
FLINK = pathlib.Path(__file__).resolve().parents[3] / "src/codec/otlp/testdata/flink"
START = 1_700_000_000_000


def request(*records, service="otlp"):
    """A request of records, each (name, {attribute: value}, ms) or a function that fills one."""
    message = ExportLogsServiceRequest()
    group = message.resource_logs.add()
    add_attributes(group.resource.attributes, {"service.name": service})
    scope = group.scope_logs.add()
    for name, attributes, start in records:
        record = scope.log_records.add(event_name=name, time_unix_nano=start * 1_000_000)
        add_attributes(record.attributes, attributes)
    return message


def add_attributes(attributes, values):
    for key, value in values.items():
        one = attributes.add(key=key).value
        kind = {bool: "bool_value", int: "int_value", float: "double_value",
                str: "string_value"}[type(value)]
        setattr(one, kind, value)


def by_grpc(address, message, timeout=60):
    """The outcome, its answer parsed."""
    data = message if isinstance(message, bytes) else message.SerializeToString()
    outcome = grpc_client.unary(address, EXPORT, data, timeout)
    return outcome, ExportLogsServiceResponse.FromString(outcome.answer)


def by_http(address, body, media_type=PROTOBUF, path="/v1/logs", headers=None):
    if not isinstance(body, (bytes, str)):
        body = body.SerializeToString() if media_type == PROTOBUF else json.dumps(body)
    return rest.request(address, "POST", path, body, {"Content-Type": media_type, **(headers or {})})


def sample(name):
    """A captured request and the description of its records."""
    return (FLINK / f"{name}.bin").read_bytes(), json.loads((FLINK / f"{name}.json").read_text())


def first_record(request):
    """The request parsed, with nothing but its first record, and that record."""
    message = ExportLogsServiceRequest.FromString(request)
    del message.resource_logs[1:], message.resource_logs[0].scope_logs[1:]
    records = message.resource_logs[0].scope_logs[0].log_records
    del records[1:]
    return message, records[0]


SAMPLES = sorted(path.stem for path in FLINK.glob("*.bin"))
