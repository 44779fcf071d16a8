"""The one way in which a service says no."""


class Refusal(Exception):
    """A rule of the house forbids the change; the message is written for the person who asked."""
