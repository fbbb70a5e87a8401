"""TypeScript: what its sources hold. JavaScript is read by the same functions with its own grammar."""
