"""What the outside world defines, as pure functions on bytes and frozen dataclasses."""
