"""XML: feeds, sitemaps, and XML of any other kind."""
