"""The one way in which a service says no."""


class Refusal(Exception):  # noqa: N818 - a refusal is no error
    """A rule of the house forbids the change; the message is written for the person who asked."""
