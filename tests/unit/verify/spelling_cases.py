r"""Pairs of answers in many spellings, labelled by hand: `==` the same answer, `!=` another one. One pair a line, by subject.

Single values here; sets, tuples and matrices are in `structure_cases`.

Written from the conventions of the verifier's documentation and from what language models write; near misses change one
bracket, sign, element, step or end of a pair that is equal. Nothing here was computed by the code under test.
"""

from __future__ import annotations

VALUES: dict[str, str] = {
    "numerals": r"""
8.424.000 == 8,424,000
1.234.567,89 == 1234567.89
25,98,960 == 2598960
12,34,567 == 1234567
1'234'567 == 1234567
1’234’567 == 1234567
1_000_000 == 10^6
3.5*10**10 == 35000000000
3.5x10^10 == 35000000000
98!! == 49!\cdot 2^{49}
7!! == 105
7!! != 104
2.5e-3 == 0.0025
1/8 == 12.5\%
10,11,12 == 12,10,11
100,200,300 == 300,100,200
12,34,567 == 567,12,34
0.1(6) == 1/6
0.16666... == 1/6
3 1/7 == \frac{22}{7}
-2 1/2 == -\frac52
1101_2 == 1101_{two}
(1101)_2 == 1101_2
2^10 - 1 == 1023
10^{-3} == 0.001
{ } == \emptyset
-1, 1 == \pm 1
3/5 == 3:5
0.5 == 50\%
1/2 == 50\%
e^(2x) == e^{2x}
2x^2-3x+1 == (2x-1)(x-1)
1.2 != 1.3
B == \text{(B)}
(5, 12, 13) == 5,12,13
x^{2}+2x+1 == (x+1)^2
x^2 - 2x != x^2 + 2x
x^{-1} == 1/x
3(x+2)(x-1) == 3x^2+3x-6
(0, 1) != (1, 0)
1,2,3 != 1,2,4
0.25 == 25\%
25 != 0.25
32,000 == 3.2e4
6.02e23 == 6.02\times10^{23}
0.785398163397448 == \pi/4
0.333333333333 == 1/3
0.333 != 1/3
-0 == 0
+5 == 5
1e3 == 1000
007 == 7
0.50 == .5
1/2 == 2/4
10^6 == 1{,}000{,}000
1 000 000 == 10^6
1011_2 == 11
5! == 120
(x+1)(x+2) != (x+1)(x+3)
""",
    "families": r"""
\{ \frac{\pi}{4} + n\pi : n \in \mathbb{Z} \} == x = \frac{\pi}{4} + k\pi, k \in \mathbb{Z}
x = \pi/4 + n\pi == x = \frac{\pi}{4} + k\pi, k \in \mathbb{Z}
\frac{\pi}{4} + n\pi, n\in Z == x = \frac{5\pi}{4} + k\pi, k \in \mathbb{Z}
x = 45° + 180°n == x = \frac{\pi}{4} + k\pi, k \in \mathbb{Z}
\frac{\pi}{4} + 2n\pi != \frac{\pi}{4} + n\pi
x = 2n\pi \pm \frac{\pi}{3} == x = \frac{\pi}{3}+2k\pi, x=\frac{5\pi}{3}+2k\pi
\pm\frac{\pi}{3}+2k\pi == 2k\pi\pm\frac{\pi}{3}
3k+1, k \in Z == 3n+1
3k+1, k \in Z == 3n-2, n\in\mathbb{Z}
x = \frac{\pi}{2}n == x=n\pi, x=\frac{\pi}{2}+n\pi
(2k+1)\pi == \pi + 2n\pi
(-1)^n\frac{\pi}{6}+n\pi == (-1)^k\frac{\pi}{6}+k\pi
n = 5k+2 == n \equiv 2 \pmod 5
n ≡ 2 mod 5 == n \equiv 2 \pmod 5
n ≡ 3 mod 5 != n \equiv 2 \pmod 5
x \equiv 7 \pmod{5} == x\equiv 2 \pmod 5
n = 4k or n = 4k+1 == n\equiv 0,1 \pmod 4
7 (mod 11) == 7
x ≡ 7 (mod 11) == 7
\{2k : k\in\mathbb{Z}\} == \{2n : n \in \mathbb{Z}\}
17 \bmod 5 == 2
x = \frac{\pi}{4} + 2k\pi, k \in \mathbb{Z} != x = \frac{\pi}{4} + k\pi, k \in \mathbb{Z}
x = \frac{\pi}{3} + k\pi, k \in \mathbb{Z} != x = \frac{\pi}{4} + k\pi, k \in \mathbb{Z}
2n+1 != 2k+1
2n+1, n \in \mathbb{Z} == 2k-1, k \in \mathbb{Z}
2n+1, n \in \mathbb{Z} != 2k, k \in \mathbb{Z}
4k+1, k\in\mathbb{Z} != 2k+1, k\in\mathbb{Z}
x \equiv 2 \pmod 5 != x \equiv 2 \pmod{10}
x \equiv 2, 7 \pmod{10} == x \equiv 2 \pmod 5
8 \pmod{11} != 7
\frac{k\pi}{2}, k\in\mathbb{Z} == n\pi, \frac{\pi}{2}+n\pi, n\in\mathbb{Z}
\frac{k\pi}{2}, k\in\mathbb{Z} != n\pi, n\in\mathbb{Z}
(-1)^k\frac{\pi}{6}+k\pi, k\in\mathbb{Z} == \frac{\pi}{6}+2n\pi, \frac{5\pi}{6}+2n\pi, n\in\mathbb{Z}
\{3k+1 \mid k\in\mathbb{Z}\} == 3n+1 \text{ where } n \text{ is an integer}
n = 4k \text{ or } n = 4k+1 != n\equiv 0,2 \pmod 4
""",
    "solutions": r"""
x^2 > 4 == (-\infty,-2)\cup(2,\infty)
x^2 \le 4 == [-2,2]
(x-1)(x-3) < 0 == (1,3)
-2 < m < 2 == m^2 < 4
x^2 - 4x + 3 \le 0 == [1,3]
x^2 - 4x + 3 < 0 != [1,3]
x^2 - 4x + 3 > 0 == (-\infty,1)\cup(3,\infty)
x^2 - 4x + 3 > 0 != (-\infty,1)\cup(2,\infty)
(x-1)^2(x-3) \ge 0 == \{1\}\cup[3,\infty)
(x-1)^2(x-3) \ge 0 != [3,\infty)
(x-1)^2 > 0 == x \ne 1
(x-1)^2 > 0 != (-\infty,\infty)
\frac{x-1}{x+2} \ge 0 == (-\infty,-2)\cup[1,\infty)
\frac{x-1}{x+2} \ge 0 != (-\infty,-2]\cup[1,\infty)
x^2 < 2 == (-\sqrt2,\sqrt2)
x^2 < 2 != (-1.4,1.4)
\sqrt{x} < 2 == [0,4)
\sqrt{x} < 2 != (-\infty,4)
x^3 > 8 == (2,\infty)
2^x > 8 == (3,\infty)
2^x > 8 != (2,\infty)
""",
    "programs": r"""
Union(Interval.open(-oo,2), Interval.open(5,oo)) == (-\infty,2)\cup(5,\infty)
Interval(2,5) == [2,5]
Interval.Lopen(2,5) == (2,5]
Matrix([[5, -7], [-2, 3]]) == \begin{pmatrix} 5 & -7 \\ -2 & 3 \end{pmatrix}
np.array([[5, -7], [-2, 3]]) == \begin{pmatrix} 5 & -7 \\ -2 & 3 \end{pmatrix}
32(-1 + I*sqrt(3)) == -32 + 32i \sqrt{3}
2 + 3*I == 2+3i
2+3j == 2+3i
exp(I*pi/3) == \frac12+\frac{\sqrt3}{2}i
log2(8) == 3
log(8, 2) == 3
log10(100) == 2
sqrt(x**2+1) == \sqrt{x^2+1}
x**(1/3) == \sqrt[3]{x}
""",
    "words": r"""
1+\lfloor \log_2(n) \rfloor == \left\lfloor\log _{2} n\right\rfloor+1
1+\lfloor \log_2(n) \rfloor != \left\lfloor\log _{3} n\right\rfloor+1
2^{1006}\left(\sqrt{2^{2010}+2} - 2^{1005}\right) == 2^{1006} \sqrt{2^{2010}+2}-2^{2011}
2^{1006}\left(\sqrt{2^{2010}+2} - 2^{1005}\right) != 2^{1006} \sqrt{2^{2010}+4}-2^{2011}
The original price was 50 dollars. == \$50
The original price was not 50 dollars. != \$50
It cannot be 6. != 6
The volumes are in the ratio 1:7:19. == 1:7:19
The correct graph is E. == \text{E}
(d) 400% == 400\%
\cos A = -\frac{3}{5} == -\frac{3}{5}
f(g(x)) != g(f(x))
6 \sim 8 != 6
2{,}5 == 2.5
All real numbers except x = -6/7 == (-\infty,-\frac67)\cup(-\frac67,\infty)
all real numbers except $-\frac{6}{7}$ == (-\infty,-\frac67)\cup(-\frac67,\infty)
all reals except 2 and 3 == x \ne 2, 3
all real x such that x > 2 == (2,\infty)
all x > 2 == (2,\infty)
x greater than 2 == (2,\infty)
x is greater than or equal to 2 == [2,\infty)
x is at least 2 == x \ge 2
at least 2 == x \ge 2
no real solutions == \emptyset
Solution is: (x, y) = (1, 2) == x=1,y=2
1 in 29,322,216 == \frac{1}{29322216}
1 out of 6 == \frac16
1 in 6 chance == 1/6
3 to 5 == 3:5
50 percent == 50\%
n choose 2 == \frac{n(n-1)}{2}
all real numbers == (-\infty,\infty)
f(x) = x for all real x == f(x)=x
1 to 4 == 1:4
no solution == \text{No solution}
""",
    "everything else": r"""
z/π == z/pi
x*y/z == xy/z
Ann Lee != Lee Ann
n!! == n!!
0.1\dot{6} == 1/6
0b1101 == 1101_2
1101 (base 2) == 1101_2
1101₂ == 1101_2
√(12) == 2√3
cbrt(27) == 3
∛27 == 3
\frac{\sqrt{6}-\sqrt{2}}{4} == \sin 15^\circ
six == 6
\approx 3.14 == 3.14
x=1, x=2 == 1, 2
x_1 = 1, x_2 = 2 == 1, 2
x = 3 \pm 2\sqrt{2} == 3+2\sqrt2, 3-2\sqrt2
{3±2√2} == 3\pm2\sqrt2
±1 == -1, 1
a=1,b=2,c=3 == (1,2,3)
a = 1, b = 2, c = 3 == a=1, c=3, b=2
2 e^{i\pi/3} == 1+i\sqrt3
2(cos(pi/3)+i sin(pi/3)) == 1+i\sqrt3
2\operatorname{cis}\frac{\pi}{3} == 1+i\sqrt3
2\,\text{cis}\,60^\circ == 1+i\sqrt3
1 \pm i == 1+i, 1-i
6:10 == 3:5
3 : 5 == \frac{3}{5}
3:5:7 == 6:10:14
f(x)=x^2 == x^2
f(t)=t^2 == f(x)=x^2
a_n = 2n+1 == 2n+1
a_n=2n+1 == a_k = 2k+1
-1/x + C != -1/x^2 + C
x^2+C == x^2 + c
2\sin x\cos x == \sin 2x
\binom{n}{2} == n(n-1)/2
C(n,2) == n(n-1)/2
nC2 == n(n-1)/2
{}_5C_2 == 10
^{5}C_2 == 10
5C2 == 10
P(5,2) == 20
\frac{n!}{(n-2)!} == n(n-1)
\log_2 3 == \frac{\ln 3}{\ln 2}
log_2(8) == 3
sin^2(x) == (\sin x)^2
tan^{-1}(1) == \frac{\pi}{4}
arctan 1 == 45°
\sum_{k=1}^n k == n(n+1)/2
\lfloor 3.7 \rfloor == 3
floor(3.7) == 3
50 m/s == 50 \text{ m s}^{-1}
5 km == 5000 m
12 cm^2 == 12\text{ square centimeters}
$1,000 == 1000
1000 dollars == \$1{,}000
20 cents == \$0.20
9.8 m/s^2 == 9.8
5×10^3 J == 5 kJ
2 hours 30 minutes == 2.5 hours
150 minutes == 2.5 hours
angle ABC = 60° == 60
60 degrees == \frac{\pi}{3}
60° == 60
\text{(B) } 5 == 5
\text{No} == no
f(n)=n+22 for all n == f(x)=x+22
f(x)=0 and f(x)=x == f(x)=x, f(x)=0
f(x) = cx for some constant c == f(x)=cx
\frac{a}{b+c} != \frac{a}{b}+c
(a+b)^2 != a^2+b^2
2\cdot 3^4\cdot 5 == 810
2^3 × 3^2 == 72
10:30 == 10:30 \text{ AM}
x=\log_3 5 == \frac{\log 5}{\log 3}
5 apples == 5
2^{3}\cdot 5 == 40
\ln(ab) == \ln a + \ln b
\sin^2 x + \cos^2 x == 1
\tan x == \sin x / \cos x
\cos 2x == 1-2\sin^2 x
\sec^2 x - 1 == \tan^2 x
(n+1)! == (n+1) n!
\frac{(2n)!}{(n!)^2} == \binom{2n}{n}
2^{n+1} == 2\cdot 2^n
a^{m}a^{n} == a^{m+n}
\arcsin\frac12 == 30^\circ
\int_0^1 x^2 dx == 1/3
\frac{a+b}{2} == 0.5(a+b)
\sqrt{5+2\sqrt6} == \sqrt2+\sqrt3
4\sin 18^\circ == \sqrt5 - 1
\frac{3\pi}{2} == 270^\circ
1.5\pi == \frac{3\pi}{2}
\frac{22}{7} != \pi
\triangle ABC \cong \triangle DEF == \triangle ABC \cong \triangle DEF
\vec{a}+\vec b == \vec b+\vec a
O(n \log n) == O(n\log n)
\Theta(n^2) == \Theta(n^2)
(x-1)^2+(y+2)^2=9 == x^2+y^2-2x+4y-4=0
x=3 == x-3=0
r = 2\cos\theta == r=2\cos\theta
y^2=4x == x=\frac{y^2}{4}
z = 3-4i == 3-4i
(1+i)^4 == -4
\sqrt{-4} == 2i
e^{i\pi} == -1
i^{2023} == -i
5e^{-i\pi/2} == -5i
\overline{3+4i} == 3-4i
2+i, 2-i == 2\pm i
1\text{ and }-2 == -2, 1
1 or -2 == -2, 1
a = 2, b = 3 == 2, 3
25\% == 0.25
25% == 25
1:4 == \frac14
2:8 == 1:4
4:1 != 1:4
$5.00 == 5
\$5 == 5 dollars
500 cents == \$5
€5 != \$5
5 USD == \$5
$1.5 million == 1500000
1.5 million dollars == \$1{,}500{,}000
3.2 \times 10^{4} == 32000
72 km/h == 20 m/s
10 N == 10 kg m/s^2
9.81 m/s² == 9.81 \text{ m/s}^2
100 °C == 373.15 K
1 atm == 101325 Pa
2.5 L == 2500 mL
4.18 J/(g·K) == 4.18 J g^{-1} K^{-1}
30 minutes == 0.5 hours
5 ft 6 in == 66 in
180 cm == 1.8 m
12\text{ sq. units} == 12
12 square units == 12
45^\circ == \pi/4
45 degrees == 45^{\circ}
\frac{\pi}{4} rad == 45^\circ
30^\circ 30' == 30.5^\circ
\frac{7}{3} == 2\frac13
twelve == 12
\text{DNE} == \text{does not exist}
undefined == \text{undefined}
\binom{5}{2} == 10
\pm 4 != 4
|-4| == 4
\lceil 2.1 \rceil == 3
\gcd(12,18) == 6
\log_2 8 == 3
x^2+y^2 == y^2 + x^2
\frac{a}{b} == a/b
2\sqrt{3} + \sqrt{3} == 3\sqrt3
\frac{\sqrt{3}}{3} == \tan 30^\circ
\text{Yes} == yes
\text{True} == true
Yes, because 2 is even == Yes
(A) == A
\text{(C) }7 == C
B, C == C, B
AC == A,C
\text{Monday} == monday
3:30 PM == 15:30
half past three == 3:30
January 5, 2020 == 5 January 2020
-1<x \leqslant 1:(-1,1] == (-1,1]
$n<-7$ or $n>8:(-\infty,-7) \cup(8, \infty)$ == n<-7 \text{ or } n>8
7 1 -1 == 7, 1, -1
7 1 -1 == (7,1,-1)
7 1 -1 != 7, -1, 1, 2
0.02236412255 \ldots != 0.0224
(2, 3)(2, 7) == (2,3),(2,7)
(2, 3)(2, 7) != (2,3),(7,2)
\left|\begin{array}{rr}1 & 2 \\ 3 & 4\end{array}\right| == -2
\left|\begin{array}{rr}1 & 2 \\ 3 & 4\end{array}\right| = -2 == -2
x=0,\ x=15,\ x=\frac{1\pm i\sqrt7}{2} == 0, 15, \frac{1 + i\sqrt{7}}{2}, \frac{1 - i\sqrt{7}}{2}
TU+TV=\frac{3}{2} == \frac32
AB + BC = 7 == 7
A + B = 7 != 8
(x,y)=(\pm 1, 2) == (1,2),(-1,2)
x = 1 \pm \sqrt{2}, y = 3 != 1+\sqrt2, 3
x=\pm 2, x=5 == -2, 2, 5
A + B = 7 != A + C = 7
m=-\frac27, b=-\frac{34}{7} == (-\frac{2}{7}, -\frac{34}{7})
y = 2, x = 1 != (2,1)
A B=\left[\begin{array}{l}1 \\ 2\end{array}\right] == \begin{pmatrix}1\\2\end{pmatrix}
""",
}
