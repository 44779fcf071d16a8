"""SKOS vocabularies (W3C Recommendation of 18 August 2009): reading and writing RDF."""
