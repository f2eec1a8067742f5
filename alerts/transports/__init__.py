"""The ways a message leaves the house, a module each; all of them keep one promise."""

from typing import Protocol, TypeVar

MessageT_contra = TypeVar("MessageT_contra", contravariant=True)


class Transport(Protocol[MessageT_contra]):
    """Carries one kind of message: mails, webhook calls or messages for chat rooms."""

    async def send(self, message: MessageT_contra) -> str:
        """Hand one message over and give the receiver's answer as one line.

        Returning means that the receiver has taken it. Everything else is a TransportError, which
        says whether to try again (``retry``, ``retry_after``) and whether the receiver is no more
        (``gone``). A message carries its delivery's id, so that one sent twice is known as such.
        """
        ...

    async def aclose(self) -> None:
        """Give back connections; sending again afterwards opens new ones."""
        ...
