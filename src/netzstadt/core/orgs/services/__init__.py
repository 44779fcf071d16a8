"""Everything that changes persons, units and what joins them, one module a noun."""
