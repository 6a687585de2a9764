"""The diary's pages.

People with an enrolled phone and signed-in reporters come in; staff do not.
"""

import portal.web.diary.advice
import portal.web.diary.already_sent
import portal.web.diary.autosave
import portal.web.diary.red_flags
import portal.web.diary.screens
import portal.web.diary.second_reading  # noqa: F401 (its routes)
from portal.web.diary.blueprint import blueprint

__all__ = ["blueprint"]
