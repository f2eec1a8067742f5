"""What can go wrong between an event and its reader.

AlertError
├── ScheduleError      a schedule that cannot be understood
├── LinkError          a link of a mail that is forged, damaged or too old
├── AddressError       a mail address, name or subject that cannot stand in a mail
├── BounceError        a returned mail that cannot be understood or is not ours
├── TooManySignUps     more sign-ups than are taken at once
├── SecretError        a webhook secret that cannot be used
├── SignatureError     a webhook whose signature does not fit
└── TransportError     a message that could not be handed over
"""

from messages.errors import Told


class AlertError(Told):
    """Base of this room's errors; its text is one line that names the thing."""


class ScheduleError(AlertError):
    """A schedule that cannot be understood; the text says what is allowed."""


class LinkError(AlertError):
    """A link of a mail is forged, damaged, too old or meant for something else."""


class AddressError(AlertError):
    """A mail address, a name or a subject cannot stand in a mail."""


class BounceError(AlertError):
    """A notification that is none, or about a mail that we did not send."""


class TooManySignUps(AlertError):  # noqa: N818 - it names a state, as UnknownThing does
    """More sign-ups than are taken; ``retry_after`` is how long to wait, in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many sign-ups; try again in {retry_after} seconds")
        self.retry_after = retry_after


class SecretError(AlertError):
    """A webhook secret is malformed, too short or too long."""


class SignatureError(AlertError):
    """A webhook's headers are missing or old, or no signature fits."""


class TransportError(AlertError):
    """A message was not handed over.

    ``retry`` says whether another try makes sense, ``gone`` that the receiver is no more, and
    ``retry_after`` how many seconds the receiver wants to be left alone.
    """

    def __init__(
        self,
        message: str,
        *,
        retry: bool = True,
        gone: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.retry = retry
        self.gone = gone
        self.retry_after = retry_after
