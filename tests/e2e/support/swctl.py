"""SkyWalking's command line, played to the letter: what it sends, in which order, what it refuses.

The query texts are ours; their shape (aliases, variables, fields) is what the real one asks.
"""

import base64
import datetime

from support import grpc_client, rest, wire

# In all, for one `event report`.
REPORT_DEADLINE = 1.0

TIME_INFO = "query { result: getTimeInfo { timezone currentTimestamp } }"
VERSION = "query { result: version }"
FIND_SERVICE = """query ($serviceName: String!) {
  result: findService(serviceName: $serviceName) { id name group shortName layers normal }
}"""
EVENT_FIELDS = """events {
  uuid source { service serviceInstance endpoint } name type message
  parameters { key value } startTime endTime layer
}"""
QUERY_EVENTS = f"""query ($condition: EventQueryCondition) {{
  result: queryEvents(condition: $condition) {{ {EVENT_FIELDS} }}
}}"""
HEALTH = "query { result: checkHealth { score details } }"
QUERY_ALARMS = """query ($condition: AlarmQueryCondition!) {
  result: queryAlarms(condition: $condition) {
    msgs {
      startTime scope id name message
      tags { key value }
      events { name source { service serviceInstance endpoint } startTime endTime message
               parameters { key value } uuid layer }
      snapshot { expression metrics { name results {
        metric { labels { key value } }
        values { id value traceID owner { scope serviceID serviceName normal serviceInstanceID
                                          serviceInstanceName endpointID endpointName } }
      } } }
    }
  }
}"""
FORMATS = {"SECOND": "%Y-%m-%d %H%M%S", "MINUTE": "%Y-%m-%d %H%M", "HOUR": "%Y-%m-%d %H",
           "DAY": "%Y-%m-%d"}


def moment(time_ms, step="MINUTE"):
    """A time as swctl's flags take it, in UTC."""
    utc = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=time_ms)
    return utc.strftime(FORMATS[step])


class Swctl:
    def __init__(self, server):
        self.rest = rest.Rest(server.http)
        self.grpc = server.grpc

    def time_info(self):
        info = self.rest.graphql(TIME_INFO)["result"]
        assert info["timezone"] == "+0000"
        assert isinstance(info["currentTimestamp"], int)
        return info

    def event_report(self, **report):
        """One message on one stream, half-closed; empty Commands are fine."""
        self.time_info()
        report["layer"] = report.get("layer", "").upper()
        return grpc_client.collect(self.grpc, [wire.event(report)], timeout=REPORT_DEADLINE)

    def event_list(self, start, end, step="MINUTE", service="", **flags):
        """`start` and `end`: texts in the step's format."""
        self.time_info()
        if service:
            assert self.rest.graphql(VERSION) == {"result": "10.2.0"}
            found = self.rest.graphql(FIND_SERVICE, {"serviceName": service})["result"]
            if found is None:
                return f"no such service [{service}]"
            check_service(found, service)
        condition = {
            "layer": flags.get("layer", "").upper(),
            "name": flags.get("name", ""),
            "paging": {"pageNum": flags.get("page", 1), "pageSize": 15},
            "source": {"endpoint": flags.get("endpoint", ""), "service": service,
                       "serviceInstance": flags.get("instance", "")},
            "time": {"coldStage": False, "start": start, "end": end, "step": step},
        }
        if "type" in flags:
            condition["type"] = flags["type"]
        events = self.rest.graphql(QUERY_EVENTS, {"condition": condition})["result"]["events"]
        for event in events:
            check_event(event)
        return events

    def health(self):
        score = self.rest.graphql(HEALTH)["result"]
        check = grpc_client.unary(self.grpc, "/grpc.health.v1.Health/Check", b"")
        return score, check

    def alarm_list(self):
        condition = {"duration": {"coldStage": False, "start": "2023-11-14 2200",
                                  "end": "2023-11-14 2330", "step": "MINUTE"},
                     "paging": {"pageNum": 1, "pageSize": 15}}
        return self.rest.graphql(QUERY_ALARMS, {"condition": condition})["result"]


def check_service(found, service):
    assert found.keys() == {"id", "name", "group", "shortName", "layers", "normal"}
    assert found["id"] == base64.b64encode(service.encode()).decode() + ".1"
    assert (found["name"], found["shortName"], found["normal"]) == (service, service, True)
    assert found["layers"] and all(isinstance(layer, str) for layer in found["layers"])


def check_event(event):
    """swctl's decoder is strict: no other keys, integers for times, two types."""
    assert event.keys() == {"uuid", "source", "name", "type", "message", "parameters", "startTime",
                            "endTime", "layer"}
    assert event["source"].keys() == {"service", "serviceInstance", "endpoint"}
    assert event["type"] in ("Normal", "Error")
    assert type(event["startTime"]) is int
    assert type(event["endTime"]) in (int, type(None))
    for parameter in event["parameters"] or ():
        assert parameter.keys() == {"key", "value"}
        assert isinstance(parameter["value"], (str, type(None)))
