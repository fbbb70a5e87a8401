"""Go: what its sources hold."""
