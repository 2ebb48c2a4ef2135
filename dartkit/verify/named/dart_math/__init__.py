"""DART-Math's evaluator, reproduced with its errors. `grader` says which errors and where it differs."""
