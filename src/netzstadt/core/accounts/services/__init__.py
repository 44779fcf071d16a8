"""Everything that changes accounts, one module a noun."""
