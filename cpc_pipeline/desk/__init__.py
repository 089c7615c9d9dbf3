"""The desk: what people ask for on top of the story that `pipeline/` tells. The CLI and Dagster call it.

One module per request: what is wrong with this workbook (`checking`), what is on record (`questions`), issue an
edition (`publishing`, with what speaks against it in `clearance`), does it still hold (`verifying`), make it again
(`rebuilding`), where does this number come from (`provenance`), give it to others (`exporting`, `packing`), keep it
safe (`backups`).

Does not belong here: computing, rendering (the stages), words of a terminal (`cli/`), anything of Dagster.
"""
