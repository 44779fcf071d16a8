"""Views of the room, one noun a module."""
