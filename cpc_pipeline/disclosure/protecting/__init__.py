"""The protector: chooses which cells to hide. Shares no code with the auditor beyond `problem`.

`protect(problem, key, seconds, progress)` gives a `Pattern`: the hidden keys, whether it is proven optimal, the gap.
"""
