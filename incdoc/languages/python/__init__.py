"""Python: what its sources hold, and how its modules refer to each other."""
