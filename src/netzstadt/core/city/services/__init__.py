"""Everything that changes the city: its facts, its set-up, its feedback."""
