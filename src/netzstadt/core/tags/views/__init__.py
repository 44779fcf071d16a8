"""Pages of vocabularies and tags."""
