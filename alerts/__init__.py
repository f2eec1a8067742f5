"""What is new for whom: subscriptions' digests, deliveries and the transports that carry them."""
