#include "http/reply.h"
#include "base/date.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { DETAIL_BYTES = 16 * 1024, UNPROCESSABLE = 422 };

/* What is not simply wrong in what was sent. */
static const struct {
	const char *key;
	int status;
} statuses[] = {
	{ "refused.json", 400 },
	{ "refused.uri", 400 },
	{ "refused.signed_out", 401 },
	{ "refused.sign_in", 401 },
	{ "refused.code_wanted", 401 },
	{ "refused.totp", 401 },
	{ "refused.left", 401 },
	{ "refused.header", 403 },
	{ "refused.office_only", 403 },
	{ "refused.not_allowed", 403 },
	{ "refused.not_found", 404 },
	{ "refused.invitation", 404 },
	{ "refused.no_summary", 404 },
	{ "refused.method", 405 },
	{ "refused.login_taken", 409 },
	{ "refused.id_taken", 409 },
	{ "refused.totp_state", 409 },
	{ "refused.body_too_large", 413 },
	{ "refused.content_type", 415 },
	{ "refused.locked", 429 },
	{ "refused.rate", 429 },
	{ "refused.streams", 429 },
	{ "trouble.statement", 500 },
};

int reply_status(const struct error *error)
{
	for (size_t i = 0; i < COUNT_OF(statuses); i++) {
		if (strcmp(statuses[i].key, error->key) == 0)
			return statuses[i].status;
	}
	return error->result == TROUBLE ? 503 : UNPROCESSABLE;
}

void reply_init(struct reply *reply)
{
	*reply = (struct reply){ .status = 200 };
	buffer_init(&reply->body, REPLY_BYTES);
	write_start(&reply->json, &reply->body);
}

void reply_release(struct reply *reply)
{
	buffer_release(&reply->body);
}

/* Sentences say what is wrong and then what to do, which begins behind one of these marks. */
static const char *remedy_of(char *sentence)
{
	static const struct {
		const char *mark, *before;
	} marks[] = { { "；", "；" }, { "，请", "，" }, { "; ", "; " } };

	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		char *mark = strstr(sentence, marks[i].mark);
		if (mark) {
			*mark = '\0';
			return mark + strlen(marks[i].before);
		}
	}
	return NULL;
}

void problem_write(struct writer *json, const struct messages *messages, enum language language,
	const struct error *error)
{
	char key[80], title[40];
	struct buffer sentence;
	int status = reply_status(error);

	buffer_init(&sentence, DETAIL_BYTES);
	message_error(messages, language, error, &sentence);
	snprintf(key, sizeof(key), "urn:yiben:%s", error->key);
	snprintf(title, sizeof(title), "problem.%d", status);
	write_object(json);
	write_text_at(json, "type", key);
	write_text_at(json, "title", message_get(messages, language, title));
	write_integer_at(json, "status", status);
	write_text_at(json, "detail", sentence.bytes);
	if (error->field[0])
		write_text_at(json, "field", error->field);
	const char *remedy = remedy_of(sentence.bytes);
	write_text_at(json, "reason", sentence.bytes);
	if (remedy)
		write_text_at(json, "remedy", remedy);
	write_object_end(json);
	buffer_release(&sentence);
}

void reply_problem(struct reply *reply, const struct messages *messages, enum language language,
	const struct error *error)
{
	int status = reply_status(error);

	buffer_clear(&reply->body);
	write_start(&reply->json, &reply->body);
	reply->status = status;
	reply->type = "application/problem+json";
	reply->cookie[0] = reply->file[0] = '\0';
	if (!reply->retry_after_s && (status == 503 || status == 429))
		reply->retry_after_s = status == 503 ? 2 : 15 * 60;
	problem_write(&reply->json, messages, language, error);
}

void write_instant_at(struct writer *json, const char *key, int64_t instant)
{
	char text[INSTANT_TEXT];

	write_text_at(json, key, instant_text(instant, text));
}
