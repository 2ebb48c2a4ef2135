"""Read a whole unit: factors, division signs, brackets, fractions, a leading power of ten."""

from __future__ import annotations

from dartkit.text.tokens import Token
from dartkit.verify.lexicon.unit_factors import CELSIUS, SCALES, WORDS, FactorReader
from dartkit.verify.lexicon.unit_names import find_unit
from dartkit.verify.lexicon.unit_table import RIVAL_CURRENCIES

_MAX_DEPTH = 4
_MAX_POWER_OF_TEN = 99
_COMMANDS = {"\\Omega": "Ω", "\\ohm": "Ω", "\\AA": "Å", "\\angstrom": "Å", "\\circ": "°", "\\celsius": "°C",
             "\\textdegree": "°", "\\euro": "€", "\\pounds": "£", "\\textcent": "¢", "\\cent": "¢",
             "\\percent": "%", "\\permil": "‰"}  # fmt: skip
_WRAPPERS = frozenset({"\\unit", "\\si"})
_DIRECTIONS = frozenset({"\\hat", "\\vec", "\\widehat", "\\overrightarrow"})
_PARTICLES = frozenset({"\\alpha", "\\beta", "\\gamma"})
_SIGNS = {"℃": "°C", "℉": "°F"}


class UnitReader(FactorReader):
    """Walks over the tokens of a unit; what it read is in `atoms` and `nouns`."""

    def read_power_of_ten(self) -> int | None:
        """Return the exponent of a leading power of ten, 0 where there is none, None where it is malformed."""
        at = self.at + (self.text(self.at) == "*")
        if self.text(at) != "10" or self.text(at + 1) not in ("^", "**"):
            return 0
        self.at = at + 1
        power = self.exponent()
        if power is None or abs(power) > _MAX_POWER_OF_TEN:
            return None
        self.at += self.text(self.at) == "*"
        return power

    def read_product(self, depth: int = 0) -> bool:
        """Read factors up to the end or a closing bracket; False where something is no part of a unit."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            kind = token.kind
            if kind == "close":
                return depth > 0 and not self.fresh
            if kind in WORDS:
                read = self.read_word(token)
            elif kind == "operator":
                read = self._operator(token)
            elif kind == "open":
                read = self._group(depth)
            elif kind == "command":
                read = self._command(token, depth)
            elif kind == "number":
                read = token.text == "1" and self.text(self.at + 1) == "/"  # 1/s
                read = read or (self.muted and not token.spaced and bool(self.nouns))  # of CO2
                self.at += 1
            else:
                read = self._sign(token)
            if not read:
                return False
        return depth == 0 and not self.fresh and self.power == 1

    def _operator(self, token: Token) -> bool:
        text = token.text
        self.at += 1
        if text == "/":
            return self.start_division()
        if text in ("*", "."):
            last = self.at >= len(self.tokens)
            return bool(self.atoms or self.nouns) and not self.fresh and (text == "." or not last)
        if text == "-":
            joins = self.kind(self.at) in WORDS and not self.tokens[self.at].spaced
            return bool(self.atoms or self.nouns) and joins and not self.fresh
        if text == "°":
            return self.add_named("°")
        return text == "%" and self.add_named("%")

    def _sign(self, token: Token) -> bool:
        self.at += 1
        if token.kind == "currency":
            self.doubtful = self.doubtful or token.text == "yen"
            return self.add_named(RIVAL_CURRENCIES.get(token.text, token.text))
        scale = SCALES.get(_SIGNS.get(token.text, ""))
        return self.add(scale, clear=True) if scale is not None else self.add_named(token.text)

    def _command(self, token: Token, depth: int) -> bool:
        self.at += 1
        name = token.text
        if name == "\\celsius":
            return self.add(CELSIUS, clear=True)
        if name in _COMMANDS:
            return self.add_named(_COMMANDS[name])
        if name == "\\frac":
            return self._fraction(depth)
        if name in _WRAPPERS:
            return self._group(depth)
        if name == "\\mu" and self.kind(self.at) in WORDS:
            self.at += 1
            return self.add_named("μ" + self.tokens[self.at - 1].text)
        if name in _DIRECTIONS and self.atoms:
            return self._skip_direction()
        if name in _PARTICLES and self.text(self.at) == "-" and self.kind(self.at + 1) in WORDS:
            self.nouns.append(name[1:])
            self.at += 1
            return True
        return self._named_command(name[1:])

    def _named_command(self, name: str) -> bool:
        r"""Read `\meter\per\second`; `\min` and `\bar` are no units."""
        if name == "per":
            return self.start_division()
        atom = find_unit(name)
        return atom is not None and not atom.symbol and self.add(atom, clear=True)

    def _fraction(self, depth: int) -> bool:
        divides = self.divides
        read = self._group(depth) and self.start_division() and self._group(depth)
        self.divides = divides
        return read

    def _skip_direction(self) -> bool:
        r"""Step over a unit vector such as `\hat{i}`."""
        braced = self.text(self.at) == "{"
        end = self.at + (3 if braced else 1)
        self.at += braced
        fits = self.kind(self.at) in WORDS and (not braced or self.text(end - 1) == "}")
        self.at = end
        return fits and end <= len(self.tokens)

    def _group(self, depth: int) -> bool:
        """Read a bracket with its exponent; a division sign before divides by all that is in it."""
        if depth >= _MAX_DEPTH or self.kind(self.at) != "open":
            return False
        start, divides, fresh = len(self.atoms), self.divides, self.fresh
        self.at += 1
        self.divides = self.fresh = False
        if not self.read_product(depth + 1) or self.kind(self.at) != "close":
            return False
        self.at += 1
        empty = len(self.atoms) == start
        exponent = self.exponent()
        if exponent is None:
            return False
        self.divides, self.fresh = divides, fresh and empty and not self.nouns
        sign = -1 if divides else 1
        self.doubtful = self.doubtful or (divides and not fresh and not empty)
        self.atoms[start:] = [(atom, times * exponent * sign) for atom, times in self.atoms[start:]]
        return True
