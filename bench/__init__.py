"""Measures Netzstadt beside the limits of the same machine, in one run. Started by `make bench`."""
