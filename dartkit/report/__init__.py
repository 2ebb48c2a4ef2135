"""Reports: what a run did, as data and as tables."""
