"""From the text of an answer to its form: tokens, expression trees, quantities, lists, intervals, matrices."""
