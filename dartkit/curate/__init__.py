"""Stages that decide about problems and samples; they write decisions and never edit a row."""
