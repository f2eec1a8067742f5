"""Signing up by a program: mail addresses only, and always the same answer."""

from typing import Annotated, Any

from fastapi import Request
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from alerts.errors import TooManySignUps
from alerts.lines import one_line
from alerts.wishes import Wishes
from messages.catalogue import translations
from storage.filters import Filter
from web.entry import take_sign_up
from web.failures import Refusal
from web.speaking import language_of


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


# Fields are named as on the command line; a list may also have the name it is stored by.
_ONE = {"topics": "topic", "entities": "entity", "sources": "source", "kinds": "kind"}

Name = Annotated[str, Field(max_length=200)]
Names = Annotated[list[Name], BeforeValidator(_listed), Field(max_length=200)]


def _names(many: str) -> Any:
    return Field(default_factory=list, validation_alias=AliasChoices(_ONE[many], many))


class SignUpCall(BaseModel):
    """A wish for mails; what is left out is as on the sign-up page."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field(max_length=1_000, examples=["ban-doc@example.org"])
    schedule: str = Field("daily@07:00", max_length=200)
    timezone: str | None = Field(None, max_length=100)
    language: str | None = Field(None, max_length=20)
    topic: Names = _names("topics")
    entity: Names = _names("entities")
    source: Names = _names("sources")
    kind: Names = _names("kinds")
    min_relevance: float | None = None
    query: str = Field("", max_length=2_000)


class Answer(BaseModel):
    """The answer to every sign-up that can be, whether or not the address was known."""

    status: str = Field(examples=["check_mail"])
    message: str


def create(request: Request, call: SignUpCall) -> Answer:
    """Sign a mail address up; it gets a mail, and nothing more until it confirms."""
    site = request.app.state.site
    language = language_of(request)
    wishes = Wishes(
        schedule=call.schedule,
        timezone=call.timezone or str(site.zone),
        language=call.language or language,
        filter=Filter(
            topics=tuple(call.topic),
            entities=tuple(one_line(name, 200) for name in call.entity),
            sources=tuple(call.source),
            kinds=tuple(call.kind),
            min_relevance=call.min_relevance,
            query=one_line(call.query, 2_000),
        ),
    )
    try:
        faults = take_sign_up(request, call.address, wishes, language)
    except TooManySignUps as error:
        raise Refusal(429, headers={"Retry-After": str(error.retry_after)}) from error
    if faults:
        raise Refusal(
            422, fields={_ONE.get(field, field): words for field, words in faults.items()}
        )
    say = translations(language)
    return Answer(status="check_mail", message=say.gettext("A mail is on its way to this address."))
