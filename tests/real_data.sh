#!/bin/sh
# Import public data that nobody here wrote, and compare with sums made another way.
#
#     real_data.sh YIBEN
#
# The data is in the folder YIBEN_DATA (default: ../shared/data beside the source), with
# cn_companies/ (one file UTF-8 with a byte order mark, one GBK) and online_retail/.
set -u
yiben=$(realpath "$1")
data=${YIBEN_DATA:-$YIBEN_SOURCE/../shared/data}
if [ ! -d "$data/cn_companies" ] || [ ! -d "$data/online_retail" ]; then
	echo "skipped: no cn_companies and online_retail in YIBEN_DATA"
	exit 77
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

same() # WHAT SEEN EXPECTED
{
	[ "$2" = "$3" ] && return
	echo "$1: $2, expected $3"
	failed=1
}

counts() # of the answer of an import
{
	sed 's/.*"rows":\([0-9]*\),"taken":\([0-9]*\),"updated":[0-9]*,"unchanged":\([0-9]*\),"refused":\([0-9]*\)}/\1 \2 \3 \4/'
}

number() # NAME: of one line of JSON
{
	sed "s/.*\"$1\":\(-*[0-9]*\).*/\1/"
}

"$yiben" init --pack telecom > said || cat said
printf '机构编码,机构名称,层级\n00,省公司,省公司\n' > units.csv
"$yiben" import org.unit units.csv > said 2>&1 || cat said

# ---- companies: two lists of mostly the same firms, in two encodings

utf8=$data/cn_companies/listed_companies_tushare_utf8bom.csv
gbk=$data/cn_companies/stock_basic_baostock_GBK.csv
first=$(awk 'END { print NR - 1 }' "$utf8") second=$(awk 'END { print NR - 1 }' "$gbk")
companies()
{
	"$yiben" import customer "$utf8" --map ts_code=code --map name=name --json 2> said | counts
	"$yiben" import customer "$gbk" --map code=code --map code_name=name --json 2> said | counts
}
same "companies" "$(companies | tr '\n' ' ')" "$first $first 0 0 $second $second 0 0 "
same "companies again" "$(companies | tr '\n' ' ')" "$first 0 $first 0 $second 0 $second 0 "
iconv -f GBK -t UTF-8 "$gbk" | awk -F, 'FNR == 1 { next } { print $2 }' | sort -u > names
awk -F, 'FNR > 1 { print $3 }' "$utf8" | sort -u | comm -12 - names | wc -l | tr -d ' ' > both
"$yiben" measure customer.duplicates --for unit:00 --from 2026-01-01 --to 2026-12-31 --json |
	number value > found
[ "$(cat found)" -ge "$(cat both)" ] ||
	same "firms in both lists" "$(cat found)" "at least $(cat both)"

# ---- lines of a wholesaler: without customer a quarter, cancellations negative

gzip -dc "$data"/online_retail/*.csv.gz |
	awk -F, 'NR > 1 {
		cents = $(NF - 4) * $(NF - 2) * 100
		cents = int(cents + (cents < 0 ? -0.5 : 0.5))
		printf "%s,%s,%s%d.%02d\n", $(NF - 1), $(NF - 3), cents < 0 ? "-" : "",
			(cents < 0 ? -cents : cents) / 100, (cents < 0 ? -cents : cents) % 100
	}' > lines
{ echo "CustomerID,InvoiceDate,amount"; cat lines; } > lines.csv
{ echo "code,name"; awk -F, '$1 != "" && !seen[$1]++ { print $1 ",customer " $1 }' lines; } > buyers.csv
awk -F, '$1 != "" {
	cents = $3; sub(/\./, "", cents)
	sum[$1 " " substr($2, 1, 7)] += cents
} END { for (cell in sum) printf "%s %d\n", cell, sum[cell] }' lines | sort > expected

buyers=$(awk 'END { print NR - 1 }' buyers.csv) all=$(awk 'END { print NR }' lines)
without=$(grep -c '^,' lines)
same "buyers" "$("$yiben" import customer buyers.csv --json 2> said | counts)" "$buyers $buyers 0 0"
import_lines()
{
	"$yiben" import revenue.posted lines.csv --map CustomerID=customer --map InvoiceDate=day \
		--refused refused.csv --json 2> said | counts
}
same "lines" "$(import_lines)" "$all $((all - without)) 0 $without"
same "refused lines" "$(awk 'END { print NR - 1 }' refused.csv)" "$without"
same "lines again" "$(import_lines)" "$all 0 $((all - without)) $without"

"$yiben" measure revenue.amount --for unit:00 --from 2010-12-01 --to 2011-06-30 --evidence --json |
	sed 's/.*"day":"\([0-9-]*\)","customer":"\([^"]*\)".*"value":\(-*[0-9]*\).*/\2 \1 \3/' |
	awk '{ sum[$1 " " substr($2, 1, 7)] += $3 }
		END { for (cell in sum) printf "%s %d\n", cell, sum[cell] }' | sort > found
cmp -s expected found || same "sums by customer and month" "$(diff expected found | head -n 3)" "none"
"$yiben" measure revenue.amount --for unit:00 --from 2010-12-01 --to 2011-06-30 --json |
	number value > found
same "total" "$(cat found)" "$(awk '{ sum += $3 } END { printf "%d", sum }' expected)"

# ---- and all of it is derived from the record

same "derived again" "$("$yiben" rebuild --json)" "$("$yiben" verify --derived --json)"
[ $failed -eq 0 ] && echo "$first and $second companies, $all lines of $buyers customers, as expected"
exit $failed
