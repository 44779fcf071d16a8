"""What is typed in about persons, units and contact points."""
