"""The auditor: proves, from what is printed, that nothing can be recovered. Shares no code with the protector.

`audit(publication, demands, seconds)` gives an `Audit`: passed or not, the exposed cells, the witness tables.
"""
