"""What expat raises for bytes that are no XML which it can read."""

from xml.parsers.expat import ExpatError

# An encoding that Python does not know, or that is not one of bytes, is told in ways of its own.
NOT_XML = (ExpatError, LookupError, ValueError)
