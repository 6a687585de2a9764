"""Signing an act: with the password, and with the code of a second factor, if any.

It is needed for acts that change how people are followed. An open session is not
enough, so nobody can sign at an unlocked screen. Tries are counted as at sign-in.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.errors import InvalidInput
from portal.people.access.keys import Keyring
from portal.people.accounts import accounts, second_factor
from portal.people.accounts.seals import Seals
from portal.people.accounts.second_factor import CodeResult


@dataclass(frozen=True)
class SigningDesk:
    """What signing needs: transactions, keys, clocks, and the request's ``address``.

    Each step is its own transaction, so that a wrong try is counted even if the act
    fails.
    """

    writing: Callable[[], AbstractContextManager[Session]]
    keyring: Keyring
    seals: Seals
    address: str
    now: Callable[[], datetime]
    real_now: Callable[[], datetime]

    def sign(self, username: str, password: str, code: str) -> int:
        """The id of the person who signs.

        Raises:
            InvalidInput: the password or the code is wrong; ``field`` says which.
            TryLater: too many wrong tries.
        """
        staff_id, asks_code = self._password(username, password)
        if asks_code:
            self._code(staff_id, code)
        return staff_id

    def _password(self, username: str, password: str) -> tuple[int, bool]:
        with self.writing() as session:
            attempt = accounts.begin_sign_in(
                session,
                self.keyring,
                username,
                address=self.address,
                real_now=self.real_now(),
            )
        if accounts.fits(attempt, password):
            with self.writing() as session:
                staff = accounts.pass_password(session, attempt, password)
                if staff is not None:
                    return staff.id, second_factor.is_on(staff)
        raise InvalidInput(
            "That is not the password with which you sign in.", field="password"
        )

    def _code(self, staff_id: int, code: str) -> None:
        with self.writing() as session:
            answer = second_factor.try_code(
                session,
                self.seals,
                self.keyring,
                staff_id,
                code,
                now=self.now(),
                real_now=self.real_now(),
            )
        if answer is not CodeResult.RIGHT:
            raise InvalidInput(
                "That is not the code of this half minute, or it was used already. "
                "Wait for the next one.",
                field="code",
            )
