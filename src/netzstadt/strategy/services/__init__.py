"""Everything that changes strategies, their indicators and where their goals stand."""
