"""Training runs of our own: the text, the model, one run, and the sweep behind data/own_runs.csv."""
