"""Template tags of the start pages."""
