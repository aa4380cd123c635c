"""What can go wrong between a question and its answer; the tree is drawn in ``index/errors.py``."""

from dateline.index.errors import DatelineError


class QuestionError(DatelineError):
    """A question is empty or too long."""


class SettingsError(DatelineError):
    """A setting is unknown or has no such value."""


class TrainingError(DatelineError):
    """A training run can't begin or go on."""


class ChatModelError(DatelineError):
    """A chat model can't be had or did not answer; a quoted answer can take its place."""


class ServerUnreachable(ChatModelError):
    """No server answers at the address."""


class ModelNotOffered(ChatModelError):
    """The server has no model of that name."""


class AccessRefused(ChatModelError):
    """The server wants another key."""


class RateLimited(ChatModelError):
    """The server takes no more requests for now."""


class ServerFailed(ChatModelError):
    """The server could not do what it was asked, or answered what can't be read."""


class ServerTimeout(ChatModelError):
    """The server was silent for too long."""


class StreamCut(ChatModelError):
    """The answer broke off."""


class ContextTooSmall(ChatModelError):
    """The question with its passages is longer than what the model can hold."""


class EmptyAnswer(ChatModelError):
    """The model wrote nothing."""
