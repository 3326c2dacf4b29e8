"""Cards: separators, `0x` and case are ignored; nothing else is (protocol.md §10.8)."""

import pytest

from apps.core.refused import Refused
from apps.core.tokens import mask_token, normalise_token, read_token, token_hmac


@pytest.mark.parametrize(
    "spelling",
    [
        "04A1B2C3D4E5F6",
        "04a1b2c3d4e5f6",
        "04:A1:B2:C3:D4:E5:F6",
        "0x04a1b2c3d4e5f6",
        " 04-a1 b2c3d4e5f6",
    ],
)
def test_spellings_of_one_card_are_one(spelling):
    assert normalise_token(spelling) == "04a1b2c3d4e5f6"
    assert token_hmac(spelling) == token_hmac("04A1B2C3D4E5F6")


@pytest.mark.parametrize("other", ["F6E5D4C3B2A104", "04A1B2C3D4E5", "0004A1B2C3D4E5F6"])
def test_reversed_cut_or_padded_readings_are_other_cards(other):
    assert normalise_token(other) != normalise_token("04A1B2C3D4E5F6")


def test_a_word_that_begins_like_a_prefix_keeps_it():
    assert normalise_token("0xylophone") == "0xylophone"


def test_a_mask_never_shows_more_than_four_characters():
    assert mask_token("04A1B2C3D4E5F6") == "••••E5F6"
    assert mask_token("1234567") == "••••"
    assert mask_token("") == "••••"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 04:a1:b2:c3:d4:e5:f6 ", "04a1b2c3d4e5f6"),
        ("04 A1 B2 C3 D4 E5 F6", "04A1B2C3D4E5F6"),
        ("0x04A1B2C3", "04A1B2C3"),
        ("NL-TNM-C00122045-K", "NL-TNM-C00122045-K"),
        ("SIMULATED01", "SIMULATED01"),
    ],
)
def test_a_typed_chip_number_is_kept_as_stations_send_it(typed, kept):
    assert read_token(typed) == kept
    assert normalise_token(kept) == normalise_token(typed)


@pytest.mark.parametrize("typed", ["", " :- ", "zz!!", "a\x00b", "04é1", "x" * 37])
def test_what_no_card_carries_is_refused(typed):
    with pytest.raises(Refused) as refusal:
        read_token(typed)
    assert refusal.value.field == "token"
