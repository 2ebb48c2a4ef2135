"""Readers for what in an answer is no mathematics: units, number words, dates, times, truth values, choices, phrases.

Each reader is a pure function of one short text (or its tokens) that returns a value or None, never raises, and works in
linear time. None means "this is not written as such", never "wrong".
"""
