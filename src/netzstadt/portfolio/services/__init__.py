"""What is done with projects, one noun a module."""
