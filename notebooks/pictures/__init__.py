"""What is drawn: one module a chapter; backdrop(ax) stands still, foreground(ax, **values) moves."""
