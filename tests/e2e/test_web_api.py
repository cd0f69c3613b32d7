"""The API keeps what its OpenAPI description says, whatever is sent to it."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from helpers.web import HOST, PORT
from levelback.web.app import create_app
from levelback.web.desk import Desk
from levelback.web.guard import Door, local_hosts

pytestmark = pytest.mark.filterwarnings("default")
EXAMPLES = 8


@pytest.fixture(scope="module")
def door():
    return Door(hosts=local_hosts(PORT), port=PORT)


@pytest.fixture(scope="module")
def schema(door):
    with Desk() as desk:
        headers = {"authorization": f"Bearer {door.token}", "host": HOST}
        yield schemathesis.openapi.from_asgi("/api/openapi.json", create_app(desk, door), headers=headers)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_the_api_does_what_it_says(schema, door, mode):
    headers = {"authorization": f"Bearer {door.token}", "host": HOST}
    tried = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def obeys(case):
            case.call_and_validate(headers=headers)

        try:
            obeys()
        except Unsatisfiable:
            continue  # nothing can be said to it, so nothing wrong either
        tried.append(operation.label)
    assert len(tried) >= 6
