"""Pure functions on strings. Nothing here reads a file, keeps state or imports anything heavy."""
