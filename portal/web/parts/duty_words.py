"""What the duties of the rota are called, on pages of staff and of the demonstration."""

from __future__ import annotations

from portal.protocol.study.duties import UsualDuty
from portal.web.frame.language import Later, lazy_gettext

DUTIES: dict[str, Later] = {
    UsualDuty.NURSE: lazy_gettext("nurse"),
    UsualDuty.DOCTOR: lazy_gettext("doctor on call"),
    UsualDuty.SECOND_DOCTOR: lazy_gettext("second doctor"),
    UsualDuty.INVESTIGATOR: lazy_gettext("investigator"),
    UsualDuty.COORDINATOR: lazy_gettext("coordinator"),
}
