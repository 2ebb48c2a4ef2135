r"""Pairs of answers in many spellings, labelled by hand: `==` the same answer, `!=` another one. One pair a line, by subject.

Sets, regions, tuples and matrices here; single values are in `spelling_cases`.

Written from the conventions of the verifier's documentation and from what language models write; near misses change one
bracket, sign, element, step or end of a pair that is equal. Nothing here was computed by the code under test.
"""

from __future__ import annotations

STRUCTURES: dict[str, str] = {
    "sets and regions": r"""
$3x \le 18 \lor x∈\mathbb R$ != x \le 6
3x \le 18 \lor x \in \mathbb R != (-\infty, 6]
x = k\pi \quad k\in\mathbb Z == x = n\pi, n \in \mathbb{Z}
3.5E+10 == 3.5\times 10^{10}
3.5 x 10^{10} == 35000000000
0.\dot{1}4285\dot{7} == 1/7
0.1666... == \frac{1}{6}
3\tfrac{1}{7} == 22/7
-2\frac{1}{2} == -2.5
0xFF == FF_{16}
\sqrt{12} == 2\sqrt3
\mathbb{R} \setminus \{2, 3\} == x\neq 2, x\neq 3
ℝ \ {2} == (-\infty,2)\cup(2,\infty)
\mathbb{R}-\{2\} == x \neq 2
2 < x and x < 5 == (2,5)
x>2 and x<5 == 2<x<5
x < 2 or x > 5 == (-\infty,2)\cup(5,\infty)
x < 2 \cup x > 5 == (-\infty,2)\cup(5,\infty)
x \in (-\infty,2) or (5,\infty) == x<2\text{ or }x>5
(-∞,2) and (5,∞) == (-\infty,2)\cup(5,\infty)
(-\infty,2),(5,\infty) == (-\infty,2)\cup(5,\infty)
(-inf, 2) U (5, oo) == (-\infty,2)\cup(5,\infty)
(-∞,0) ∪ {1} == (-\infty, 0) \cup\{1\}
\{1\}\cup[2,3) == [2,3)\cup\{1\}
{1} ∪ [2,3) == x=1 \text{ or } 2\le x<3
x \in \{1\}\cup[2,3) == x=1 \text{ or } 2\le x<3
\{x \mid 2 < x < 5\} == (2,5)
{x : 2 < x < 5} == (2,5)
{x | x < 2 or x > 5} == (-\infty,2)\cup(5,\infty)
|x-2| < 3 == (-1,5)
3 > x \ge -1 == [-1,3)
5 \geq x > 2 == (2,5]
-1 <= x < 3 == [-1,3)
[2, 5[ == [2,5)
k \in (0,1) == 0<k<1
0<a<1 != 0<a\le1
a>1 == (1,\infty)
a \geq 1 == [1, +\infty)
m>-1 and m≠0 == (-1,0)\cup(0,\infty)
m > -1, m \neq 0 == (-1,0)\cup(0,+\infty)
x \le -1 or 1 \le x \le 3 == (-\infty,-1]\cup[1,3]
\left\{x\,\middle|\,x>1\right\} == (1,\infty)
\varnothing == \{\}
{1, 2, 3} == \{3,2,1\}
1, 2 and 3 == \{3,2,1\}
x = 1 or x = 2 == \{1,2\}
x\in\{1,2\} == 1,2
x^2+y^2=4 == \frac{x^2}{4}+\frac{y^2}{4}=1
-\frac{1}{x}+C == C - 1/x
x^2/2 + K == \frac{x^2}{2}+C
\frac{1}{2}\ln|x| + C == \ln\sqrt{|x|} + C
x^1/3 == \frac{x}{3}
\max\{1, 2\} == 2
x \in \mathbb{R} == (-\infty, \infty)
a^{1/2}b^{-1} == \frac{\sqrt a}{b}
\frac{x^2-1}{x-1} == x+1
e^{x+y} == e^x e^y
\sqrt{x^2} == |x|
\frac{1}{\sqrt{2}} == \frac{\sqrt{2}}{2}
\log_{10} 1000 == 3
\frac{1}{3} x^3 + C == x^3/3 + C
\cos\frac{\pi}{5} == \frac{1+\sqrt5}{4}
\left(\frac{3}{2}\right)^{-2} == \frac49
|x| == \sqrt{x^2}
\frac{x^2}{9}+\frac{y^2}{4}=1 == 4x^2+9y^2=36
\frac{1+i}{1-i} == i
\left|3+4i\right| == 5
\cos\frac{\pi}{3}+i\sin\frac{\pi}{3} == \frac{1}{2}+\frac{\sqrt{3}}{2}i
-\frac{1}{2} \pm \frac{\sqrt 3}{2}i == \frac{-1\pm i\sqrt3}{2}
[0,\infty) == \{x \in \mathbb{R} : x \ge 0\}
\{x | x \geq 0\} == x\ge 0
x \in [0,1] == 0 \le x \le 1
(0,1] != [0,1]
(-\infty,3) == x<3
3<x == x>3
-x < 3 == x > -3
2x > 6 == x > 3
x\neq 0 == (-\infty,0)\cup(0,\infty)
\mathbb{R}\setminus\{0\} == x\ne0
\mathbb{R} == (-\infty,+\infty)
0 < x < 1 \text{ or } x > 2 == (0,1)\cup(2,\infty)
a<-1\text{ or }a>1 == |a|>1
x\ge 1 \text{ and } x\le 3 == [1,3]
[1,3] == x\in[1;3]
]1;3[ == (1,3)
\{1,2,3\} == {1, 2, 3}
\{1,2,3\} != \{1,2\}
x=1,\ x=-2 == \{-2,1\}
\{\emptyset\} != \emptyset
\{a,b\} == \{b,a\}
\left(\frac12,\frac13\right) == (0.5, 1/3)
\frac{1}{4} == 25\%
2 \frac{1}{3} == \frac73
\text{1,000} == 1000
-\infty != \infty
1A_{16} == 26
2^{10} == 1024
\sqrt{16} == 4
1/2x == \frac{x}{2}
-\frac{1}{2} == \frac{-1}{2}
\frac{1}{-2} == -0.5
\dfrac{1}{2}\left(1+\sqrt{5}\right) == \frac{1+\sqrt5}{2}
""",
    "tuples and matrices": r"""
ab+ac+bc \le 0 == (-\infty,0]
ab+ac+bc \le 0 != ab+ac \le 0
Interval(-oo, 0) == (-\infty,0]
x=5 \text{ or } x=10 != [5,10]
[2, -11]^T == \begin{pmatrix} 2 \\ -11 \end{pmatrix}
2(1,3) == (2,6)
P(1,3) != (2,6)
\cos(xyz)\,(yz, xz, xy) == (y z \cos (x y z), x z \cos (x y z), x y \cos (x y z))
a, b = 1, 2 == a = 1, b = 2
\{\{1\},\{2\}\} == \{\{2\},\{1\}\}
{x ∈ ℝ : x ≠ 3} == (-\infty,3)\cup(3,\infty)
|x| \ge 3 == (-\infty,-3]\cup[3,\infty)
\{(1,2),(3,4)\} == (3,4),(1,2)
(1,2), (3,4) == \{(1,2),(3,4)\}
(1,2) and (3,4) == (3,4),(1,2)
(1,2);(3,4) == (3,4),(1,2)
[(1,2),(3,4)] == (3,4),(1,2)
(x,y) = (1,2) == (1,2)
x = 1, y = 2 == (1,2)
x=1 and y=2 == (1,2)
x = 1; y = 2 == (x,y)=(1,2)
y=2, x=1 == (1,2)
y = 2 and x = 1 == (x,y)=(1,2)
x=2, y=1 != (1,2)
\{x=1, y=2\} == (1,2)
{x: 1, y: 2} == x=1,y=2
(x, y) = (1, 2) or (2, 1) == (1,2),(2,1)
(x,y)\in\{(1,2),(2,1)\} == (1,2),(2,1)
(a,b,c)=(1,2,3) == (1,2,3)
\langle 1,2,3\rangle == (1,2,3)
<1, 2, 3> == (1,2,3)
⟨1,2,3⟩ == \begin{pmatrix}1\\2\\3\end{pmatrix}
[1, 2, 3] == \begin{pmatrix}1\\2\\3\end{pmatrix}
[1; 2; 3] == \begin{pmatrix}1\\2\\3\end{pmatrix}
[[1],[2],[3]] == \begin{pmatrix}1\\2\\3\end{pmatrix}
\mathbf{i}+2\mathbf{j}+3\mathbf{k} == \langle1,2,3\rangle
i + 2j + 3k == \langle1,2,3\rangle
\hat{i}+2\hat{j}-3\hat{k} == (1,2,-3)
[[5, -7], [-2, 3]] == \begin{pmatrix} 5 & -7 \\ -2 & 3 \end{pmatrix}
[5 -7; -2 3] == \begin{pmatrix} 5 & -7 \\ -2 & 3 \end{pmatrix}
[5, -7; -2, 3] == \begin{pmatrix} 5 & -7 \\ -2 & 3 \end{pmatrix}
[3 -1 1; -1 5 -1; 1 -1 3] == [3, -1, 1; -1, 5, -1; 1, -1, 3]
1/10 * [[1,0,3],[0,0,0],[3,0,9]] == \frac{1}{10}\begin{bmatrix}1&0&3\\0&0&0\\3&0&9\end{bmatrix}
(1/10)[[1,0],[3,9]] == \begin{bmatrix}1/10&0\\3/10&9/10\end{bmatrix}
\frac12\begin{pmatrix}2&4\\6&8\end{pmatrix} == \begin{pmatrix}1&2\\3&4\end{pmatrix}
-\begin{pmatrix}2&4\\6&8\end{pmatrix} == \begin{pmatrix}-2&-4\\-6&-8\end{pmatrix}
\begin{pmatrix}2&4\\6&8\end{pmatrix} != \begin{pmatrix}2&6\\4&8\end{pmatrix}
A = \begin{pmatrix}2&4\\6&8\end{pmatrix} == \begin{pmatrix}2&4\\6&8\end{pmatrix}
\begin{vmatrix}1&2\\3&4\end{vmatrix} == -2
\left(\begin{array}{cc}1&2\\3&4\end{array}\right) == \begin{bmatrix}1&2\\3&4\end{bmatrix}
((1,2),(3,4)) == \begin{pmatrix}1&2\\3&4\end{pmatrix}
\begin{pmatrix}1&2\end{pmatrix}^T == \begin{pmatrix}1\\2\end{pmatrix}
y = 2x+1 == 2x - y + 1 = 0
2x - y = -1 == y=2x+1
max(1,2) == 2
3x^2y == 3yx^{2}
\sqrt[3]{x^6} == x^2
y'' + y = 0 == y + y'' = 0
y=\frac{1}{2}x+3 == x-2y+6=0
y - 1 = 2(x - 3) == y = 2x - 5
2x+3y=6 == \frac{x}{3}+\frac{y}{2}=1
y=2x+1 != y=2x-1
x = t+1, y = 2t == y=2t, x=t+1
f(x)=2x+1 == y=2x+1
[1,2)\cup(3,4] == 1\le x<2 \text{ or } 3<x\le4
(1,2)\cap(3,4) == \emptyset
1<x<2, 3<x<4 == (1,2)\cup(3,4)
(0,1)\cup(2,\infty) != (0,1)\cup(2,3)
(1,2),(3,4) != (1,2),(4,3)
\{(x,y): x+y=1\} == \{(x,y)\mid y+x=1\}
(3, -1) == (3,-1)
(3,-1) == x=3,y=-1
(3,-1) != (-1,3)
(a, b) = (2, 3) == (2,3)
a=2, b=3 == (a,b)=(2,3)
x=3 \text{ and } y=-1 == (3,-1)
\begin{cases}x=3\\y=-1\end{cases} == (3,-1)
\left\{\begin{array}{l}x=3\\y=-1\end{array}\right. == (3,-1)
(2,3,5) == 2,3,5
\begin{bmatrix}1\\2\end{bmatrix} == (1,2)
\begin{pmatrix}1&0\\0&1\end{pmatrix} == \begin{bmatrix}1 & 0 \\ 0 & 1\end{bmatrix}
\begin{bmatrix}1&2\\3&4\end{bmatrix} == \left[\begin{matrix}1&2\\3&4\end{matrix}\right]
\begin{pmatrix}1&2\\3&4\end{pmatrix} != \begin{pmatrix}1&2\\4&3\end{pmatrix}
[[1,2],[3,4]] == ((1,2),(3,4))
\infty == infinity
+\infty == \infty
\bar{x} = \bar{y} = \bar{z} = \frac{7}{12} == (7 / 12,7 / 12,7 / 12)
x=1+t, y=z=1 == x = 1+t,\ y = 1,\ z = 1
x=1+t, y=z=1 != x = 1+t,\ y = 1,\ z = 2
x = y = 1 == (1,1)
x=5 或 x=1 == 1, 5
x!=5 == x \neq 5
\textbf{(B)}\ -\frac{\pi}{3} == B
(B) -\frac{\pi}{3} == -\frac{\pi}{3}
\left(\frac{4020!}{1005!\cdot 3015!}\right)^2 == $\binom{4020}{1005}^{2}$
\left(\frac{4020!}{1005!\cdot 3015!}\right)^2 != $\binom{4020}{1006}^{2}$
\bar x = 1, \bar y = 8/3 == (1, 8/3)
{1/2, 3/2} != \left[ \frac{1}{2}, \frac{3}{2} \right]
{1, 2} == \{2, 1\}
h'''(u) = -312u == -312*u
(5,2),(7,2) == p=5,q=2;p=7,q=2
17:05 == 5:05(PM)
x̄ = 1, ȳ = 8/3 == (1,8 / 3)
""",
}
