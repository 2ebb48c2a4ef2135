"""Measurements: each row is a ratio against a peer or a limit of the same run, with the hardware beside it. `make bench`."""
