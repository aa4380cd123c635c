"""What can go wrong between a question and its answer; the tree is drawn in ``index/errors.py``."""

from index.errors import DatelineError


class QuestionError(DatelineError):
    """A question is empty or too long."""


class SettingsError(DatelineError):
    """A setting is unknown or has no such value."""


class TrainingError(DatelineError):
    """A training run can't begin or go on."""
