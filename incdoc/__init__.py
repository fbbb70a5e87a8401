"""incdoc."""
