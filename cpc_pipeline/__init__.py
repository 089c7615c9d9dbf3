"""From ministries' spreadsheets to the annual report of a Child Protection Compact Partnership.

Read `pipeline/` for the story in order; each folder is one stage of it.
"""
