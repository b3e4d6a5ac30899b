/* Money: a whole number of 分 (fen, 1/100 元). No floating point touches it. */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

enum { MONEY_TEXT = 32 };

/* Read an amount as people type it: "12.4万元", "¥1,234.50", "-80", "１２元", "1.02亿", with
 * optional thousands separators. Without a unit the number is 元. A third decimal of 元 is
 * rounded half up (spreadsheets keep 3.4000000001). False on anything else. */
bool money_parse(const char *text, int64_t *fen);
/* Exact: "1234.50". */
const char *money_plain(int64_t fen, char text[MONEY_TEXT]);
/* For people: "8,640.50 元", "12.34 万元", "1.02 亿元", rounded half up once, here. In
 * English, "8,640.50 yuan" and plain grouping at every size. */
const char *money_show(int64_t fen, bool english, char text[MONEY_TEXT]);

#endif
