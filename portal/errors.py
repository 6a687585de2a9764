"""Expected refusals. Each names the fact; the edge maps it to a page or an exit."""

from __future__ import annotations

from collections.abc import Sequence


class PortalError(Exception):
    """A request that the portal understands and declines.

    ``field`` names the offending input, where there is one, so that a form can
    put the sentence beside it. ``values`` fill the ``%(name)s`` of ``sentence``, which
    is what catalogues translate; ``message`` is the whole in English.
    """

    def __init__(
        self, sentence: str, *, field: str | None = None, **values: str
    ) -> None:
        self.sentence, self.values = sentence, values
        self.message = sentence % values if values else sentence
        super().__init__(self.message)
        self.field = field


class NotFound(PortalError):
    """The thing does not exist, or is not the asker's to see: the same answer."""


class InvalidInput(PortalError):
    """A value that cannot be used; ``field`` says which."""


class Doubtful(InvalidInput):
    """A value that is possible but rare: asked about once, taken when it comes again."""


class Faults(InvalidInput):
    """Everything that a form lacks, told at once; ``every`` holds the refusals."""

    def __init__(self, every: Sequence[InvalidInput]) -> None:
        super().__init__(" ".join(one.message for one in every), field=every[0].field)
        self.every = tuple(every)


class EntryRefused(InvalidInput):
    """An entry with an invalid field and nothing urgent in what could be read."""


class StudyFileFault(PortalError):
    """A study file that cannot be loaded."""


class CodeRefused(PortalError):
    """A sign-in code that is wrong, used, expired or tried too often."""


class TooManyTries(PortalError):
    """A limit on sign-in was reached; the message says when it ends."""


class NotAllowed(PortalError):
    """The asker is known, and this is not theirs to do."""


class AlreadyAcknowledged(PortalError):
    """Somebody else has the alert; the message says who and when."""


class AlertClosed(PortalError):
    """The alert is closed: it takes no acknowledgement and no outcome."""


class ChangedMeanwhile(PortalError):
    """What the form showed has changed since; nothing of it was saved."""


class ConflictingEntry(PortalError):
    """The same entry UUID came again with other content; both are kept."""


class UnsafeSettings(PortalError):
    """Settings under which a production portal must not start."""
