#!/bin/bash
# Write the book of a release as SQL to standard output: see README.md.
#
#     tests/books/make.sh PROGRAM >tests/books/VERSION.sql
set -eu
export LC_ALL=C.UTF-8 YIBEN_SEED=book

program=$(realpath "$1") source=$(realpath "$(dirname "$0")/../..")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

yiben()
{
	"$program" --db book.db "$@" >answers || { cat answers >&2; exit 1; }
}

export YIBEN_NOW=2026-01-05T09:00:00+08:00
yiben init
export YIBEN_NOW=2026-09-01T09:00:00+08:00
for module in org customer revenue roster visit plan tier; do
	yiben append "$source/src/modules/$module/sample.jsonl"
done
cat >more.jsonl <<-'END'
	{"kind":"norm.issued","at":"2026-08-03T09:00:00+08:00","body":{"norm":"duty.limits","document":"01JX3M0000000000000000T1ER","effective":"2026-01-01","mark":"D","rows":[{"what":"document.sign","amount":3,"limit":"workdays"},{"what":"visit.need_answer","amount":2,"limit":"workdays","pauses":true}]}}
	{"kind":"norm.issued","at":"2026-08-03T09:05:00+08:00","body":{"norm":"duty.cadence","document":"01JX3M0000000000000000T1ER","effective":"2026-01-01","mark":"D","rows":[{"what":"visit.cadence","class":"silver","times":1,"period":"quarter"},{"what":"visit.cadence","class":"listed","times":1,"period":"month"}]}}
	{"kind":"document.issued","at":"2026-08-31T10:00:00+08:00","body":{"title":"秋季走访安排","effective":"2026-09-01","recipients":["zhou","lin"]}}
	{"id":"01M3D1W1800000000000000001","kind":"visit.made","at":"2026-08-31T15:00:00+08:00","author":"zhou","body":{"customer":"C2","way":"phone","observation":"仓库要迁到望溪新区","promise":"报价","promise_due":"2026-09-02"}}
	{"id":"01M3D1W1800000000000000002","kind":"visit.made","at":"2026-08-31T16:00:00+08:00","author":"zhou","body":{"customer":"C2","way":"visit","observation":"记错了客户"}}
	{"id":"01M3D1W1800000000000000003","kind":"customer.person","at":"2026-08-31T16:30:00+08:00","body":{"customer":"C2","person":"P2","name":"沈回","phone":"19900005678","consent":true}}
	{"kind":"entry.corrected","at":"2026-08-31T17:00:00+08:00","body":{"entry":"01M3D1W1800000000000000001","body":{"customer":"C2","way":"phone","observation":"仓库要迁到望溪高新区","promise":"报价","promise_due":"2026-09-04"},"reason":"地名写错，期限改为周五"}}
	{"kind":"entry.withdrawn","at":"2026-08-31T17:05:00+08:00","body":{"entry":"01M3D1W1800000000000000002","reason":"不是这家客户"}}
	{"kind":"entry.erased","at":"2026-08-31T17:10:00+08:00","body":{"entry":"01M3D1W1800000000000000003","reason":"本人要求删除"}}
END
yiben append more.jsonl
printf '客户编号,客户名称\nC4,望溪新区小学\nC5,清屿水务\n' >customers.csv
yiben import customer customers.csv
export YIBEN_NOW=2026-09-12T09:00:00+08:00
yiben tick
sqlite3 book.db .dump
