"""Mails and calls as their receivers read them."""

import email
import json
import re
from email.policy import default

from standardwebhooks import Webhook

LINK = re.compile(r"https?://[^\s\"<>]+/(confirm|subscription|unsubscribe)/([\w.-]+)")


def mails_of(server, address):
    """The mails that a server took for an address, oldest first."""
    return [
        email.message_from_bytes(content, policy=default)
        for _, recipients, content in server.mails
        if recipients == [address]
    ]


def text_of(mail):
    """The plain text of a mail."""
    return mail.get_body(("plain",)).get_content()


def paths_of(mail):
    """The paths of a mail's signed links, by what they are for."""
    return {kind: f"/{kind}/{token}" for kind, token in LINK.findall(text_of(mail))}


def calls_at(receiver, path):
    """The calls that a receiver got at a path, oldest first."""
    return [call for call in receiver.calls if call.path == path]


def verified(secret, call):
    """The body of a call whose signature the specification's own library accepts."""
    return Webhook(secret).verify(call.body, call.headers)


def id_of(call):
    """The id by which a receiver knows a call again."""
    return {name.lower(): value for name, value in call.headers.items()}["webhook-id"]


def body_of(call):
    return json.loads(call.body)
