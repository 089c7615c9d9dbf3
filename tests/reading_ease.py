"""How easy a text is to read, by two old measures of word and sentence length; higher is easier, 60 is plain.

Spanish: Fernández Huerta, 206.84 - 60 P - 1.02 F (J. Fernández Huerta, "Medidas sencillas de lecturabilidad", 1959).
English: Flesch, 206.835 - 84.6 P - 1.015 F (R. Flesch, "A new readability yardstick", 1948).
P: syllables per word. F: words per sentence. Syllables are counted as groups of vowels, a strong pair being two in
Spanish and a mute final e none in English: right for nine words in ten, and wrong in both directions.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[.!?:;…]+(?:\s|$)|\n")


def sentences(text: str) -> list[list[str]]:
    """Words of each sentence; numbers and marks are none."""
    return [words for part in _SENTENCE.split(text) if (words := _WORD.findall(part))]


def syllables(word: str, language: str) -> int:
    """At least one."""
    small = word.casefold()
    if language == "es":
        strong = len(re.findall(r"[aeoáéíóú]", small))
        weak = len(re.findall(r"(?<![aeoáéó])[iuü]+(?![aeoáéó])", small))
        return max(strong + weak, 1)
    groups = len(re.findall(r"[aeiouy]+", small))
    return max(groups - (small.endswith("e") and not small.endswith("le") and groups > 1), 1)


def ease(texts: list[str], language: str) -> float:
    """The measure of the language over all of the texts together."""
    known = [words for text in texts for words in sentences(text)]
    words = [word for sentence in known for word in sentence]
    per_word = sum(syllables(word, language) for word in words) / len(words)
    per_sentence = len(words) / len(known)
    if language == "es":
        return 206.84 - 60 * per_word - 1.02 * per_sentence
    return 206.835 - 84.6 * per_word - 1.015 * per_sentence
