"""Small pure functions, each file named by its concept."""
