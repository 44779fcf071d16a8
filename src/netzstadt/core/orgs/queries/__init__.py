"""Reading persons, units and what joins them, one module a noun."""
