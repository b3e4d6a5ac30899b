#include "document_sample.h"

#include "base/date.h"
#include "base/panic.h"

#include <inttypes.h>
#include <stdio.h>

void sample_show(void *context, int64_t value, char *text, size_t size)
{
	(void)context;
	int64_t tenths = (value < 0 ? value - 50000 : value + 50000) / 100000;
	int64_t whole = tenths < 0 ? -tenths : tenths;
	snprintf(text, size, "%s%" PRId64 ".%" PRId64, tenths < 0 ? "-" : "", whole / 10,
		whole % 10);
}

static const char *const months[] = { "1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月",
	"10月", "11月", "12月" };
static const int64_t this_year[] = { 812000000, 764500000, 0, 903200000, 918800000, 955100000,
	942600000, 967300000, 1003400000, 1011800000, 987600000, 0 };
static const bool this_year_missing[12] = { [2] = true, [11] = true };
static const int64_t last_year[] = { 741000000, 702500000, 768800000, 0, 795200000, 828400000,
	836900000, 851300000, 862700000, 870400000, 884100000, 902600000 };
static const bool last_year_missing[12] = { [3] = true };
static const int64_t targets[] = { 850000000, 850000000, 850000000, 900000000, 900000000, 900000000,
	950000000, 950000000, 950000000, 1000000000, 1000000000, 1000000000 };

static const struct chart_series month_series[] = {
	{ "2026年", CHART_COLUMN, this_year, this_year_missing },
	{ "2025年", CHART_LINE, last_year, last_year_missing },
	{ "2026年任务", CHART_TARGET, targets, NULL },
};
const struct chart sample_months = { CHART_MONTHS, "单位：万元", "无数据", months, 12, month_series,
	3, sample_show, NULL };

static const char *const cities[] = { "望潮市分公司", "鹭汀市分公司", "砚山市分公司",
	"云浦市分公司", "青岚自治州分公司民族语言信息化服务中心（筹）" };
static const int64_t bars_now[] = { 4312500000, 2987600000, 1403300000, -82000000, 0 };
static const bool bars_missing[5] = { [4] = true };
static const int64_t bars_before[] = { 3954100000, 3011200000, 1202700000, 45600000, 310000000 };
static const struct chart_series bar_series[] = {
	{ "2026年1—11月", CHART_COLUMN, bars_now, bars_missing },
	{ "上年同期", CHART_LINE, bars_before, NULL },
};
const struct chart sample_bars = { CHART_BARS, "单位：万元", "无数据", cities, 5, bar_series, 2,
	sample_show, NULL };

static void service(struct document *document)
{
	document_heading(document, 1, "不断完善集团客户服务体系，提升服务质量和水平");
	document_heading(document, 2, "建立集团客户分级服务体系，加强服务细分");
	document_paragraph(document, PARAGRAPH_BODY);
	document_run(document, RUN_PLAIN, "强化集团客户名单制营销服务制度，对");
	document_figure(document, "128家", "roster.province");
	document_run(document, RUN_PLAIN,
		"省级集团客户单位，做到每一个集团客户都有指定的客户经理负责其营销和服务工作。"
		"截至2026年11月24日，名单内客户管户落实率");
	document_figure(document, "100.0%（128/128）", "roster.coverage");
	document_run(document, RUN_PLAIN, "；3月11日曾有");
	document_figure(document, "2家", "roster.gap");
	document_run(document, RUN_PLAIN, "客户待分配，均已于当日落实。");
	document_heading(document, 3, "强化集团客户服务规范");
	document_paragraph(document, PARAGRAPH_BODY);
	document_run(document, RUN_BOLD, "走访按标准执行。");
	document_run(document, RUN_PLAIN, "全年走访");
	document_figure(document, "1,536次", "visit.count");
	document_run(document, RUN_PLAIN, "，计划内完成率");
	document_figure(document, "96.4%（1,481/1,536）", "visit.rate");
	document_run(document, RUN_PLAIN, "，客户感知");
	document_run(document, RUN_UNPROVEN, "显著提高");
	document_run(document, RUN_PLAIN, "，详见表1。");
	document_heading(document, 4, "关键人物关怀");
	document_paragraph(document, PARAGRAPH_BODY);
	document_run(document, RUN_PLAIN, "坚持“");
	document_run(document, RUN_ITALIC, "一户一策");
	document_run(document, RUN_PLAIN,
		"”，对关键人物开展通信外服务……其中政企客户服务热线（10010—8）接通率另表列示。");
	document_heading(document, 4, "客户俱乐部平台");
	document_paragraph(document, PARAGRAPH_BODY);
	document_run(document, RUN_PLAIN, "继续利用好公司客户俱乐部这一平台，举办行业推广会4场。");
	document_heading(document, 3, "建立服务质量监控机制");
	document_paragraph(document, PARAGRAPH_BODY);
	document_run(document, RUN_PLAIN, "首次响应、处理时限、回访三个环节全部计时，超时即提醒。");
}

static void visits_table(struct document *document)
{
	static const struct document_column columns[] = { { "分级", ALIGN_CENTRE },
		{ "客户数（家）", ALIGN_RIGHT }, { "应走访（次）", ALIGN_RIGHT },
		{ "已走访（次）", ALIGN_RIGHT }, { "完成率", ALIGN_RIGHT },
		{ "说明", ALIGN_LEFT } };
	static const char *const rows[][6] = {
		{ "钻石", "16", "384", "380", "99.0%", "" },
		{ "金牌", "41", "492", "486", "98.8%", "含驻点服务" },
		{ "银牌", "71", "660", "615", "93.2%", "砚山市3月分管领导调整，4月起补走访" },
		{ "合计", "128", "1,536", "1,481", "96.4%", "" },
	};

	document_table(document, "2026年分级走访完成情况", columns, 6);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		document_row(document);
		for (size_t column = 0; column < 6; column++) {
			if (i == 3 && column == 3)
				document_cell_figure(document, rows[i][column], "visit.count");
			else
				document_cell(document, rows[i][column]);
		}
	}
}

static void chart_add(struct document *document, const struct chart *chart, const char *caption,
	const char *description)
{
	struct buffer png, svg;
	struct error error = { 0 };

	buffer_init(&png, 4 << 20);
	buffer_init(&svg, 4 << 20);
	must(!chart_png(chart, 1840, &png, &error) && !chart_svg(chart, &svg, &error));
	const struct document_picture picture = { caption, description, png.bytes, png.length,
		svg.bytes, svg.length, 0 };
	document_picture(document, &picture);
	buffer_release(&png);
	buffer_release(&svg);
}

static void growth(struct document *document)
{
	document_heading(document, 1, "深化集团客户分层分级管理，推动特色标准化服务");
	document_heading(document, 2, "收入完成情况");
	document_paragraph(document, PARAGRAPH_BODY);
	document_run(document, RUN_PLAIN, "1—11月集团客户收入");
	document_figure(document, "9,266.30万元", "revenue.total");
	document_run(document, RUN_PLAIN, "，各月情况见图1；3月账务数据未到，不作同比。");
	chart_add(document, &sample_months, "2026年集团客户各月收入",
		"2026年各月集团客户收入与上年、任务比较的柱形图；3月、12月无数据");
	document_heading(document, 2, "分市情况");
	chart_add(document, &sample_bars, "各市分公司1—11月收入", "各市分公司收入的条形图");
	document_heading(document, 1, "存在的不足和下一步打算");
	document_paragraph(document, PARAGRAPH_BODY);
	document_run(document, RUN_PLAIN,
		"一是银牌客户走访不均衡；二是行业应用推广偏慢。2027年，我们将把分级走访与收入异动提"
		"醒"
		"衔接起来，做到问题当月发现、当月走访、当月答复。");
}

static void evidence(struct document *document)
{
	static const struct document_column roster[] = { { "序号", ALIGN_CENTRE },
		{ "客户名称", ALIGN_LEFT }, { "分级", ALIGN_CENTRE }, { "客户经理", ALIGN_CENTRE },
		{ "起始日期", ALIGN_CENTRE }, { "记录号", ALIGN_RIGHT } };
	static const struct document_column measures[] = { { "指标", ALIGN_LEFT },
		{ "数值", ALIGN_RIGHT }, { "口径", ALIGN_LEFT } };
	static const char *const anchors[] = { "roster.coverage", "roster.gap", "visit.count",
		"visit.rate", "revenue.total" };
	static const char *const lines[][3] = {
		{ "管户落实率", "100.0%",
			"名单内当日有A角的客户数 ÷ 名单内客户数，2026年11月24日" },
		{ "待分配客户", "2家", "名单内无A角的客户，2026年3月11日" },
		{ "走访次数", "1,536次", "走访记录，不含作废" },
		{ "走访完成率", "96.4%", "按期完成的走访待办 ÷ 到期的走访待办" },
		{ "集团客户收入", "9,266.30万元", "收入表按月合计，1—11月，3月未到" },
	};
	char text[64];

	document_appendix(document, "指标口径和数值");
	document_table(document, NULL, measures, 3);
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		document_anchor(document, anchors[i]);
		document_row(document);
		for (size_t column = 0; column < 3; column++)
			document_cell(document, lines[i][column]);
	}
	document_anchor(document, "roster.province");
	document_appendix(document, "省级集团客户名单");
	document_table(document, "名单明细", roster, 6);
	for (int i = 1; i <= 60; i++) {
		document_row(document);
		snprintf(text, sizeof(text), "%d", i);
		document_cell(document, text);
		snprintf(text, sizeof(text), "清屿省第%d示范%s有限公司", i,
			i % 7 ? "机电" : "海洋工程装备制造");
		document_cell(document, text);
		document_cell(document, i % 3 ? "银牌" : "金牌");
		document_cell(document, i % 2 ? "林知远" : "沈若棠");
		document_cell(document, "2026-01-01");
		snprintf(text, sizeof(text), "%d", 10400 + i);
		document_cell(document, text);
	}
}

struct document *sample_document(void)
{
	int day = day_from_civil((struct civil){ 2026, 11, 24 });
	const struct document_about about = { "2026年集团客户条线工作总结",
		"清屿省分公司政企客户部", day_start(day) + 9 * (int64_t)HOUR_MS };
	struct document *document = document_new(&about, SAMPLE_CEILING);

	document_subtitle(document, "清屿政企〔2026〕12号");
	document_paragraph(document, PARAGRAPH_FLUSH);
	document_run(document, RUN_PLAIN, "各市分公司：");
	document_paragraph(document, PARAGRAPH_BODY);
	document_run(document, RUN_PLAIN,
		"2026年，我们按照集团公司的统一安排部署，围绕省公司的发展战略和总体目标，以体系建设"
		"为基础，"
		"以行业应用为突破口，不断完善管理体系和营销服务体系。在服务方面的主要工作如下：");
	service(document);
	visits_table(document);
	growth(document);
	document_paragraph(document, PARAGRAPH_NOTE);
	document_run(document, RUN_PLAIN,
		"数据截至 2026年11月24日 09:00，账本头 ab12cd34ef56；点数字看明细。");
	document_signature(document, "清屿省分公司政企客户部", "2026年11月24日");
	evidence(document);
	return document;
}
