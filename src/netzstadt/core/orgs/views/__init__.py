"""Pages of persons, units and contact points, one module a noun."""
