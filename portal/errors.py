"""Expected refusals.

Each names the fact; the faces turn it into a page or an exit code.
"""

from __future__ import annotations

from collections.abc import Sequence


class PortalError(Exception):
    """A request that the portal understands and declines.

    ``field`` names the input at fault, if there is one, so that a form can put the
    sentence beside it. Catalogues translate ``sentence``; ``values`` fill its
    ``%(name)s``. ``message`` is the filled sentence in English.
    """

    def __init__(
        self, sentence: str, *, field: str | None = None, **values: str
    ) -> None:
        self.sentence, self.values = sentence, values
        self.message = sentence % values if values else sentence
        super().__init__(self.message)
        self.field = field


class NotFound(PortalError):
    """The thing does not exist, or the asker may not see it: the answer is the same."""


class InvalidInput(PortalError):
    """A value that cannot be used; ``field`` says which."""


class Doubtful(InvalidInput):
    """A value that is possible but rare: it must be entered twice to be accepted."""


class Faults(InvalidInput):
    """All faults of a form, reported together; ``every`` holds the single refusals."""

    def __init__(self, every: Sequence[InvalidInput]) -> None:
        super().__init__(" ".join(one.message for one in every), field=every[0].field)
        self.every = tuple(every)


class EntryRefused(InvalidInput):
    """An entry with an invalid field and nothing urgent in what could be read."""


class StudyFileFault(PortalError):
    """A study file that cannot be loaded."""


class CodeRefused(PortalError):
    """A sign-in code that is wrong, used, expired or was tried too often."""


class TooManyTries(PortalError):
    """A limit on sign-in was reached; the message says when to try again."""


class NotAllowed(PortalError):
    """The asker is known, and may not do this."""


class AlreadyAcknowledged(PortalError):
    """Somebody else has the alert; the message says who and when."""


class AlertClosed(PortalError):
    """The alert is closed: it takes no acknowledgement and no outcome."""


class ChangedMeanwhile(PortalError):
    """What the form showed has changed since; nothing of it was saved."""


class ConflictingEntry(PortalError):
    """The same entry UUID came again with different content; both are kept."""


class UnsafeSettings(PortalError):
    """Settings under which a production portal must not start."""
