"""The same reports by every protocol, so that a test can be run once for each."""

from support import grpc_client, rest, wire


def by_grpc(server, reports):
    outcome = grpc_client.collect(server.grpc, [wire.event(report) for report in reports])
    return outcome.code.name == "OK", outcome.details or ""


def by_skywalking_http(server, reports):
    answer = rest.Rest(server.http).skywalking([wire.json_event(report) for report in reports])
    return answer.status == 200, answer.body.decode()


def by_rest(server, reports):
    answer = rest.Rest(server.http).report([wire.model_event(report) for report in reports])
    return answer.status == 200, answer.body.decode()


# name -> function(server, reports) that tells (all stored, what the answer says).
PROTOCOLS = {"grpc": by_grpc, "skywalking-http": by_skywalking_http, "rest": by_rest}


def send(server, reports, protocol="grpc"):
    """Reports that must all be stored."""
    stored, told = PROTOCOLS[protocol](server, reports)
    assert stored, told
