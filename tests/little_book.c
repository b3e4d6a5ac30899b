#include "little_book.h"
#include "little_module.h"

#include <stddef.h>

static const struct module *const modules[] = { &little_module, NULL };

void little_book_open(struct test_book *book)
{
	char document[ID_TEXT];

	test_book_open(book, modules);
	test_put(book, "{\"kind\":\"little.unit\",\"body\":{\"unit\":\"U\",\"name\":\"省公司\"}}");
	test_put(book, "{\"kind\":\"little.unit\",\"body\":{\"unit\":\"V\",\"name\":\"澜州\","
		       "\"parent\":\"U\"}}");
	test_put(book,
		"{\"kind\":\"little.staff\",\"body\":{\"staff\":\"zhou\",\"name\":\"周岚\"}}");
	test_put(book,
		"{\"kind\":\"little.staff\",\"body\":{\"staff\":\"chen\",\"name\":\"陈恕\"}}");
	for (int i = 1; i <= 3; i++)
		test_put(book,
			"{\"kind\":\"little.customer\",\"body\":{\"code\":\"C%d\","
			"\"name\":\"客户%d\",\"unit\":\"%s\"}}",
			i, i, i == 3 ? "U" : "V");
	text_copy(document, ID_TEXT,
		test_put(book,
			"{\"kind\":\"document.issued\",\"body\":{\"title\":\"服务时限\","
			"\"effective\":\"2026-01-01\",\"recipients\":[\"zhou\",\"chen\"]}}"));
	test_put(book,
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"calendar.hours\","
		"\"document\":\"%s\",\"effective\":\"2020-01-01\",\"mark\":\"D\","
		"\"rows\":[{\"from\":\"09:00\",\"to\":\"12:00\"},"
		"{\"from\":\"13:30\",\"to\":\"18:00\"}]}}",
		document);
	test_put(book,
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"calendar.known\","
		"\"document\":\"%s\",\"effective\":\"2020-01-01\",\"mark\":\"D\","
		"\"rows\":[{\"through\":\"2026-12-31\"}]}}",
		document);
	test_put(book,
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"duty.limits\","
		"\"document\":\"%s\",\"effective\":\"2020-01-01\",\"mark\":\"D\",\"rows\":["
		"{\"what\":\"little.solve\",\"amount\":8,\"limit\":\"working_hours\","
		"\"pauses\":true},"
		"{\"what\":\"document.sign\",\"amount\":3,\"limit\":\"workdays\"}]}}",
		document);
}
