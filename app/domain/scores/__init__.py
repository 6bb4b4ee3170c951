"""Which grades and early-warning scores stand beside a decision, each on its own axis?"""
