/*
 * The numbers in a workbook as text: plain numbers, and the serials that stand for days and
 * times. Private to this folder.
 *
 * A serial counts days; its fraction is the time of day. In the 1900 system 1 is 1900-01-01 and
 * 60 is 1900-02-29, a day that never was but that Excel counts; in the 1904 system 0 is
 * 1904-01-01.
 */
#ifndef OFFICE_SERIAL_H
#define OFFICE_SERIAL_H

#include "office/sheet.h"

enum { NUMBER_TEXT = 64, SERIAL_TEXT = 48 };

enum format_kind {
	FORMAT_NUMBER,
	FORMAT_DATE,
	FORMAT_DATETIME,
	FORMAT_TIME,
	FORMAT_ELAPSED, /* [h]:mm:ss, hours beyond 24 */
	FORMAT_EITHER   /* a date in one country's Excel and a time in another's: the value says */
};

struct number_format {
	unsigned char kind;
	bool milliseconds; /* the format shows fractions of a second */
};

/* What a number format code shows ("yyyy\"年\"m\"月\"", "[h]:mm", "#,##0.00"). */
struct number_format format_read(const char *code);
/* What a number format that files name by its number only shows. */
struct number_format format_builtin(int id);

/* Read a decimal number as workbooks write it ("3.3999999999999999", "1E-3"), spaces around it
 * allowed; false on anything else. `text` becomes the shortest form at the 15 digits Excel
 * keeps ("3.4"); whole numbers written out up to 20 digits stay as they are. */
bool number_read(const char *raw, double *value, char text[NUMBER_TEXT]);

/* The text of a serial as the format shows it. CELL_NUMBER, and no text, where the serial is
 * not a day of the years 1900 to 9999. */
enum cell_type serial_text(
	double serial, struct number_format format, bool since_1904, char text[SERIAL_TEXT]);

/* The canonical form of an ISO 8601 date, time or both; CELL_TEXT, and no text, otherwise. */
enum cell_type iso_text(const char *raw, char text[SERIAL_TEXT]);

#endif
