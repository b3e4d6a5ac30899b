#include "app/demo_names.h"
#include "base/panic.h"

#include <stdio.h>

static const char *const surnames[] = { "周", "林", "陈", "许", "沈", "陆", "顾", "方", "程", "何",
	"苏", "叶", "宋", "唐", "韩", "曹", "魏", "冯", "邓", "彭", "潘", "袁", "蒋", "蔡", "余",
	"杜", "夏", "钟", "汪", "田", "任", "姜", "范", "石", "谭", "邹", "熊", "金", "郝", "孔",
	"白", "崔", "康", "毛", "邱", "秦", "江", "史", "侯", "邵" };
static const char *const given[] = { "岚", "恕", "叙", "望舒", "知远", "思齐", "若水", "景行",
	"清和", "允文", "子衿", "明达", "怀瑾", "书砚", "致用", "弘毅", "静姝", "云舟", "亦凡",
	"承泽", "远帆", "晓棠", "嘉树", "维桢", "念慈", "如许", "牧之", "青禾", "疏影", "采薇",
	"星河", "南乔", "润石", "令仪", "与时", "守拙", "闻笛", "半山", "听雨", "暮云" };

void demo_person(int number, char name[DEMO_NAME])
{
	unsigned all = COUNT_OF(surnames) * COUNT_OF(given);
	unsigned place = (unsigned)number * 787u % all; /* 787 shares no factor with 50 × 40 */

	snprintf(name, DEMO_NAME, "%s%s", surnames[place % COUNT_OF(surnames)],
		given[place / COUNT_OF(surnames) % COUNT_OF(given)]);
}

static const struct {
	const char *name;
	char section;
} trades[] = { { "精铸", 'C' }, { "织造", 'C' }, { "冷链", 'G' }, { "粮油", 'F' }, { "建材", 'F' },
	{ "机床", 'C' }, { "陶艺", 'C' }, { "茶业", 'A' }, { "船配", 'C' }, { "物流", 'G' },
	{ "印务", 'C' }, { "环保工程", 'N' }, { "装饰", 'E' }, { "软件", 'I' }, { "传媒", 'R' },
	{ "文旅", 'R' }, { "家居", 'F' }, { "农机", 'C' }, { "水产", 'A' }, { "光电", 'C' },
	{ "餐饮管理", 'H' }, { "酒店", 'H' }, { "物业", 'K' }, { "检测技术", 'M' }, { "电气", 'C' },
	{ "包装", 'C' }, { "仓储", 'G' }, { "药械", 'F' }, { "园林", 'E' }, { "教育科技", 'P' } };
static const char *const marks[] = { "霁川", "云岫", "清波", "松浦", "听澜", "沐晨", "知夏",
	"栖霞里", "半亩", "青简", "白榆", "远岑", "石泉", "竹里", "长汀", "晴岚", "雁回", "桐荫",
	"南浦", "北渚", "观潮", "拾光", "鹿鸣涧", "鸣泉", "映山", "枕流", "漱石", "听松", "望舒台",
	"澄江里", "汀兰", "岸芷", "扶摇里", "归云", "烟雨楼", "疏林", "朗照", "清越", "和风里",
	"丰穗", "禾盛坊", "锦程里", "同泰坊", "恒业里", "新泽", "广源里", "立诚坊", "博川",
	"致恒里", "开元坊" };
static const struct {
	const char *name;
	char section;
} offices[] = { { "财政局", 'S' }, { "教育局", 'S' }, { "税务局", 'S' }, { "水务局", 'N' },
	{ "交通运输局", 'S' }, { "应急管理局", 'S' }, { "政务服务中心", 'S' }, { "实验中学", 'P' },
	{ "人民医院", 'Q' }, { "中心小学", 'P' }, { "自来水厂", 'D' }, { "公交场站", 'G' },
	{ "社区卫生中心", 'Q' }, { "职业学校", 'P' }, { "公路养护站", 'N' }, { "图书馆", 'R' } };
static const char *const ordinals[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九" };

static void ordinal(int number, char text[32])
{
	if (number < 9)
		snprintf(text, 32, "%s", ordinals[number]);
	else if (number < 99)
		snprintf(text, 32, "%s十%s", number / 9 == 1 ? "" : ordinals[number / 9 % 9],
			ordinals[number % 9]);
	else
		snprintf(text, 32, "%d", number + 1);
}

/* 砚城市听松区税务局; past the first eight hundred, 砚城市听松区第二税务局. */
static void state_firm(int number, const char *city, char name[DEMO_NAME], char section[2])
{
	int office = number % (int)COUNT_OF(offices);
	int mark = number / (int)COUNT_OF(offices) % (int)COUNT_OF(marks);
	int round = number / (int)(COUNT_OF(offices) * COUNT_OF(marks));
	char which[32] = "", place[40] = "";

	if (round) {
		ordinal(round, which);
		snprintf(place, sizeof(place), "第%s", which);
	}
	section[0] = offices[office].section;
	snprintf(name, DEMO_NAME, "%s市%s区%s%s", city, marks[mark], place, offices[office].name);
}

void demo_firm(int number, const char *city, bool state, char name[DEMO_NAME], char section[2])
{
	int trade = number % (int)COUNT_OF(trades);
	int mark = (number / (int)COUNT_OF(trades) + number) % (int)COUNT_OF(marks);
	int round = number / (int)(COUNT_OF(trades) * COUNT_OF(marks));
	static const char *const again[] = { "", "实业", "集团", "控股" };
	char which[96] = "";

	section[1] = '\0';
	if (state) {
		state_firm(number, city, name, section);
		return;
	}
	if (round)
		snprintf(which, sizeof(which), "%s", again[round % (int)COUNT_OF(again)]);
	section[0] = trades[trade].section;
	snprintf(name, DEMO_NAME, "%.12s%.15s%.15s%.9s有限公司", city, marks[mark],
		trades[trade].name, which);
}

static const char *one_of(struct dice *dice, const char *const *texts, int count)
{
	return texts[dice_below(dice, count)];
}

const char *demo_observation(struct dice *dice)
{
	static const char *const texts[] = { "新厂区下月投产，机房已装修完，等专线",
		"前台反映高峰期总机占线，来电转接要等",
		"信息科说月底网速慢，已截图，疑似分厂出口拥塞",
		"财务希望发票每月5日前送到，本月已到", "换了分管副总，原来的方案要重新讲一遍",
		"门店扩到七家，收银网络用的是家用宽带", "对账无误，王总认可上月的巡检报告",
		"夜班仓库监控掉线两次，已约网络部看", "明年预算会在年底前定，问了专线续约价",
		"考勤系统要换，问能否一起做", "老机房空调坏了一台，温度偏高，提醒了对方",
		"员工号码有二十三个要过户", "车间加了两条线，网络点位不够",
		"对方更关心稳定，不想再换设备", "隔壁园区在谈别家，价格比我们低一成",
		"校园网出口晚上拥塞，老师有意见" };
	return one_of(dice, texts, (int)COUNT_OF(texts));
}

const char *demo_promise(struct dice *dice)
{
	static const char *const texts[] = { "送来专线续约的两种报价", "请网络部上门测一次速",
		"把上月流量明细发给信息科", "约解决方案经理一起来讲监控上云", "补送三张发票",
		"给出机房搬迁的割接方案", "确认过户材料清单并带表格来",
		"核对七家门店的宽带到期日" };
	return one_of(dice, texts, (int)COUNT_OF(texts));
}

const char *demo_need(struct dice *dice)
{
	static const char *const texts[] = { "总机要能录音并按部门转接",
		"两个厂区之间要一条备用线路", "短信通知要带单位名称",
		"要一份能给审计看的年度用量明细", "监控要存九十天", "会议室要能同时接四方视频",
		"考勤数据要能导进工资表", "夜间故障要有固定电话可找" };
	return one_of(dice, texts, (int)COUNT_OF(texts));
}

const char *demo_answer(struct dice *dice)
{
	static const char *const texts[] = { "已出方案并报价，客户认可", "现有产品可以满足，已开通",
		"本季度做不了，给了替代办法，客户接受", "已转产品部，答复下季度上线" };
	return one_of(dice, texts, (int)COUNT_OF(texts));
}
