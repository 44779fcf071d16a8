"""Pages of places: areas, the gazetteer, where an object is, imports."""
