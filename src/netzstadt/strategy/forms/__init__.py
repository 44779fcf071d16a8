"""What people type in about strategies."""
