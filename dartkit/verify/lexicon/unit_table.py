"""The units as data: what each is in base units, and the symbols and names it goes by.

A row is `label | base units | factor | symbols | names`. A star before a symbol or a name lets it take an SI prefix, `~`
before the factor says that the factor is measured or has rival definitions, `pi` and `1/pi` after it multiply by π.
Base units are those of the SI (with `kg`), the radian, the bit, and each currency for itself.
"""

from __future__ import annotations

UNIT_ROWS = """
m   | m | 1 | *m | *meter *metre mètre metro 米 公尺
g   | kg | 1/1000 | *g gm | *gram *gramme gramm gramo 克
s   | s | 1 | *s sec secs | *second *sec seconde segundo sekunde sekunden 秒 秒钟
A   | A | 1 | *A amp amps | *ampere *amp ampère 安培
K   | K | 1 | *K | *kelvin 开尔文
km  | m | 1000 | | 公里
kg  | kg | 1 | kgs | kilo kilos 公斤
mol | mol | 1 | *mol mols | *mole 摩尔
cd  | cd | 1 | cd | candela
rad | rad | 1 | *rad rads | *radian 弧度
sr  | rad2 | 1 | sr | steradian
deg | rad | 1/180 pi | ° deg degs | degree 度
arcmin | rad | 1/10800 pi | arcmin | arcminute
arcsec | rad | 1/648000 pi | arcsec | arcsecond
rev | rad | 2 pi | rev revs | revolution turn rotation
gon | rad | 1/200 pi | gon | gradian
bit | bit | 1 | | *bit
B   | bit | 8 | | *byte
kB  | bit | 8000 | kB KB |
MB  | bit | 8000000 | MB |
GB  | bit | 8000000000 | GB |
TB  | bit | 8000000000000 | TB |

min | s | 60 | min mins | minute minuten minuto 分钟
h   | s | 3600 | h hr hrs | hour heure hora stunde stunden 小时 个小时 时
d   | s | 86400 | d | day jour día tag tage 天 日
wk  | s | 604800 | wk wks | week woche wochen semaine semana 周 星期 个星期
fortnight | s | 1209600 | | fortnight
mo  | s | ~2629800 | mo | month monat monate mois mes meses 个月
yr  | s | ~31557600 | *yr yrs | year jahr jahre année año 年
decade | s | ~315576000 | | decade
century | s | ~3155760000 | | century centuries

Hz  | s-1 | 1 | *Hz hz cps | *hertz 赫兹
N   | kg m s-2 | 1 | *N | *newton 牛顿 牛
Pa  | kg m-1 s-2 | 1 | *Pa | *pascal 帕
J   | kg m2 s-2 | 1 | *J | *joule 焦耳 焦
W   | kg m2 s-3 | 1 | *W | *watt 瓦特 瓦
C   | A s | 1 | *C | *coulomb 库仑
V   | kg m2 s-3 A-1 | 1 | *V | *volt 伏特 伏
F   | kg-1 m-2 s4 A2 | 1 | *F | *farad
Ω   | kg m2 s-3 A-2 | 1 | *Ω *ohm | *ohm 欧姆 欧
S   | kg-1 m-2 s3 A2 | 1 | *S mho | *siemens mho
Wb  | kg m2 s-2 A-1 | 1 | *Wb | *weber
T   | kg s-2 A-1 | 1 | *T | *tesla
H   | kg m2 s-2 A-2 | 1 | *H | *henry henries
lm  | cd rad2 | 1 | lm | lumen
lx  | cd rad2 m-2 | 1 | lx | lux
Bq  | s-1 | 1 | *Bq | *becquerel
Ci  | s-1 | 37000000000 | *Ci | *curie
Gy  | m2 s-2 | 1 | *Gy | *gray
Sv  | m2 s-2 | 1 | *Sv | *sievert
rem | m2 s-2 | 1/100 | *rem | *rem
kat | mol s-1 | 1 | *kat | *katal
L   | m3 | 1/1000 | *L *l | *liter *litre litro 升
cc  | m3 | 1/1000000 | cc ccs ccm |
ha  | m2 | 10000 | ha | hectare hectares 公顷
M   | mol m-3 | 1000 | M | *molar
mM  | mol m-3 | 1 | mM |
μM  | mol m-3 | 1/1000 | μM |
nM  | mol m-3 | 1/1000000 | nM |
t   | kg | 1000 | | *tonne metricton 吨
eV  | kg m2 s-2 | 1.602176634e-19 | *eV ev | *electronvolt
u   | kg | ~1.66053906892e-27 | u amu *Da | *dalton atomicmass
atm | kg m-1 s-2 | 101325 | atm | atmosphere atmospheres
bar | kg m-1 s-2 | 100000 | *bar bars | *bar
Torr | kg m-1 s-2 | ~20265/152 | *Torr torr mtorr torrs |
Hg  | kg m-2 s-2 | ~133322.387415 | Hg |
cal | kg m2 s-2 | ~4.184 | *cal cals | *calorie
Wh  | kg m2 s-2 | 3600 | *Wh Whr kWhr kwh |
Ah  | A s | 3600 | *Ah |
erg | kg m2 s-2 | 1e-7 | erg ergs |
dyn | kg m s-2 | 1e-5 | dyn dynes | dyne
G   | kg s-2 A-1 | 1e-4 | G | *gauss
P   | kg m-1 s-1 | 1/10 | | *poise
cP  | kg m-1 s-1 | 1/1000 | cP |
D   | A s m | 1e-21/299792458 | D | debye
Å   | m | 1e-10 | Å | angstrom ångström ångstrom angström 埃
µ   | m | 1e-6 | | micron
AU  | m | 149597870700 | AU au | astronomicalunit
ly  | m | 9460730472580800 | ly lyr | lightyear 光年
pc  | m | 96939420213600000 1/pi | *pc | *parsec
Eh  | kg m2 s-2 | ~4.3597447222060e-18 | Eh | hartree
Ry  | kg m2 s-2 | ~2.1798723611030e-18 | Ry | rydberg
dpt | m-1 | 1 | | diopter dioptre
dB  | dB | 1 | dB | decibel
pH  | pH | 1 | pH |

in  | m | 0.0254 | in ins | inch inches inche pouce pulgada 英寸
ft  | m | 0.3048 | ft | foot feet 英尺
yd  | m | 0.9144 | yd yds | yard 码
mi  | m | 1609.344 | mi | mile meile meilen milla 英里
nmi | m | 1852 | nmi NM | nauticalmile
rod | m | 5.0292 | | rod
furlong | m | 201.168 | | furlong
fathom | m | 1.8288 | | fathom
acre | m2 | 4046.8564224 | ac | acre
oz  | kg | 0.028349523125 | oz ozs | ounce
lb  | kg | 0.45359237 | lb lbs lbm | pound 磅
stone | kg | 6.35029318 | | stone
grain | kg | 0.00006479891 | |
ct  | kg | 0.0002 | | carat
ton | kg | ~907.18474 | | ton tons shortton
longton | kg | 1016.0469088 | | longton
slug | kg | 44482216152605/3048000000000 | slug slugs |
lbf | kg m s-2 | 4.4482216152605 | lbf lbsf | poundforce poundsforce
kip | kg m s-2 | 4448.2216152605 | kip kips |
kgf | kg m s-2 | 9.80665 | kgf |
psi | kg m-1 s-2 | 8896443230521/1290320000 | psi |
ksi | kg m-1 s-2 | 8896443230521/1290320 | ksi |
BTU | kg m2 s-2 | ~1055.05585262 | BTU Btu btu BTUs Btus |
hp  | kg m2 s-3 | ~745.69987158227022 | hp HP | horsepower
gal | m3 | ~0.003785411784 | gal gals | gallon 加仑
qt  | m3 | ~0.000946352946 | qt qts | quart
pt  | m3 | ~0.000473176473 | | pint
cup | m3 | ~0.0002365882365 | | cup
floz | m3 | ~0.0000295735295625 | floz | fluidounce
tbsp | m3 | ~0.00001478676478125 | tbsp Tbsp | tablespoon
tsp | m3 | ~0.00000492892159375 | tsp | teaspoon
bbl | m3 | ~0.158987294928 | bbl | barrel
bushel | m3 | ~0.03523907016688 | bu | bushel
mi/h | m s-1 | 0.44704 | mph |
km/h | m s-1 | 5/18 | kph kmh kmph |
ft/s | m s-1 | 0.3048 | fps |
kn  | m s-1 | 463/900 | kn kt kts | knot
rpm | rad s-1 | 1/30 pi | rpm RPM |
ft2 | m2 | 0.09290304 | sqft |
m2  | m2 | 1 | sqm |
km2 | m2 | 1000000 | sqkm |

unit | | 1 | | unit 单位

%   | | 1/100 | % ٪ pct | percent percentage percentagepoint percentagepoints prozent
‰   | | 1/1000 | ‰ | permille
bp  | | 1/10000 | bps | basispoint
ppm | | 1e-6 | ppm | partpermillion
ppb | | 1e-9 | ppb | partperbillion

USD | USD | 1 | USD usd $ US$ | dollar buck usdollar 美元
¢   | USD | 1/100 | ¢ | cent 美分
EUR | EUR | 1 | EUR eur € | euro 欧元
GBP | GBP | 1 | GBP gbp £ | poundsterling poundssterling quid 英镑
p   | GBP | 1/100 | | pence penny
JPY | JPY | 1 | JPY jpy | yen 日元
CNY | CNY | 1 | CNY cny RMB rmb | yuan renminbi 元 人民币 块 块钱
jiao | CNY | 1/10 | | jiao 角
INR | INR | 1 | INR inr ₹ Rs Rs. rs | rupee 卢比
paisa | INR | 1/100 | | paisa paise
KRW | KRW | 1 | KRW ₩ |
RUB | RUB | 1 | RUB ₽ | ruble rouble
CHF | CHF | 1 | CHF |
peso | peso | 1 | | peso
CAD | CAD | 1 | CAD |
AUD | AUD | 1 | AUD |
NZD | NZD | 1 | NZD |
HKD | HKD | 1 | HKD |
SGD | SGD | 1 | SGD |
SEK | krona | 1 | | krona kronor krone kroner
rand | rand | 1 | | rand
TRY | TRY | 1 | TRY | lira lire
"""

# The sign ¥ stands for two currencies and the word pound for a weight and a currency.
RIVAL_CURRENCIES = {"yen": "JPY", "pound": "GBP"}
TEMPERATURES = {"C": "°C", "celsius": "°C", "centigrade": "°C", "F": "°F", "fahrenheit": "°F", "K": "K", "kelvin": "K",
                "kelvins": "K"}  # fmt: skip

PREFIXES = {
    "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "d": -1, "c": -2, "m": -3,
    "μ": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24,
}  # fmt: skip
PREFIX_NAMES = {
    "exa": 18, "peta": 15, "tera": 12, "giga": 9, "mega": 6, "kilo": 3, "hecto": 2, "deca": 1, "deci": -1, "centi": -2,
    "milli": -3, "micro": -6, "nano": -9, "pico": -12, "femto": -15, "atto": -18, "千": 3, "分": -1, "厘": -2,
    "毫": -3, "微": -6, "纳": -9,
}  # fmt: skip
JOINED = {
    "light year": "lightyear", "fluid ounce": "fluidounce", "fl oz": "floz", "metric ton": "metricton",
    "metric tonne": "metricton", "short ton": "shortton", "long ton": "longton", "nautical mile": "nauticalmile",
    "electron volt": "electronvolt", "us dollar": "usdollar", "pound force": "poundforce",
    "pound sterling": "poundsterling", "astronomical unit": "astronomicalunit", "percentage point": "percentagepoint",
    "per cent": "percent", "basis point": "basispoint", "horse power": "horsepower", "atomic mass": "atomicmass",
    "part per": "partper", "partper million": "partpermillion", "partper billion": "partperbillion",
    "kilo gram": "kilogram", "kilo meter": "kilometer", "kilo metre": "kilometre",
}  # fmt: skip
