"""Netzstadt, the working platform of a city's Connected City office."""

__version__ = "0.1.0"
