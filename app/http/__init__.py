"""What do pages and REST share at the door: parser, errors, headers, request ids, clock, limits?"""
