"""What must be in the server after crashes: judged from the reporters' own lists alone."""

from support import model
from support.rest import Rest

ATOMS = ("start", "end", "name", "message", "service", "layer", "type")


def by_id(reports):
    grouped = {}
    for report in reports:
        grouped.setdefault(report["id"], []).append(report)
    return grouped


def check(server, reporters):
    """Every acknowledged report is there, once, rightly joined; unacknowledged ones whole or not."""
    listed = {}
    for event in Rest(server.http).list(from_=0, limit=10_000):
        assert event["id"] not in listed, f"{event['id']} is there twice"
        listed[event["id"]] = model.knowledge(event)
    known = {}
    for reporter in reporters:
        sent = by_id(report for reports, _ in reporter.sent for report in reports)
        acknowledged = by_id(reporter.acknowledged())
        known.update(sent)
        for event_id, reports in sent.items():
            check_event(event_id, acknowledged.get(event_id, []), reports, listed.get(event_id))
    strangers = listed.keys() - known.keys()
    assert not strangers, f"nobody reported {sorted(strangers)[:5]}"
    return len(listed)


def check_event(event_id, acknowledged, sent, event):
    if event is None:
        assert not acknowledged, f"lost: {event_id}: {acknowledged}"
        return
    unanswered = [report for report in sent if report not in acknowledged]
    assert any(model.join(acknowledged + list(extra)) == event
               for extra in subsets(unanswered) if acknowledged or extra), (
        f"{event_id} is {event}, acknowledged were {acknowledged}, unanswered {unanswered}")


def subsets(reports):
    """Few: only what was under way at a kill is unanswered."""
    assert len(reports) <= 12, "more unanswered reports of one event than the oracle can try"
    for bits in range(1 << len(reports)):
        yield [report for index, report in enumerate(reports) if bits >> index & 1]
