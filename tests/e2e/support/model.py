"""The law of the join, written a second time and as plainly as can be: the oracle of the tests.

A report is a dict: id, service, instance, endpoint, layer, name, type, message, parameters (text to
text), start, end. Only generation 0 and only text parameters.
"""

TEXTS = ("service", "instance", "endpoint", "layer", "name", "message")


def clock_of(report):
    return max(report.get("start", 0), report.get("end", 0), 0)


def join(reports):
    """The event, as REST shows it, of reports that bring at least one time between them."""
    registers, parameters = {}, {}
    starts, ends = [], []
    for report in reports:
        clock = clock_of(report)
        for field in TEXTS:
            value = report.get(field, "").encode()
            if field == "layer":
                value = value.upper()
            if value:
                registers[field] = max(registers.get(field, (0, b"")), (clock, value))
        for key, value in report.get("parameters", {}).items():
            parameters[key] = max(parameters.get(key, (0, b"")), (clock, value.encode()))
        starts += [report["start"]] if report.get("start", 0) > 0 else []
        ends += [report["end"]] if report.get("end", 0) > 0 else []
    text = {field: registers.get(field, (0, b""))[1].decode() for field in TEXTS}
    start, end = min(starts, default=None), max(ends, default=None)
    contradictory = start is not None and end is not None and end < start
    return {
        "id": reports[0]["id"],
        "source": {field: text[field] for field in ("service", "instance", "endpoint")},
        "layer": text["layer"] or "GENERAL",
        "name": text["name"],
        "type": "Error" if any(r.get("type") == "Error" for r in reports) else "Normal",
        "message": text["message"],
        "parameters": {key: value.decode() for key, (_, value) in parameters.items()},
        "start": start,
        "end": end,
        "duration": None if None in (start, end) or contradictory else end - start,
        "state": state_of(start, end),
        "count": 1,
        "derived": False,
        "generation": 0,
        "time_inferred": False,
        "contradictory": contradictory,
        "truncated": False,
        "incomplete": False,
    }


def state_of(start, end):
    if end is None:
        return "open"
    if start is None:
        return "orphan_end"
    return "instant" if start == end else "closed"


def knowledge(event):
    """An event of the server without what tells about the transport only."""
    return {key: value for key, value in event.items() if not key.startswith("received_")}
