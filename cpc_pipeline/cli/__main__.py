"""`python -m cpc_pipeline.cli` is `cpc`."""

from cpc_pipeline.cli.door import main

if __name__ == "__main__":
    raise SystemExit(main())
