"""The plan and its execution: what must run and why, and the work that runs ahead of doit's tasks."""
