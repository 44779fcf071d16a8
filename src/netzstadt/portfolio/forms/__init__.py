"""What people type in about projects."""
