"""Questions that cost much, or that nobody should answer, as many as go."""

import http.client
import json
import sys
import threading
import urllib.parse

CLIENTS = 4


def get(path, **query):
    pairs = [(key.rstrip("_"), value) for key, value in query.items()]
    return "GET", f"/api/v1/{path}?{urllib.parse.urlencode(pairs)}", None


def graphql(query):
    return "POST", "/graphql", json.dumps({"query": query})


ALIASES = " ".join(f"a{n}: version" for n in range(200))
EVENTS = 'queryEvents(condition: {uuid: "x", paging: {pageSize: 1}}) { events { uuid } }'
COSTLY = " ".join(f"a{n}: {EVENTS}" for n in range(40))
CYCLE = "query { queryEvents { ...A } } fragment A on Events { ...B } fragment B on Events { ...A }"
DEEP = "ofType {" * 200 + "name" + "}" * 200
FIELDS = "service,instance,endpoint,layer,name,type,state,parameter.k"

ANSWERED = {
    "ten years": get("events", from_="3650d", limit=10_000),
    "ten years in buckets": get("histogram", from_="3650d", buckets=1_000),
    "all fields": get("facets", from_=0, fields=FIELDS, top=1_000),
    "lanes": get("lanes", from_=0, group="service,instance", limit=1_000),
    "wildcards": get("events", from_=0, q="message:" + "*a" * 100 + "*b"),
    "no such words": get("events", from_=0, q="message:*zzz* OR parameter.k:*yyy*"),
}
REFUSED = {
    "ten years by second": get("histogram", from_="3650d", step="1s"),
    "a million rows": get("events", from_=0, limit=1_000_000),
    "a million buckets": get("histogram", from_=0, buckets=1_000_000),
    "nested": get("events", q="(" * 500 + "a" + ")" * 500),
    "aliases": graphql(f"{{ {ALIASES} }}"),
    "costly": graphql(f"{{ {COSTLY} }}"),
    "cyclic": graphql(CYCLE),
    "deep": graphql(f'{{ __type(name: "Event") {{ {DEEP} }} }}'),
}
QUESTIONS = {**ANSWERED, **REFUSED}


def is_clear(name, answer, body):
    """An answer that is whole or says what it lacks, or a refusal that says why."""
    told = json.loads(body)
    if answer.status == 503:
        return "Retry-After" in answer.headers and bool(told["detail"])
    if name in ANSWERED:
        return answer.status == 200 and (told["complete"] or bool(told["incomplete"][0]["detail"]))
    if "errors" in told:
        return all(len(error["message"]) > 10 for error in told["errors"])
    return answer.status == 400 and bool(told["field"]) and len(told["detail"]) > 10


def query_storm(address, _grpc):
    """Until standard input ends, and each question was asked: how often each was, and the answers that
    are not clear."""
    asked = {name: 0 for name in QUESTIONS}
    unclear = []
    ended = threading.Event()

    def ask(number):
        connection = http.client.HTTPConnection(address, timeout=120)
        while not (ended.is_set() and all(asked.values())):
            name = list(QUESTIONS)[number % len(QUESTIONS)]
            number += 1
            method, path, body = QUESTIONS[name]
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            answer = connection.getresponse()
            told = answer.read()
            if not is_clear(name, answer, told):
                unclear.append([name, answer.status, told[:500].decode()])
            asked[name] += 1

    threads = [threading.Thread(target=ask, args=[4 * number]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    ended.set()
    for thread in threads:
        thread.join()
    return {"asked": asked, "unclear": unclear}


STORMS = {"query_storm": query_storm}
