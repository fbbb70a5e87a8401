"""Rust: what its sources hold."""
