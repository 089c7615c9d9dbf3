"""Builders of workbooks and text files as nobody should send them; made in the test, nothing binary is kept."""
