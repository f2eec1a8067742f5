"""``/metrics``: figures of the archive and of this process, in Prometheus' text formats."""

from fastapi import Request, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from web.archive_metrics import ArchiveMetrics
from web.site import Site


def all_meters(site: Site) -> CollectorRegistry:
    """Put together what is told: what this process counted, and what stands in the archive."""
    everything = CollectorRegistry(auto_describe=False)
    everything.register(site.inside.meters)
    everything.register(ArchiveMetrics(site.database, site.clock, site.inside))
    return everything


def show(request: Request) -> Response:
    """Answer in the format that is asked for."""
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(request.app.state.meters), headers={"Content-Type": content_type})
