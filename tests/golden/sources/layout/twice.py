"""A module beside a package of its name."""
