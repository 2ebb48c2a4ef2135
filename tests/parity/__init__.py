"""Our verdicts beside those of other people's programs, where these are installed."""
