collect_ignore = ["sources", "expected"]
