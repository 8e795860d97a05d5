"""Everything the notebooks import: laws, cost, data, live figures, questions and pictures."""
