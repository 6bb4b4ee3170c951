"""The rows: what is kept, how it is written once, and how it is read back as domain values."""
