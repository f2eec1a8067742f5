from datetime import timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer

from alerts.errors import LinkError
from alerts.links import CONFIRM_WITHIN, MAX_TOKEN, address, make, read

KEY = "a key for tests only"


@pytest.mark.parametrize("purpose", ["confirm", "manage", "unsubscribe"])
def test_token_gives_back_its_subscription(purpose):
    token = make(KEY, purpose, "sub-1")
    assert read(KEY, purpose, token, CONFIRM_WITHIN) == "sub-1"


def test_token_is_good_for_its_own_purpose_only():
    with pytest.raises(LinkError):
        read(KEY, "unsubscribe", make(KEY, "manage", "sub-1"))


def test_token_of_another_key_is_refused():
    with pytest.raises(LinkError):
        read(KEY, "manage", make("another key", "manage", "sub-1"))


def test_token_changed_in_any_place_is_refused():
    token = make(KEY, "manage", "sub-1")
    # The last character of base64 carries bits that nobody reads.
    for place in range(len(token) - 1):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(LinkError):
            read(KEY, "manage", token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "đ", "\x00", "x" * (MAX_TOKEN + 1)])
def test_nonsense_is_refused(token):
    with pytest.raises(LinkError, match="damaged"):
        read(KEY, "confirm", token)


def test_old_token_is_refused_where_age_matters():
    with pytest.raises(LinkError, match="too old"):
        read(KEY, "confirm", make(KEY, "confirm", "sub-1"), timedelta(seconds=-1))


def test_token_of_something_else_signed_with_the_key_is_refused():
    session = URLSafeTimedSerializer(KEY, salt="session").dumps("sub-1")
    with pytest.raises(LinkError):
        read(KEY, "manage", session)


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        ("confirm", "https://tin.example.org/confirm/T"),
        ("manage", "https://tin.example.org/subscription/T"),
        ("unsubscribe", "https://tin.example.org/unsubscribe/T"),
    ],
)
def test_address_stands_under_the_public_one(purpose, expected):
    assert address("https://tin.example.org/", purpose, "T") == expected


def test_token_needs_no_escaping_in_an_address():
    token = make(KEY, "manage", "sub-1")
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
