"""In which words does each page say what the record holds? Plain values in, plain words out."""
