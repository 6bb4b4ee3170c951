"""Which page answers at which address?"""
