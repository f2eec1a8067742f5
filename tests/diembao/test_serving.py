import re

import httpx
from prometheus_client.parser import text_string_to_metric_families as parse

from tests.servers.waiting import eventually

PORT = re.compile(r"metrics on (http://\S+)")


LOOKED = ("diembao_job_runs_total", "polls", "ok")


def samples_of(client):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in parse(client.get("/metrics").text)
        for sample in family.samples
    }


def test_process_without_pages_tells_how_it_fares(program):
    with program.running("run", "--no-web", "--metrics-port", "0") as running:
        eventually(lambda: PORT.search(running.said))
        with httpx.Client(base_url=PORT.search(running.said)[1], trust_env=False) as client:
            eventually(lambda: client.get("/readyz").status_code == 200)
            eventually(lambda: LOOKED in samples_of(client))
            samples = samples_of(client)
            assert client.get("/subscribe").status_code == 404
        assert running.stop() == 0
    assert all(name[0].startswith("diembao_") for name in samples)
    assert samples["diembao_database_up",] == 1
    assert samples[LOOKED] >= 1
    assert samples["diembao_last_tick_timestamp_seconds",] > 0


def test_port_that_is_taken_is_wrong_use(program):
    with program.running("run", "--no-web", "--metrics-port", "0") as running:
        eventually(lambda: PORT.search(running.said))
        port = PORT.search(running.said)[1].rpartition(":")[2]
        other = program.having(DATA_DIR=program.folder / "other")
        done = other.run("run", "--no-web", "--metrics-port", port)
    assert done.code == 2
    assert f"127.0.0.1:{port}" in done.err
