"""Killed at random moments again and again, the program loses nothing and repeats nothing."""

import pytest

from tests.conftest import KINDS
from tests.kills.campaign import prepared

KILLS = 4


@pytest.mark.parametrize("kind", KINDS)
def test_kills_lose_nothing_and_repeat_nothing(kind, request, tmp_path):
    server = request.getfixturevalue("postgresql_address") if kind == "postgresql" else None
    with prepared(kind, seed=7, folder=tmp_path, server=server) as campaign:
        campaign.run(KILLS, seconds=120)
        assert campaign.faults() == []
        assert campaign.kills.total() >= KILLS
