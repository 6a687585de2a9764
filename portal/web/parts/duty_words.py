"""What the duties of the rota are called, on pages of staff and of the demonstration."""

from __future__ import annotations

from portal.protocol.study.duties import Duty
from portal.web.frame.language import Later, lazy_gettext

DUTIES: dict[str, Later] = {
    Duty.NURSE: lazy_gettext("nurse"),
    Duty.DOCTOR: lazy_gettext("doctor on call"),
    Duty.SECOND_DOCTOR: lazy_gettext("second doctor"),
    Duty.INVESTIGATOR: lazy_gettext("investigator"),
    Duty.COORDINATOR: lazy_gettext("coordinator"),
}
