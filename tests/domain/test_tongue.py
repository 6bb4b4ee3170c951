"""Do sentences keep what people wrote as it stands, and change with the language?"""

from __future__ import annotations

from datetime import timedelta
from gettext import NullTranslations

from app.domain.tongue import speaking, worded
from dashboards.words import length_words


class Short(NullTranslations):
    """A language that has a shorter word for minutes."""

    def gettext(self, message: str) -> str:
        return message.replace("{minutes} min", "{minutes} m")


def test_a_brace_in_what_a_protocol_asks_is_no_gap() -> None:
    asked = "Ask for the {trend} of the creatinine, {"
    assert worded(asked) == asked
    assert worded("{label} at {time}", label="{x}", time="09:00") == "{x} at 09:00"


def test_a_length_of_time_is_said_in_the_language_spoken_now() -> None:
    length = timedelta(minutes=25)
    assert length_words(length) == "25 min"
    with speaking(Short()):
        assert length_words(length) == "25 m"
    assert length_words(length) == "25 min"
