"""Decimal commas: what each text means is read by somebody who knows how its language writes numbers."""

from __future__ import annotations

import pytest

from dartkit.records import AnswerKind
from dartkit.verify import Verifier
from dartkit.verify.extraction import extract_answer

DECIMALS = (
    ("Réponse : 2,5 km/h", "2.5 km/h"),
    ("Antwort: 3,5", "3.5"),
    ("Also kostet ein Heft 1,25 Euro.\n\nAntwort: 1,25 €", "1.25 €"),
    ("Por lo tanto, la respuesta es 3,5 metros.", "3.5 metros"),
    ("La respuesta es $2,5$.", "2.5"),
    ("Risposta: 4,2 cm", "4.2 cm"),
    ("A resposta é 4,75.", "4.75"),
    ("Het antwoord is dus 6,5.", "6.5"),
    ("Ответ: 3,75", "3.75"),
    ("Объём равен 2,25 м³.", "2.25"),
    ("Odpowiedź: 2,4 km", "2.4 km"),
    ("Sonuç: 3,2", "3.2"),
    ("L'aire vaut donc 12,57 cm².", "12.57 cm²"),
    ("La probabilità è 0,125.", "0.125"),
    ("Der Preis beträgt 1.250,50 €.", "1250.50 €"),
    ("Das Ergebnis ist $\\boxed{3{,}6}$.", "3.6"),
    ("The answer is $3{,}6$.", "3.6"),
)
LISTS: tuple[tuple[str, AnswerKind | None, str], ...] = (
    ("So the coordinates are 3,4.", None, "3,4"),
    ("The solutions are 2,5", "set", "2,5"),
    ("Les solutions sont : 2,5", "set", "2,5"),
    ("Die Antwort ist 1,250 km.", None, "1,250 km"),
    ("The answer is 1,234.", "integer", "1,234"),
    ("$3{,}600$ is the answer: $3{,}600$", "integer", "3{,}600"),
)


@pytest.mark.parametrize(("completion", "text"), DECIMALS)
def test_a_comma_is_a_point_where_the_language_writes_it_so(completion: str, text: str) -> None:
    """One number with one comma in a text of such a language; a comma in braces is one in any language."""
    found = extract_answer(completion, hint="decimal")
    assert found is not None
    assert found.text == text
    assert "decimal-comma" in found.flags


@pytest.mark.parametrize(("completion", "hint", "text"), LISTS)
def test_a_comma_stays(completion: str, hint: AnswerKind | None, text: str) -> None:
    """In English texts, for gold answers that are lists, and before three digits, which may be thousands."""
    found = extract_answer(completion, hint=hint)
    assert found is not None
    assert found.text == text
    assert "decimal-comma" not in found.flags


def test_ten_times_as_much_is_wrong() -> None:
    """2,5 is two and a half, not 25 and not 5."""
    with Verifier() as verifier:
        given = "La vitesse vaut 5 divisé par 2.\nRéponse : 2,5 km/h"
        assert [verifier.check(given, gold).equal for gold in ("2.5", "25", "5")] == [True, False, False]
