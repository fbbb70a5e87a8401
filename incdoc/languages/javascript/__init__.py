"""JavaScript: what its sources hold."""
