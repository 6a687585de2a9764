"""The diary: for whoever holds an enrolled phone or is signed in, and for no staff."""

import portal.web.diary.advice
import portal.web.diary.already_sent
import portal.web.diary.keeping
import portal.web.diary.reading
import portal.web.diary.screens
import portal.web.diary.start  # noqa: F401 (imported for the routes they add)
from portal.web.diary.blueprint import blueprint

__all__ = ["blueprint"]
