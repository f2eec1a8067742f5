"""What a text is: fingerprints, relevance, topics, entities. Pure functions, no network, no database."""
