"""Java: what its sources hold."""
