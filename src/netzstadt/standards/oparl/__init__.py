"""OParl 1.0 and 1.1, the standard of council information systems: objects and pages of lists."""
