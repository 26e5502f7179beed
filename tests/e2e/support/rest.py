"""A small HTTP client, and the calls of REST and GraphQL that the tests need."""

import http.client
import json
import urllib.parse


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"HTTP {self.status} {self.body[:2000]!r}"


def request(address, method, path, body=None, headers=None, timeout=60):
    connection = http.client.HTTPConnection(address, timeout=timeout)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def expect(answer, status=200):
    assert answer.status == status, answer
    return answer


class Rest:
    """Calls to one server; each by its name, each checked."""

    def __init__(self, address):
        self.address = address

    def call(self, method, path, body=None, headers=None):
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if body is not None:
            headers = {"Content-Type": "application/json", **(headers or {})}
        return request(self.address, method, path, body, headers)

    def skywalking(self, events, headers=None):
        """POST /v3/events."""
        return self.call("POST", "/v3/events", events, headers)

    def report(self, reports):
        """POST /api/v1/events."""
        return self.call("POST", "/api/v1/events", reports)

    def event_path(self, event_id):
        return "/api/v1/events/" + urllib.parse.quote(event_id, safe="")

    def get(self, event_id):
        """The event, which must be there."""
        return expect(self.call("GET", self.event_path(event_id))).json()

    def status_of(self, event_id):
        return self.call("GET", self.event_path(event_id)).status

    def page(self, **query):
        """GET /api/v1/events. Lists become repeated parameters; `from_` stands for `from`."""
        pairs = [(key.rstrip("_"), one) for key, value in query.items()
                 for one in (value if isinstance(value, list) else [value])]
        return self.call("GET", "/api/v1/events?" + urllib.parse.urlencode(pairs))

    def list(self, **query):
        """All events of all pages."""
        return [event for page in self.pages(**query) for event in page]

    def pages(self, **query):
        cursor = None
        while True:
            answer = expect(self.page(**query, **({"cursor": cursor} if cursor else {}))).json()
            assert answer["complete"] and not answer["incomplete"], answer
            yield answer["events"]
            cursor = answer["next_cursor"]
            if cursor is None:
                return

    def correct(self, event_id, event):
        return self.call("PUT", self.event_path(event_id), event)

    def withdraw(self, event_id):
        return self.call("DELETE", self.event_path(event_id))

    def graphql(self, query, variables=None):
        """The `data` of an answer without errors."""
        answer = expect(self.call("POST", "/graphql", {"query": query, "variables": variables},
                                  {"Accept": "application/json; charset=utf-8"})).json()
        assert not answer.get("errors"), answer
        return answer["data"]
