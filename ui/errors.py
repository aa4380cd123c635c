"""What can go wrong on the page and at the endpoints; the tree is drawn in ``index/errors.py``."""

from dateline.index.errors import DatelineError


class ServeError(DatelineError):
    """The page can't be served as it was asked for."""


class ArgumentError(DatelineError):
    """What an endpoint was given is not of its form."""


class ExtraMissing(DatelineError):
    """A part of Dateline that is installed on its own is not there."""


class UploadError(DatelineError):
    """What was uploaded can't be taken at all."""


class CorrectionError(DatelineError):
    """A correction can't become a sample."""
