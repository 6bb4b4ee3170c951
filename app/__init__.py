"""Doseward: what the criteria call for before every dose of high-dose interleukin-2, and why."""
