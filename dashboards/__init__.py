"""How is a course tolerated, as pictures: figures as pure functions of domain values, never of "now"."""
