"""What is true of a course of treatment: values and pure functions, standard library only."""
