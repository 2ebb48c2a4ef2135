"""Groups of phrases that mean the same as a whole answer, each under one token; words are in their normal form."""

from __future__ import annotations

_GROUPS = {
    "<no-solution>": (
        "no solution", "no solutions", "no real solution", "no real solutions", "no solution exists",
        "no solutions exist", "there is no solution", "there are no solutions", "has no solution", "has no solutions",
        "no real roots", "no real root", "no roots", "no root", "there is no real solution",
        "there are no real solutions", "no real solution exists", "no real solutions exist",
        "solution does not exist", "solutions do not exist", "equation has no solution", "equation has no solutions",
        "equation has no real solutions", "system has no solution", "system has no solutions", "no such solution",
        "no valid solution", "no valid solutions", "no integer solutions", "no integer solution", "无解", "方程无解", "没有解",
        "无实数解", "无实根", "pas de solution", "aucune solution", "keine lösung", "sin solución", "no hay solución",
        "nessuna soluzione", "нет решений", "inconsistent", "system is inconsistent",
    ),
    "<none-exist>": (
        "no such number", "no such numbers", "no such number exists", "no such numbers exist", "none exist",
        "none exists", "no such integer", "no such integers", "no such integer exists", "no such integers exist",
        "no such value", "no such values", "no such value exists", "no such values exist", "there are none",
        "there are no such numbers", "there is no such number", "there are no such integers",
        "there is no such integer", "no such function", "no such function exists", "no such functions exist",
        "no such functions", "there is no such function", "there are no such functions", "no such n exists",
        "no such x exists", "no such pairs", "no such pairs exist", "there are no such pairs", "no such pair exists",
        "no such prime", "no such primes", "no such primes exist", "no such polynomial exists",
        "no such polynomials exist", "不存在这样的数",
    ),
    "<undefined>": (
        "undefined", "not defined", "is undefined", "is not defined", "dne", "does not exist", "doesnt exist",
        "d n e", "limit does not exist", "limit dne", "limit doesnt exist", "it does not exist", "slope is undefined",
        "undefined slope", "nonexistent", "non existent", "no limit", "do not exist", "expression is undefined",
        "不存在", "极限不存在", "无意义", "没有意义", "nexiste pas", "existiert nicht", "nicht definiert", "no existe", "indéfini",
        "не существует", "не определено",
    ),
    "<infinity>": (
        "infinity", "infinite", "infinitely many", "infinitely many solutions", "infinite solutions",
        "infinite number", "infinite number of solutions", "infinitely many such numbers",
        "there are infinitely many", "plus infinity", "there are infinitely many solutions", "positive infinity",
        "infinite many", "infinite many solutions", "∞", "diverges to infinity", "无穷", "无穷大", "无穷多", "无穷多个", "无数",
        "无数个", "无穷多解", "无限", "无限多", "une infinité", "unendlich", "unendlich viele", "infinito", "infinitos", "infini",
        "бесконечность", "бесконечно много", "has infinitely many solutions", "system has infinitely many solutions",
    ),
    "<negative-infinity>": ("negative infinity", "minus infinity", "diverges to negative infinity", "负无穷", "负无穷大"),
    "<all-real-numbers>": (
        "all real numbers", "all reals", "any real number", "every real number", "set of all real numbers",
        "all real x", "all real values", "all real number", "reals", "set of real numbers", "all real values of x",
        "any real x", "x can be any real number", "all values of x", "entire real line", "real line", "全体实数", "任意实数",
        "一切实数", "所有实数", "tous les réels", "alle reellen zahlen", "todos los números reales", "real numbers",
        "any real value",
    ),
    "<empty-set>": (
        "empty set", "null set", "is empty set", "空集", "ensemble vide", "leere menge", "conjunto vacío", "∅",
    ),
    "<none>": ("none", "nothing", "没有", "无", "aucun", "aucune", "keine", "keiner", "ninguno", "ninguna"),
    "<none-of-the-above>": (
        "none of above", "none of these", "none of those", "none of other answers", "none of given",
        "none of options", "none of these options", "none of above options", "none of given options", "none of them",
        "以上都不是", "以上都不对", "nota", "none of other choices", "none of preceding",
    ),
    "<all-of-the-above>": ("all of above", "all of these", "all above", "all of them", "all options", "以上都是", "以上都对"),
    "<both>": ("both", "both of them", "both of these", "两者都是"),
    "<neither>": ("neither", "neither of them", "neither of these", "neither one"),
    "<cannot-be-determined>": (
        "can not be determined", "it can not be determined", "not enough information", "insufficient information",
        "can not determine", "can not tell", "not determinable", "undetermined", "can not say",
        "impossible to determine", "there is not enough information", "insufficient data", "not enough data",
        "not enough information given", "can not be determined from information given",
        "can not be determined from given information", "无法确定", "不能确定", "not enough information to determine",
        "undeterminable", "more information needed", "more information is needed",
    ),
    "<impossible>": (
        "impossible", "not possible", "it is impossible", "it is not possible", "this is impossible", "不可能", "no way",
        "nicht möglich", "imposible", "unmöglich",
    ),
    "<diverges>": (
        "diverges", "divergent", "diverge", "series diverges", "it diverges", "integral diverges",
        "does not converge", "is divergent", "sequence diverges", "series is divergent", "doesnt converge",
        "not convergent", "integral is divergent", "发散",
    ),
    "<converges>": (
        "converges", "convergent", "converge", "series converges", "it converges", "integral converges",
        "is convergent", "sequence converges", "series is convergent", "does not diverge", "integral is convergent",
        "收敛",
    ),
}  # fmt: skip
SPECIAL = {phrase: token for token, phrases in _GROUPS.items() for phrase in phrases}
