"""Whole responses, abridged, in the manner of chat models, reasoning models, base models and tutors."""

from __future__ import annotations

GROUPS: dict[str, tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = {
    "extraction": (
        ("36", (
            "To find the area, square the side: $6^2 = 36$.\n\nThe final answer is: $\\boxed{36}$",
            "<think>\nSide 6, so perimeter 24... no, area. 36.\n</think>\n\nThe area is $6 \\times 6 = 36$ square units.\n\n\\[\n\\boxed{36 \\text{ square units}}\n\\]",
            "**Step 1.** The side is 6.\n**Step 2.** The area is 6 × 6.\n\n**Answer: 36**",
            "6 * 6 = <<6*6=36>>36\n#### 36", "The area of the square is 36 cm².",
            "Final Answer: The final answer is $36$. I hope it is correct.",
            "Therefore, the area is $\\boxed{A = 36}$.", "Let $s=6$. Then $A=s^2=36$.",
            "So, the answer is **36 square units**.",
            "```python\nprint(6**2)\n```\nRunning this prints 36, so the answer is \\boxed{36}.",
            "{\"answer\": \"36\"}", "<answer>36</answer>", "<answer>\n\\boxed{36}\n</answer>",
            "The answer is thirty-six.",
            "I think the answer is 24. Wait, that is the perimeter. The area is \\boxed{36}.",
            "$$A = 6^2 = \\boxed{36}$$\n\nSo a square of side 6 has 36 unit squares, 12 more than its perimeter of 24.",
            "面积是 $6^2=36$，所以答案是 $\\boxed{36}$。", "La réponse est donc $\\boxed{36}$.",
            "### Final Answer\n$\\boxed{36}$\n\n---\n*If you would like, I can explain step 2 in more detail.*",
        ), (
            "The side is 6 and 36 was my first thought, but the answer is $\\boxed{24}$.",
            "<think>\n36? \\boxed{36}\n</think>\n\\boxed{63}", "The area is either 36 or 24.",
            "Area: \\boxed{36}\n\nOn second thought the question asks for the perimeter: \\boxed{24}",
            "I am not able to determine this.", "<answer>24</answer>", "#### 24",
            "It is \\boxed{36 \\text{ or } 24}.", "<think> 6 times 6 is 36 and",
            "The area is larger than 36, so \\boxed{>36}.", "The final answer is $\\boxed{3.6}$.", "\\boxed{36, 24}",
        )),
        ("\\frac{5}{12}", (
            "The probability is $\\frac{15}{36} = \\boxed{\\frac{5}{12}}$.",
            "There are 15 favourable outcomes of 36.\n\n**Answer:** $\\dfrac{5}{12}$",
            "P = 15/36 = 5/12\n\nAnswer: 5/12", "Thus the probability is $\\boxed{\\dfrac{15}{36}=\\dfrac{5}{12}}$.",
            "<answer>$\\frac{5}{12}$</answer>",
            "Hence,\n\\[\nP(\\text{sum} > 7) = \\frac{15}{36} = \\frac{5}{12}.\n\\]",
            "The answer is $\\frac{5}{12}$, which is about 0.417.",
            "Therefore the probability is \\(\\boxed{\\frac{5}{12}}\\), or approximately $41.7\\%$.",
            "So the final probability is $\\boxed{\\frac{5}{12}}$.\n\nLet me double check: $\\frac{5}{12} + \\frac{7}{12} = 1$. ✓",
        ), (
            "The probability is $1 - \\frac{5}{12} = \\boxed{\\frac{7}{12}}$.",
            "There are 5 outcomes of 12, hence \\boxed{0.42}.", "**Answer:** $\\frac{12}{5}$",
            "The answer is between $\\frac{5}{12}$ and $\\frac12$.",
            "\\boxed{\\frac{5}{12} \\text{ or } \\frac{7}{12}}", "P = 15/36\n\nAnswer: 5/13",
        )),
        ("x = 3, y = -2", (
            "Adding gives $2x = 6$, so $x = 3$ and then $y = -2$.\n\n$\\boxed{(3, -2)}$",
            "Thus, $x = \\boxed{3}$ and $y = \\boxed{-2}$.", "**Solution:** $x = 3$, $y = -2$",
            "The solution is $\\boxed{x = 3, y = -2}$.", "So the solution of the system is $(x, y) = (3, -2)$.",
            "<answer>x = 3, y = -2</answer>", "\\[\\boxed{x=3,\\quad y=-2}\\]",
        ),
        ("$\\boxed{(-2, 3)}$", "Thus $x = \\boxed{3}$ and $y = \\boxed{2}$.",
        "The solution is $\\boxed{x = -2, y = 3}$.", "So $x = \\boxed{3}$.", "<answer>x = 3, y = 2</answer>")),
        ("C", (
            "Let us eliminate. (A) fails because of the sign, (B) is too large. So the answer is (C).",
            "The correct answer is **C. 18**.", "Answer: C", "**Answer:** (C)", "$\\boxed{C}$",
            "$\\boxed{\\textbf{(C) }18}$", "Option C satisfies both equations, so C is correct.",
            "I'd go with C, since A and B both violate the condition.", "So the answer is C) 18.", "答案：C",
            "因此正确选项是 C。", "<think>A? No. B? No. D? No.</think>\nC",
            "Looking at the choices: A. 12, B. 15, C. 18, D. 21. We found 18, so the answer is C.",
            "Final answer: \\boxed{\\text{C}}",
        ), (
            "The correct answer is **B. 18**.", "Answer: A", "C fails at zero, so the answer is (D).",
            "It is either B or C.", "\\boxed{B}", "$\\boxed{\\textbf{(A) }18}$", "答案：D",
            "Neither A nor C is right; the answer is B.", "I cannot choose between A and C.",
        )),
        ("[0, 4)", (
            "The domain is $\\boxed{[0, 4)}$.", "So $0 \\le x < 4$, that is, \\boxed{0 \\leq x < 4}.",
            "Therefore the solution set is $[0,4)$.", "**Answer:** $x \\in [0, 4)$",
            "In interval notation the answer is $\\left[0, 4\\right)$.",
        ),
        ("The domain is $\\boxed{(0, 4)}$.", "So $0 \\leq x \\leq 4$, hence \\boxed{[0, 4]}.", "**Answer:** $[0, 4]$",
        "The domain is \\boxed{x \\geq 0}.", "<answer>(0, 4]</answer>")),
        ("1,250", (
            "She earns $25 \\times 50 = \\$1{,}250$.\n\n#### 1250", "The total is **$1,250**.",
            "Total: \\boxed{\\$1250}", "So the company makes 1,250 dollars per week.", "The answer is $1250.",
            "\\boxed{1{,}250}", "<answer>1250.00</answer>", "Answer: 1 250",
            "The answer is 1250 dollars per week, i.e. 5000 dollars in four weeks.",
        ),
        ("The total is **$12,500**.", "\\boxed{1{,}520}", "#### 125",
        "So it is $1,250 for one and $2,500 for both; the answer is $2,500.", "<answer>1.250.000</answer>",
        "The answer is 1 or 250.")),
    ),
}  # fmt: skip
