"""敏感词: looks at everything the bot is about to say, viewers' names in it included.

Words are found however they are written: full-width, in look-alike letters, with signs in between, and, where
the package pypinyin is installed, in other characters of the same sound.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from douyinbot import Context, Drop, Message, PluginError, hookimpl

LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁһӏвмнткαβεηικνορτυχ",
    "aeopcyxijsdhlbmhtkabehiknoptux",
)
"""Cyrillic and Greek letters that pass for Latin ones, after case is folded."""
LINK = re.compile(
    r"(?ai)(?:https?://|www\.)\S+"
    r"|\b[a-z0-9-]{1,40}(?: {0,2}[.。]| {1,2}[.。] {1,2})(?:com|cn|net|org|top|xyz|vip|cc|me)\b"
)
"""ASCII: a Chinese character next to an address is no part of it. Browsers take 。 for a dot, too."""
NUMBER = re.compile(r"\d[\d\s-]{5,18}\d")
MASK = "*"


@dataclass
class Config:
    """`[plugins.moderation_filter]`"""

    words: list[str] = field(default_factory=list)
    """Words that the bot never says."""
    file: str = ""
    """A text file with one word a line, beside bot.toml."""
    action: Literal["drop", "mask"] = "drop"
    """Drop the whole line, or put asterisks in place of what was found."""
    links: bool = True
    """Addresses of web pages count, too."""
    numbers: bool = False
    """Numbers of seven digits and more count, too: phone numbers, accounts."""
    pinyin: bool | None = None
    """Compare by sound; without a setting, where pypinyin is installed."""


@dataclass(frozen=True)
class Words:
    """The words, as they are looked for."""

    folded: tuple[str, ...]
    sounds: tuple[tuple[str, ...], ...]
    syllables: Any = None
    """The function of pypinyin, or None."""

    def find(self, text: str) -> list[tuple[int, int]]:
        """Return where words stand in a text, as (start, end)."""
        letters, places = fold(text)
        found = [span for word in self.folded for span in _spans(letters, word, places)]
        if self.syllables is not None and self.sounds:
            spoken, where = self._sounds(text)
            found += [span for sound in self.sounds for span in _spans(spoken, sound, where)]
        return found

    def _sounds(self, text: str) -> tuple[tuple[str, ...], list[int]]:
        places = [at for at, char in enumerate(text) if _is_chinese(char)]
        return tuple(self.syllables("".join(text[at] for at in places))), places


def fold(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of a text, look-alikes made one, and where each stood."""
    letters: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        for plain in unicodedata.normalize("NFKD", char).casefold().translate(LOOK_ALIKES):
            if plain.isalnum():
                letters.append(plain)
                places.append(at)
    return "".join(letters), places


def read_words(words: list[str], syllables: Any) -> Words:
    folded = tuple(dict.fromkeys(letters for word in words if (letters := fold(word)[0])))
    chinese = [word for word in words if len(word) > 1 and all(map(_is_chinese, word))]
    sounds = tuple(tuple(syllables(word)) for word in chinese) if syllables is not None else ()
    return Words(folded, sounds, syllables)


def _spans(text: Sequence[str], word: Sequence[str], places: list[int]) -> list[tuple[int, int]]:
    """Return where a word stands in a text of letters or of syllables, as places of the original."""
    size = len(word)
    starts = [at for at in range(len(text) - size + 1) if text[at : at + size] == word]
    return [(places[at], places[at + size - 1] + 1) for at in starts]


def _is_chinese(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


@hookimpl
def setup(ctx: Context) -> None:
    config: Config = ctx.config
    words = list(config.words)
    if config.file:
        try:
            words += (ctx.folder / config.file).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise PluginError(f"the words of {config.file} cannot be read: {error}") from error
    ctx.shared["words"] = read_words([word.strip() for word in words], _pinyin(config.pinyin))


def _pinyin(wanted: bool | None) -> Any:
    if wanted is False:
        return None
    try:
        from pypinyin import lazy_pinyin
    except ImportError:
        if wanted:
            raise PluginError('`pinyin` needs one more package: pip install "douyinbot[pinyin]"') from None
        return None
    return lazy_pinyin


@hookimpl(trylast=True)
def filter_message(ctx: Context, message: Message) -> Drop | str | None:
    config: Config = ctx.config
    found = ctx.shared["words"].find(message.text)
    for pattern, wanted in ((LINK, config.links), (NUMBER, config.numbers)):
        if wanted:
            found += [match.span() for match in pattern.finditer(unicodedata.normalize("NFKC", message.text))]
    if not found:
        return None
    if config.action == "drop":
        return Drop("敏感词")
    hidden = {at for start, end in found for at in range(start, end)}
    return "".join(MASK if at in hidden else char for at, char in enumerate(message.text))
