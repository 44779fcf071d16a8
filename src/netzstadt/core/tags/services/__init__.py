"""Everything that changes vocabularies and tags; a module for each noun."""
