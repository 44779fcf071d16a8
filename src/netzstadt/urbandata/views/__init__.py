"""The pages of the city in data."""
