"""Names of months and days of the week in four languages and Chinese, and the words that may stand between them."""

from __future__ import annotations

from dartkit.text.symbols import names

_MONTHS = (
    "january jan janvier januar jänner enero 一月",
    "february feb février februar febrero 二月",
    "march mar mars märz marzo 三月",
    "april apr avril abril 四月",
    "may mai mayo 五月",
    "june jun juin juni junio 六月",
    "july jul juillet juli julio 七月",
    "august aug août agosto 八月",
    "september sep sept septembre septiembre 九月",
    "october oct octobre oktober octubre 十月",
    "november nov novembre noviembre 十一月",
    "december dec décembre dezember diciembre 十二月",
)
_WEEKDAYS = (
    "monday mondays mon lundi montag lunes 星期一 周一 礼拜一",
    "tuesday tuesdays tue tues mardi dienstag martes 星期二 周二 礼拜二",
    "wednesday wednesdays wed weds mercredi mittwoch miércoles 星期三 周三 礼拜三",
    "thursday thursdays thu thur thurs jeudi donnerstag jueves 星期四 周四 礼拜四",
    "friday fridays fri vendredi freitag viernes 星期五 周五 礼拜五",
    "saturday saturdays sat samedi samstag sonnabend sábado 星期六 周六 礼拜六",
    "sunday sundays sun dimanche sonntag domingo 星期日 星期天 周日 周天 礼拜日 礼拜天",
)
MONTHS = {name: number for number, row in enumerate(_MONTHS, 1) for name in row.split()}
WEEKDAYS = {name: number for number, row in enumerate(_WEEKDAYS) for name in row.split()}
# Alone and in lower case these are other words.
OTHER_WORDS = names("may march mar mars mai sun sat mon wed august dec sep jan lunes")
NEVER_ALONE = names("mars mar lunes")
FILLERS = names("the of on in next day year date a de del le la el am den der d'")
ERAS = {"bc": -1, "bce": -1, "b.c": -1, "b.c.e": -1, "ad": 1, "ce": 1, "a.d": 1, "c.e": 1}
