"""GraphQL by a standard client (gql), which reads the schema by introspection and checks every query
against it before it is sent."""

import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.requests import RequestsHTTPTransport

from support.rest import expect
from support.server import Server

DAY = {"start": "2023-11-14", "end": "2023-11-14", "step": "DAY"}
START = 1_700_000_000_000


@pytest.fixture(scope="module")
def client(shared):
    return Client(transport=RequestsHTTPTransport(url=f"http://{shared.http}/graphql"),
                  fetch_schema_from_transport=True)


@pytest.fixture(autouse=True)
def events(api):
    expect(api.report([
        {"id": "g-1", "name": "Upgrade", "service": "checkout", "instance": "checkout-1",
         "layer": "K8S", "message": "to 1.5.0", "parameters": {"replicas": 3, "dry": False},
         "start": START, "end": START + 60_000},
        {"id": "g-2", "name": "Restart", "service": "cart", "type": "Error", "start": START}]))


def run(client, text, **variables):
    request = gql(text)
    request.variable_values = variables
    return client.execute(request)


def test_the_client_reads_the_schema(client):
    with client as session:
        assert session.client.schema is not None
    fields = client.schema.query_type.fields
    assert {"queryEvents", "findService", "listLayers", "getTimeInfo", "version", "checkHealth",
            "queryAlarms"} <= set(fields)
    assert str(client.schema.type_map["Event"].fields["startTime"].type) == "Long!"


def test_variables_aliases_and_fragments(client):
    answer = run(client, """
        query Both($upgrade: EventQueryCondition!, $size: Int!, $errors: Boolean!) {
          changed: queryEvents(condition: $upgrade) { events { ...Shown } }
          broken: queryEvents(condition: {type: Error, source: {service: "cart"}, paging: {pageSize: $size},
              time: {start: "2023-11-14", end: "2023-11-14", step: DAY}}) @include(if: $errors) {
            events { ...Shown }
          }
          left: listLayers @skip(if: true)
        }
        fragment Shown on Event { uuid source { ...Where } parameters { key value } start: startTime endTime }
        fragment Where on Source { service serviceInstance }""",
                 upgrade={"uuid": "g-1", "paging": {"pageSize": 15}}, size=1, errors=True)
    assert answer == {
        "changed": {"events": [{
            "uuid": "g-1", "source": {"service": "checkout", "serviceInstance": "checkout-1"},
            "parameters": [{"key": "dry", "value": "false"}, {"key": "replicas", "value": "3"}],
            "start": START, "endTime": START + 60_000}]},
        "broken": {"events": [{
            "uuid": "g-2", "source": {"service": "cart", "serviceInstance": ""}, "parameters": [],
            "start": START, "endTime": 0}]}}


def test_one_of_several_operations(client):
    request = gql("query Version { version } query Layers { listLayers }")
    request.operation_name = "Version"
    assert client.execute(request) == {"version": "10.2.0"}
    request.operation_name = "Layers"
    assert "FLINK" in client.execute(request)["listLayers"]


def test_inline_fragments_and_typenames(client):
    answer = run(client, """query ($condition: EventQueryCondition!) {
        queryEvents(condition: $condition) { __typename events { ... on Event { __typename uuid } } }
        __type(name: "EventType") { kind enumValues { name } }
      }""", condition={"uuid": "g-1", "paging": {"pageSize": 1}})
    assert answer["queryEvents"] == {
        "__typename": "Events", "events": [{"__typename": "Event", "uuid": "g-1"}]}
    assert [value["name"] for value in answer["__type"]["enumValues"]] == ["Normal", "Error"]


def refused(client, text, **variables):
    """The message of the first error; the client's own check of the query is left out."""
    request = gql(text)
    request.variable_values = variables
    plain = Client(transport=client.transport)
    with pytest.raises(TransportQueryError) as error:
        plain.execute(request)
    return error.value.errors[0]["message"]


def test_mistakes_are_named(client):
    assert "nmae" in refused(client, "{ queryEvents(condition: {paging: {pageSize: 1}}) { events { nmae } } }")
    assert refused(client, "{ queryEvents(condition: {paging: {pageSize: 1}}) { events { uuid } } }") == (
        "time field is required when uuid is absent.")
    assert "condition" in refused(client, "query ($condition: EventQueryCondition!) "
                                          "{ queryEvents(condition: $condition) { events { uuid } } }")


def test_introspection_can_be_switched_off(tmp_path):
    server = Server(tmp_path, ["graphql.introspection=false"]).start()
    client = Client(transport=RequestsHTTPTransport(url=f"http://{server.http}/graphql"))
    for text in ("{ __schema { queryType { name } } }", '{ a: __type(name: "Event") { name } }'):
        assert "introspection is switched off" in refused(client, text)
    assert run(client, "{ version __typename }")["__typename"] == "Query"
    server.stop()


def test_limits_on_aliases_cost_and_depth(client):
    aliases = " ".join(f"a{n}: version" for n in range(51))
    assert "alias" in refused(client, f"{{ {aliases} }}")
    costly = " ".join(
        f'a{n}: queryEvents(condition: {{uuid: "g-1", paging: {{pageSize: 1}}}}) {{ events {{ uuid }} }}'
        for n in range(20))
    assert "cost" in refused(client, f"{{ {costly} }}")
    deep = "ofType { " * 20 + "name" + " }" * 20
    assert "depth" in refused(client, f'{{ __type(name: "Event") {{ {deep} }} }}')
    cyclic = "query { queryEvents { ...A } } fragment A on Events { ...B } fragment B on Events { ...A }"
    assert "A" in refused(client, cyclic)
