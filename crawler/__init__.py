"""Reading outlets: feeds, sitemaps and listings in, documents out."""
