"""Pages of the city: public ones, those of its settings, the set-up, feedback."""
