"""What can go wrong, as the user is told it: one lower-case line of what, and the way out.

DatelineError
├── ReadError            a file holds no article that can be read
├── LibraryError         the library can't do what was asked
│   ├── NoLibrary        nothing was built at that place yet
│   ├── LibraryLocked    another process writes to it
│   ├── LibraryMismatch  it was built by another embedder or another version
│   ├── LibraryConflict  another process changed the same at the same time
│   └── LibraryDamaged   the record itself can't be read
├── NoSuchArticle        no article has that id or origin
├── ModelError           a model can't be loaded or run
├── QuestionError        a question is empty or too long
├── ChatModelError       a chat model can't be had or did not answer
│   ├── ServerUnreachable  no server answers at the address
│   ├── ModelNotOffered    the server has no model of that name
│   ├── AccessRefused      the server wants another key
│   ├── RateLimited        the server takes no more requests for now
│   ├── ServerFailed       the server could not do what it was asked, or answered what can't be read
│   ├── ServerTimeout      the server was silent for too long
│   ├── StreamCut          the answer broke off
│   ├── ContextTooSmall    question and passages are longer than what the model can hold
│   └── EmptyAnswer        the model wrote nothing
├── SettingsError        a setting is unknown or has no such value
├── TrainingError        a training run can't begin or go on
├── SamplesError         a set of samples can't be used
├── BaselineError        a file is no earlier result of an evaluation
├── MetricError          a figure that is asked for does not exist
├── ReportError          a report can't be written where it is wanted
├── ServeError           the page can't be served as it was asked for
├── ServerBusy           more is asked at once than is worked on
├── ArgumentError        an argument is of another type, or of no use
├── ExtraMissing         a part that is installed on its own is not there
├── UploadError          what was uploaded can't be taken at all
├── CorrectionError      a correction can't become a sample
└── SetError             a benchmark's set is not there, or not of its form
"""

from importlib.resources import files
from pathlib import Path

_SHOWN = 40  # characters of a wrong value


class DatelineError(Exception):
    """The root: its message is shown as it is."""


class ReadError(DatelineError):
    """A file holds no article that can be read."""


class LibraryError(DatelineError):
    """The library can't do what was asked."""


class NoLibrary(LibraryError):
    """Nothing was built at that place yet."""


class LibraryLocked(LibraryError):
    """Another process writes to the library."""


class LibraryMismatch(LibraryError):
    """The library was built by another embedder or another version."""


class LibraryConflict(LibraryError):
    """Another process changed the same at the same time, and nothing was done: it may be done again."""


class LibraryDamaged(LibraryError):
    """The record of the library can't be read."""


class NoSuchArticle(DatelineError):
    """No article has that id or origin."""


class ModelError(DatelineError):
    """A model can't be loaded or run."""


class ExtraMissing(DatelineError):
    """A part that is installed on its own is not there."""


class ArgumentError(DatelineError, ValueError):
    """An argument is of another type, or of no use."""


def install_command(extra: str) -> str:
    """The command that installs an optional part: of the checkout that this runs from, else from a package index."""
    root = Path(str(files("dateline"))).resolve().parent
    if not (root / "pyproject.toml").is_file():
        return f"pip install 'dateline[{extra}]'"
    return f"pip install -e '{'.' if Path().samefile(root) else root}[{extra}]'"


def shown(value: object) -> str:
    """A wrong value as a message repeats it: never whole where it may be large."""
    if isinstance(value, str):
        beginning = repr(value[:_SHOWN])
        return beginning if len(beginning) <= _SHOWN else f"{beginning[:_SHOWN]}…'"
    if value is None or isinstance(value, float) or (isinstance(value, int) and value.bit_length() < _SHOWN):
        return repr(value)
    return f"of type {type(value).__name__!r}"
