"""What does a ward look like that nobody has to be ill on? A simulator of demo patients; it never touches real data."""
