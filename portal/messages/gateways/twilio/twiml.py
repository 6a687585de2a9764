"""What Twilio says in a call: TwiML, built as XML and never as text.

https://www.twilio.com/docs/voice/twiml
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from portal.languages import tongue

LISTEN_SECONDS = 10
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def ask(words: str, language: str, *, key_url: str, again_url: str) -> str:
    """Say it, send one key to ``key_url``; without a key continue at ``again_url``."""
    response = _ask(words, language, key_url)
    redirect = ElementTree.SubElement(response, "Redirect", method="POST")
    redirect.text = again_url
    return _written(response)


def ask_last(words: str, language: str, *, key_url: str, without: str) -> str:
    """Say it once more; without a key say ``without`` and hang up."""
    response = _ask(words, language, key_url)
    _say(response, without, language)
    ElementTree.SubElement(response, "Hangup")
    return _written(response)


def tell(sentences: Sequence[str], language: str) -> str:
    """Say these sentences and hang up."""
    response = ElementTree.Element("Response")
    for sentence in sentences:
        _say(response, sentence, language)
    ElementTree.SubElement(response, "Hangup")
    return _written(response)


def _ask(words: str, language: str, key_url: str) -> ElementTree.Element:
    response = ElementTree.Element("Response")
    gather = ElementTree.SubElement(
        response,
        "Gather",
        input="dtmf",
        numDigits="1",
        timeout=str(LISTEN_SECONDS),
        action=key_url,
        method="POST",
    )
    _say(gather, words, language)
    return response


def _say(parent: ElementTree.Element, words: str, language: str) -> None:
    voice = tongue(language).voice
    say = ElementTree.SubElement(parent, "Say", language=voice)
    say.text = words


def _written(response: ElementTree.Element) -> str:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return head + ElementTree.tostring(response, encoding="unicode")
