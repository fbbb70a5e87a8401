"""The shared cache: against nginx, S3's protocol, servers that fail, and entries that lie."""
