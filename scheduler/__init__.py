"""The jobs: polling, intake, digests, deliveries, and the daemon that runs them."""
