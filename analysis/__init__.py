"""What a text is: fingerprints, relevance, topics, entities. Pure functions only."""
