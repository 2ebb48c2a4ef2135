"""Frames of whole responses: the ways in which models of several families state a final answer, in eight languages."""

from __future__ import annotations

OPENINGS = (
    "First we set up the equations and simplify.", "Let $n$ be the quantity we want, so $n+3 > 2$.",
    "By symmetry there are $12$ cases, of which $4$ vanish.",
    "Substituting gives $2x + 6 = 14$, hence the next step.", "We check $k=1,2,3$ one after another.",
    "Recall that $\\sin^2 t + \\cos^2 t = 1$.",
    "To solve this, I'll work step by step.\n\n1. **Understand the problem.** Two numbers are given, $17$ and $4$.\n2. **Set up.** Write $u = 17 - 4$.\n3. **Solve.** So $u = 13$, which we use below.",
    "Step 1: Draw the picture. The height is $h = 5$.\n\nStep 2: By Pythagoras, $h^2 + 12^2 = 169$.\n\nStep 3: Combine both.",
    "## Step 1: Expand\nWe get\n\\[\n(x+1)(x-3) = x^2 - 2x - 3.\n\\]\n\n## Step 2: Collect terms\nNothing is left over but one term.",
    "We compute:\n\\begin{align*}\na_1 &= 2, \\\\\na_2 &= 5, \\\\\na_3 &= 11.\n\\end{align*}\nThe pattern continues.",
    "Let me denote the total by T. There are 3 groups of 8, so T = 24 at the start, and 24 - 9 = 15 later.",
    "```python\nfrom math import comb\nprint(comb(10, 3))\n```\n```output\n120\n```\nThis is only an intermediate number.",
    "| n | f(n) |\n|---|------|\n| 1 | 4 |\n| 2 | 9 |\n\nThe table suggests how to go on.",
    "Okay, so we need to find the value. Hmm, let me think. If x were 7, then the left side would be 49, too big. So x is smaller.",
    "Note that $\\frac{3}{4}$ of the tank is 45 litres, so a full tank is 60 litres.",
)  # fmt: skip

# {w} is an opening, {x} the answer
BOXES = {
    "boxed": "{w}\n\nTherefore the answer is $\\boxed{{x}}$.", "boxed display": "{w} Thus\n\\[\n\\boxed{{x}}\n\\]",
    "fbox": "{w} So we obtain $\\fbox{{x}}$.", "boxed with a space": "{w} Final: $\\boxed {{x}}$",
    "two equal boxes": "{w} So far we have $\\boxed{{x}}$. Checking once more, indeed $\\boxed{{x}}$.",
    "remark behind": "{w} So the result is $\\boxed{{x}}$.\n\n(Note that the 7 other cases of page 12 do not matter.)",
    "final answer heading": "{w}\n\n**Final Answer:**\n$$\n\\boxed{{x}}\n$$",
    "minerva": "{w}\nFinal Answer: The final answer is $\\boxed{{x}}$. I hope it is correct.",
    "boxed equation": "{w} Hence\n\\[\nS = \\boxed{{x}}.\n\\]", "llama": "{w}\n\nThe final answer is: $\\boxed{{x}}$",
    "boxed in bold": "{w}\n\n**$\\boxed{{x}}$**", "dollars outside and inside": "{w} Answer: \\boxed{$ {x} $}",
    "displaystyle": "{w} \\[ \\boxed{\\displaystyle {x}} \\]",
    "check behind": "{w} So the answer is $\\boxed{{x}}$.\n\n**Check.** Plugging $n=2$ into both sides gives $8 = 8$, as it must.",
    "boxed in a list": "{w}\n\n- The count is finite.\n- The answer is $\\boxed{{x}}$.\n",
    "box without maths": "{w}\n\nSo the final answer is \\boxed{{x}}",
    "instruction repeated": "The user wants the final answer within \\boxed{}. {w}\n\n\\boxed{{x}}",
    "end token": "{w} The answer is \\boxed{{x}}<|im_end|>", "Chinese box": "综上所述，最终答案为 \\boxed{{x}}。",
    "tfrac box": "{w} $$\\boxed{ {x} }$$\nThis completes the proof. $\\blacksquare$",
}  # fmt: skip
TAGS = {
    "answer tag": "<think>{w}</think>\n<answer>{x}</answer>",
    "answer tag, dollars": "<think>\n{w}\n</think>\n<answer> $ {x} $ </answer>",
    "box in a tag": "<think>{w}</think><answer>\\boxed{{x}}</answer>",
    "tag after text": "{w}\n<answer>\n{x}\n</answer>\n",
    "words in a tag": "<think>{w}</think>\n<answer>The answer is ${x}$.</answer>",
    "thought, then box": "<think>\n{w}\nWait, maybe I should check 42 as well. No, that fails.\n</think>\n\nThe answer is $\\boxed{{x}}$.",
    "thought without opening": "{w}\nSo I am done.\n</think>\n\n**Answer:** ${x}$",
}  # fmt: skip
PHRASES = {
    "the answer is": "{w} The answer is ${x}$.",
    "minerva without box": "{w}\nFinal Answer: The final answer is ${x}$. I hope it is correct.",
    "bold answer": "{w}\n\n**Answer:** ${x}$", "bold heading": "{w}\n\n**Final Answer**\n\n${x}$",
    "line": "{w}\n\nFinal answer: ${x}$\n", "colon": "{w}\nAnswer: ${x}$",
    "heading": "## Solution\n{w}\n\n### Final answer\n\n\\[\n{x}\n\\]",
    "so the answer": "{w} So the answer is ${x}$", "therefore": "{w}\n\nTherefore, the final answer is ${x}$.",
    "answer in bold": "{w} The answer is **${x}$**.", "bold inside": "{w} **The final answer is ${x}$.**",
    "hence the result": "{w} Hence, the result is ${x}$.", "our answer": "{w} Thus our answer is ${x}$.",
    "answer equals": "{w} The answer = ${x}$.", "display last": "{w} Putting it together,\n\\[\n{x}\n\\]",
    "display equation": "{w} Hence\n\\[\nS = {x}.\n\\]", "inline last": "{w} In conclusion the value equals ${x}$.",
    "is then": "{w} The required value is therefore ${x}$.", "we get": "{w} Simplifying, we finally get ${x}$.",
    "conclusion": "{w}\n\n### Conclusion\nThe requested quantity is ${x}$.", "short": "${x}$",
    "parenthesis maths": "{w} The answer is \\({x}\\).", "display in the phrase": "{w} The answer is\n$$\n{x}\n$$",
}  # fmt: skip
LANGUAGES = {
    "French": "On pose d'abord $u=2$. Donc la réponse est ${x}$.",
    "French heading": "On calcule les termes un par un.\n\n**Réponse finale :** ${x}$",
    "Chinese": "首先设 $u=2$，然后化简。因此，答案是 ${x}$。", "Chinese heading": "解：依题意计算。\n\n**答案：** ${x}$",
    "Chinese colon": "代入得 $2u=8$。\n\n故答案为：${x}$",
    "Spanish": "Primero simplificamos con $u=2$. Por lo tanto, la respuesta es ${x}$.",
    "Spanish heading": "Calculamos paso a paso.\n\n**Respuesta final:** ${x}$",
    "German": "Wir rechnen Schritt für Schritt mit $u=2$. Die Antwort ist ${x}$.",
    "German heading": "Einsetzen ergibt das Ergebnis.\n\n**Antwort:** ${x}$",
    "Russian": "Подставим $u=2$. Ответ: ${x}$.", "Portuguese": "Calculando com $u=2$, temos que a resposta é ${x}$.",
    "Japanese": "$u=2$ とすると、答えは ${x}$ です。", "Italian": "Ponendo $u=2$, la risposta è ${x}$.",
}  # fmt: skip
NUMBERS = {
    "four hashes": "{w}\nSo we are done.\n#### {x}", "json": '{"reasoning": "see above", "answer": "{x}"}',
    "json number": '```json\n{"answer": {x}}\n```', "markdown": "{w} The answer is **{x}**.",
    "code": "{w}\n\nAnswer: `{x}`", "newline": "{w}\n\nAnswer:\n\n{x}\n",
    "sentence": "{w} So she pays {x} in the end.", "A:": "Q: How many?\nA: {x}",
    "ends in a sum": "{w} Altogether that is 0 + {x} = {x}.", "hash and unit": "{w}\n#### {x} apples",
    "lower case": "{w} so the answer is {x}", "bare": "{x}",
    "the final number": "{w}\n\nThe total number of ways is {x}.", "arrow": "{w}\n→ **{x}**",
    "result line": "{w}\nResult: {x}",
}  # fmt: skip
CHOICES = {
    "correct choice": "{w} Comparing the options, the correct choice is ({x}).",
    "option": "{w} So the correct answer is option {x}.",
    "only": "{w} Only {x} satisfies both conditions, so the answer is {x}.",
    "bold": "{w} **{x}** is correct, because the others fail.",
    "best answer": "{w} Therefore, the best answer is **{x}**.", "boxed": "{w} The answer is \\boxed{\\text{{x}}}.",
    "line": "{w}\nAnswer: {x}", "Chinese": "选项{x}正确，故选{x}。", "French": "La bonne réponse est {x}.",
    "I would": "{w} I would pick {x}.",
    "is right": "{w} Thus option ({x}) is right.", "textbf": "{w} The correct option is $\\textbf{({x})}$.",
    "last words": "{w} {x} is the right answer.", "boxed with text": "{w} Hence $\\boxed{\\textbf{({x})}\\ 24}$.",
    "the answer is (x)": "{w} The answer is ({x}).", "bold with bracket": "{w}\n\n**{x})**",
    "German": "Die richtige Antwort ist {x}.", "Spanish": "La opción correcta es la {x}.",
    "corresponds": "{w} This corresponds to option {x}.", "matches": "{w} This matches choice {x}, so we choose {x}.",
}  # fmt: skip
CHOICE_OPENINGS = (
    "Let us test each choice.",
    "We go through the options one by one.",
    "(A) is small, (B) is larger, (C) and (D) need a look.",
    "",
)


def filled(frame: str, opening: str, answer: str) -> str:
    """Put an opening and an answer into a frame. Frames hold braces of LaTeX and JSON, so there is no `str.format`."""
    return frame.replace("{w}", opening).replace("{x}", answer).strip(" ")
