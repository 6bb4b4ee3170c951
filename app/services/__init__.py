"""One verb per use case: each takes an open transaction, does its whole act inside it, and never commits."""
