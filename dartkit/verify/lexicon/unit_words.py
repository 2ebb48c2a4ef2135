"""Words that stand near units: those that are mathematics, those that fill a phrase, those that change an exponent."""

from __future__ import annotations

from dartkit.text.symbols import names

# After a number these make an expression, a relation or a scale, so what they stand in is no unit.
MATHEMATICS = names(
    "or and either plus minus to not than over if when where except half least most about between divided modulo mod "
    "is are was were equals no none but power hundred thousand million billion trillion dozen lakh crore third thirds "
    "quarter quarters fourth fourths fifth fifths sixth sixths seventh sevenths eighth eighths ninth ninths tenth "
    "tenths hundredth hundredths thousandth thousandths twice double triple factorial choose root inverse sin cos tan "
    "cot csc sinh cosh tanh arcsin arccos arctan asin acos atan log ln lg exp sqrt max inf sup lim gcd lcm det dim "
    "ker arg am pi infinity infinite alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho "
    "sigma tau upsilon phi chi omega squared cubed mathrm frac cdot quad hence thus therefore so because since "
    "otherwise respectively und oder et ou plusieurs modulus exactly approximately"
)
FILLERS = names("to of in at on for from by the a an with as it so that this")
# What follows one of these says where or of what, not by what to multiply.
PREPOSITIONS = names("of in at on for from by with")
EXPONENTS = {"square": 2, "sq": 2, "cubic": 3, "cu": 3, "平方": 2, "立方": 3}
AFTER_EXPONENTS = {"squared": 2, "cubed": 3}
PER = names("per je pro 每")
# Symbols of two letters that are hardly ever two variables, even without a space: 5cm.
PLAIN_SYMBOLS = names("cm mm km kg mg ft lb oz kJ kW hr Hz Pa dm dB yd mL ml eV mi")
# Symbols that are words or other notation as well.
DOUBTFUL_SYMBOLS = names("in pm au cd ha psi")
NEVER_SYMBOLS = names("as am AM PM")
# First halves of names in two words; see JOINED in the table.
JOINING = names(
    "light fluid fl metric short long nautical electron us pound pounds astronomical percentage per basis horse "
    "atomic atomicmass kilo part parts partper"
)
