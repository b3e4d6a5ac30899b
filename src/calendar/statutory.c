#include "base/date.h"
#include "calendar/calendar.h"

#include <stddef.h>

/*
 * The four days of a year that a law names by the moon or the sun, written month*100 + day:
 * 正月初一, 清明, 五月初五, 八月十五, in Beijing time. A table, because it is read at a glance
 * against any printed almanac and because rules of thumb fail: the new moons of 2027-02-06 and
 * 2030-02-03 fall within minutes of midnight, and some calendar libraries are a day off there.
 */
enum { FIRST_YEAR = 2004, LAST_YEAR = 2100 };

struct lunar_days {
	short spring;
	short clear_bright;
	short dragon_boat;
	short mid_autumn;
};

static const struct lunar_days lunar_days[LAST_YEAR - FIRST_YEAR + 1] = {
	/* clang-format off */
	{ 122, 404, 622, 928 }, /* 2004 */
	{ 209, 405, 611, 918 }, /* 2005 */
	{ 129, 405, 531, 1006 }, /* 2006 */
	{ 218, 405, 619, 925 }, /* 2007 */
	{ 207, 404, 608, 914 }, /* 2008 */
	{ 126, 404, 528, 1003 }, /* 2009 */
	{ 214, 405, 616, 922 }, /* 2010 */
	{ 203, 405, 606, 912 }, /* 2011 */
	{ 123, 404, 623, 930 }, /* 2012 */
	{ 210, 404, 612, 919 }, /* 2013 */
	{ 131, 405, 602, 908 }, /* 2014 */
	{ 219, 405, 620, 927 }, /* 2015 */
	{ 208, 404, 609, 915 }, /* 2016 */
	{ 128, 404, 530, 1004 }, /* 2017 */
	{ 216, 405, 618, 924 }, /* 2018 */
	{ 205, 405, 607, 913 }, /* 2019 */
	{ 125, 404, 625, 1001 }, /* 2020 */
	{ 212, 404, 614, 921 }, /* 2021 */
	{ 201, 405, 603, 910 }, /* 2022 */
	{ 122, 405, 622, 929 }, /* 2023 */
	{ 210, 404, 610, 917 }, /* 2024 */
	{ 129, 404, 531, 1006 }, /* 2025 */
	{ 217, 405, 619, 925 }, /* 2026 */
	{ 206, 405, 609, 915 }, /* 2027 */
	{ 126, 404, 528, 1003 }, /* 2028 */
	{ 213, 404, 616, 922 }, /* 2029 */
	{ 203, 405, 605, 912 }, /* 2030 */
	{ 123, 405, 624, 1001 }, /* 2031 */
	{ 211, 404, 612, 919 }, /* 2032 */
	{ 131, 404, 601, 908 }, /* 2033 */
	{ 219, 405, 620, 927 }, /* 2034 */
	{ 208, 405, 610, 916 }, /* 2035 */
	{ 128, 404, 530, 1004 }, /* 2036 */
	{ 215, 404, 618, 924 }, /* 2037 */
	{ 204, 405, 607, 913 }, /* 2038 */
	{ 124, 405, 527, 1002 }, /* 2039 */
	{ 212, 404, 614, 920 }, /* 2040 */
	{ 201, 404, 603, 910 }, /* 2041 */
	{ 122, 404, 622, 928 }, /* 2042 */
	{ 210, 405, 611, 917 }, /* 2043 */
	{ 130, 404, 531, 1005 }, /* 2044 */
	{ 217, 404, 619, 925 }, /* 2045 */
	{ 206, 404, 608, 915 }, /* 2046 */
	{ 126, 405, 529, 1004 }, /* 2047 */
	{ 214, 404, 615, 922 }, /* 2048 */
	{ 202, 404, 604, 911 }, /* 2049 */
	{ 123, 404, 623, 930 }, /* 2050 */
	{ 211, 405, 613, 919 }, /* 2051 */
	{ 201, 404, 601, 907 }, /* 2052 */
	{ 219, 404, 620, 926 }, /* 2053 */
	{ 208, 404, 610, 916 }, /* 2054 */
	{ 128, 405, 530, 1005 }, /* 2055 */
	{ 215, 404, 617, 924 }, /* 2056 */
	{ 204, 404, 606, 913 }, /* 2057 */
	{ 124, 404, 625, 1002 }, /* 2058 */
	{ 212, 405, 614, 921 }, /* 2059 */
	{ 202, 404, 603, 909 }, /* 2060 */
	{ 121, 404, 622, 928 }, /* 2061 */
	{ 209, 404, 611, 917 }, /* 2062 */
	{ 129, 405, 601, 1006 }, /* 2063 */
	{ 217, 404, 619, 925 }, /* 2064 */
	{ 205, 404, 608, 915 }, /* 2065 */
	{ 126, 404, 528, 1003 }, /* 2066 */
	{ 214, 405, 616, 923 }, /* 2067 */
	{ 203, 404, 604, 911 }, /* 2068 */
	{ 123, 404, 623, 929 }, /* 2069 */
	{ 211, 404, 613, 919 }, /* 2070 */
	{ 131, 405, 602, 908 }, /* 2071 */
	{ 219, 404, 620, 926 }, /* 2072 */
	{ 207, 404, 610, 916 }, /* 2073 */
	{ 127, 404, 530, 1005 }, /* 2074 */
	{ 215, 404, 617, 924 }, /* 2075 */
	{ 205, 404, 606, 912 }, /* 2076 */
	{ 124, 404, 624, 1001 }, /* 2077 */
	{ 212, 404, 614, 920 }, /* 2078 */
	{ 202, 404, 604, 910 }, /* 2079 */
	{ 122, 404, 622, 928 }, /* 2080 */
	{ 209, 404, 611, 917 }, /* 2081 */
	{ 129, 404, 601, 1006 }, /* 2082 */
	{ 217, 404, 619, 926 }, /* 2083 */
	{ 206, 404, 607, 914 }, /* 2084 */
	{ 126, 404, 527, 1003 }, /* 2085 */
	{ 214, 404, 615, 922 }, /* 2086 */
	{ 203, 404, 605, 911 }, /* 2087 */
	{ 124, 404, 623, 929 }, /* 2088 */
	{ 210, 404, 613, 918 }, /* 2089 */
	{ 130, 404, 602, 908 }, /* 2090 */
	{ 218, 404, 621, 927 }, /* 2091 */
	{ 207, 404, 609, 916 }, /* 2092 */
	{ 127, 404, 529, 1005 }, /* 2093 */
	{ 215, 404, 617, 924 }, /* 2094 */
	{ 205, 404, 606, 913 }, /* 2095 */
	{ 125, 404, 624, 930 }, /* 2096 */
	{ 212, 404, 614, 920 }, /* 2097 */
	{ 201, 404, 604, 909 }, /* 2098 */
	{ 121, 404, 623, 929 }, /* 2099 */
	{ 209, 405, 612, 918 }, /* 2100 */
	/* clang-format on */
};

/* The law's editions: how 春节 lies about 初一, and which days they name. */
struct statute {
	int since;             /* year */
	int spring_first;      /* days from 初一 */
	int spring_last;       /* days from 初一 */
	int labour_days;       /* from 1 May */
	bool traditional_days; /* 清明, 端午, 中秋 */
};

static const struct statute statutes[] = {
	{ 2025, -1, 2, 2, true },
	{ 2014, 0, 2, 1, true },
	{ 2008, -1, 1, 1, true },
	{ 0, 0, 2, 3, false },
};

static const struct statute *statute_of(int year)
{
	const struct statute *statute = statutes;

	while (year < statute->since)
		statute++;
	return statute;
}

static int day_of(int year, int month_day)
{
	return day_from_civil((struct civil){ year, month_day / 100, month_day % 100 });
}

static const char *lunar_day(int day, struct civil civil, const struct statute *statute)
{
	const struct lunar_days *days;
	int month_day = civil.month * 100 + civil.day, from_spring;

	if (civil.year < FIRST_YEAR || civil.year > LAST_YEAR)
		return NULL;
	days = &lunar_days[civil.year - FIRST_YEAR];
	from_spring = day - day_of(civil.year, days->spring);
	if (from_spring >= statute->spring_first && from_spring <= statute->spring_last)
		return "春节";
	if (!statute->traditional_days)
		return NULL;
	if (month_day == days->clear_bright)
		return "清明节";
	if (month_day == days->dragon_boat)
		return "端午节";
	return month_day == days->mid_autumn ? "中秋节" : NULL;
}

const char *statutory_day(int day)
{
	struct civil civil = civil_from_day(day);
	const struct statute *statute = statute_of(civil.year);

	if (civil.month == 1 && civil.day == 1)
		return "元旦";
	if (civil.month == 5 && civil.day <= statute->labour_days)
		return "劳动节";
	if (civil.month == 10 && civil.day <= 3)
		return "国庆节";
	return lunar_day(day, civil, statute);
}
