r"""Answer phrases of languages other than English. The sentences say "the answer is 5" and the like."""

from __future__ import annotations

import pytest

from dartkit.records import AnswerKind
from dartkit.verify.extraction import extract_answer

CASES: tuple[tuple[str, AnswerKind | None, str], ...] = (
    ("La réponse est 6", None, "6"),
    ("La réponse finale est $x=2$.", None, "x=2"),
    ("**Réponse :** 12 euros", None, "12 euros"),
    ("La reponse est 7.", None, "7"),
    ("Le résultat est 12.", None, "12"),
    ("La bonne réponse est (B).", "choice", "(B)"),
    ("La réponse est **non**, car 3 ne divise pas 7.", "text", "non"),
    ("Il y a donc 12 façons.", None, "12"),
    ("Die Antwort ist 42.", None, "42"),
    ("Die Antwort lautet: 42", None, "42"),
    ("Die Antwort auf die Frage ist 42.", None, "42"),
    ("Das Ergebnis lautet 12 cm.", None, "12 cm"),
    ("Ergebnis: $\\frac{1}{2}$", None, "\\frac{1}{2}"),
    ("Die Lösung ist $x=3$.", None, "x=3"),
    ("Die richtige Antwort ist (C).", "choice", "(C)"),
    ("La respuesta es 7.", None, "7"),
    ("Respuesta: $\\frac{1}{2}$", None, "\\frac{1}{2}"),
    ("Respuesta final: 8", None, "8"),
    ("La respuesta correcta es la B", "choice", "B"),
    ("El resultado es 15.", None, "15"),
    ("A resposta é 9.", None, "9"),
    ("Resposta: 9", None, "9"),
    ("O resultado é 9.", None, "9"),
    ("La risposta è 10.", None, "10"),
    ("Risposta: 10", None, "10"),
    ("Il risultato è 10.", None, "10"),
    ("Het antwoord is 11.", None, "11"),
    ("Antwoord: 11", None, "11"),
    ("Odpowiedź: 12", None, "12"),
    ("Odpowiedzią jest 12.", None, "12"),
    ("Wynik: 12", None, "12"),
    ("Ответ: 13.", None, "13"),
    ("Ответ — 14", None, "14"),
    ("**Ответ:** $\\frac{1}{2}$", None, "\\frac{1}{2}"),
    ("Правильный ответ: B", "choice", "B"),
    ("Відповідь: 14", None, "14"),
    ("答案是 42。", None, "42"),
    ("答案：42", None, "42"),
    ("答案为42", None, "42"),
    ("答案應該是 42", None, "42"),
    ("所以答案为 $\\frac{1}{2}$。", None, "\\frac{1}{2}"),
    ("最终答案：\n\n42", None, "42"),
    ("因此，最终答案是：**42**", None, "42"),
    ("答：小明还剩5个苹果。", None, "5"),
    ("答：5个", None, "5"),
    ("结果为 12。", None, "12"),
    ("所以小明一共有 12 元。", None, "12"),
    ("答案：C", "choice", "C"),
    ("故选：C。", "choice", "C"),
    ("故选C", "choice", "C"),
    ("综上所述，选C", "choice", "C"),
    ("正确答案是 B", "choice", "B"),
    ("因此选项 C 是正确的。", "choice", "C"),
    ("选项C正确", "choice", "C"),
    ("答えは5です。", None, "5"),
    ("答え：12", None, "12"),
    ("正解はB", "choice", "B"),
    ("よって、答えは $x=3$ です。", None, "x=3"),
    ("따라서 정답은 5입니다.", None, "5"),
    ("답: 7", None, "7"),
    ("답은 12이다.", None, "12"),
    ("Đáp án: 8", None, "8"),
    ("Đáp số là 9", None, "9"),
    ("Câu trả lời là 9.", None, "9"),
    ("Kết quả là 9.", None, "9"),
    ("Cevap: 10", None, "10"),
    ("Sonuç: 10", None, "10"),
    ("Yanıt: 10", None, "10"),
    ("الجواب هو 11", None, "11"),
    ("الإجابة: 11", None, "11"),
    ("الجواب هو ١١", None, "١١"),
    ("پاسخ: 11", None, "11"),
    ("उत्तर: 12", None, "12"),
    ("उत्तर 12 है।", None, "12"),
    ("Odpověď: 3", None, "3"),
    ("Răspuns: 3", None, "3"),
    ("Válasz: 3", None, "3"),
    ("Svar: 3", None, "3"),
    ("Svaret är 3.", None, "3"),
    ("Vastaus: 3", None, "3"),
    ("Jawaban: 3", None, "3"),
    ("Jawabannya adalah 3.", None, "3"),
    ("Απάντηση: 3", None, "3"),
    ("คำตอบคือ 3", None, "3"),
    ("উত্তর: 3", None, "3"),
    ("התשובה היא 3", None, "3"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "hint", "text"), CASES)
def test_phrases(completion: str, hint: AnswerKind | None, text: str) -> None:
    found = extract_answer(completion, hint=hint)
    assert found is not None
    assert found.text == text
    assert completion.startswith(text, found.start)


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("Her response: 5 days. The answer is 6.", "6"),  # `response` is not the French word
        ("We are responsible: 5. So 6.", "6"),
        ("Variables: x. In total 6.", "6"),
        ("答案 5 之后，The answer is 6.", "6"),  # English phrases go first
    ],
)
def test_words_that_only_look_like_it(completion: str, text: str) -> None:
    found = extract_answer(completion)
    assert found is not None
    assert found.text == text
