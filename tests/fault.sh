#!/bin/bash
# Ask the program everything while call N of its store fails, N rising until none fails any more:
# either the whole answer comes, with exit code 0, or the disk's trouble is said, with exit code
# 1, and nothing of an answer is printed.
#
#     tests/fault.sh PROGRAM [1]
#
# PROGRAM is one whose store fails as YIBEN_FAULT says. The N are tried ever further apart, with
# 1 each of them.
set -u
export LC_ALL=C.UTF-8 YIBEN_NOW=2026-03-03T09:00:00+08:00 YIBEN_SEED=fault

program=$(realpath "$1") every=${2:-0} asked=0 failed=0
# In memory where that is possible: the book is flushed again and again.
folder=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

fail() # WHY
{
	echo "$1"
	cat printed said
	echo "0 passed, 1 failed"
	exit 1
}

# Everything the command leaves for people: what it prints, and the file it writes.
answer() # FAULT COMMAND...
{
	local fault=$1
	shift
	rm -f unmet file.* printed said
	YIBEN_FAULT=$fault "$program" --db book.db "$@" >printed 2>said
}

ask() # COMMAND...
{
	local n code how
	answer 0 "$@" || fail "$*: fails without a fault"
	cat printed said file.* >whole 2>/dev/null
	for how in '' ' on'; do
		for ((n = 1; ; n += every ? 1 : 1 + n / 2)); do
			answer "$n$how" "$@"
			code=$?
			[ ! -e unmet ] || break
			failed=$((failed + 1))
			cat printed said file.* >now 2>/dev/null
			if [ $code -eq 0 ]; then
				cmp -s whole now || fail "$*, call $n$how: half an answer"
			elif [ $code -ne 1 ] || ! grep -q 磁盘读写出错 said; then
				fail "$*, call $n$how: exit $code"
			elif [ -s printed ] || compgen -G 'file.*' >/dev/null; then
				fail "$*, call $n$how: an answer beside the trouble"
			fi
		done
	done
	asked=$((asked + 1))
}

cat >lines.jsonl <<'END'
{"kind":"org.unit","body":{"unit":"00","name":"清屿省公司","level":"province"}}
{"kind":"org.staff","body":{"staff":"zhou","name":"周岚"}}
{"kind":"org.post","body":{"staff":"zhou","unit":"00","role":"manager","from":"2026-01-01"}}
{"kind":"customer","body":{"code":"C1","name":"第一医院","category":"industry","unit":"00"}}
{"id":"01KE38VMJ0S14TCGE7NJA94KP0","kind":"document.issued","body":{"title":"办法","effective":"2026-01-01"}}
{"kind":"norm.issued","body":{"norm":"duty.limits","document":"01KE38VMJ0S14TCGE7NJA94KP0","effective":"2026-01-01","mark":"D","columns":["what","amount","limit"],"rows":[["visit.need_answer",5,"workdays"]]}}
{"kind":"norm.issued","body":{"norm":"tier.thresholds","document":"01KE38VMJ0S14TCGE7NJA94KP0","effective":"2026-01-01","mark":"D","columns":["tier","revenue","users"],"rows":[["gold",3000000,500]]}}
{"kind":"roster.assigned","body":{"customer":"C1","staff":"zhou","role":"principal","from":"2026-01-01"}}
{"id":"01KE38VMJ0S14TCGE7NJA94KP1","kind":"visit.made","author":"zhou","body":{"customer":"C1","with":"许知远","observation":"专线不够","promise":"送方案","promise_due":"2026-03-04"}}
{"id":"01KE38VMJ0S14TCGE7NJA94KP3","kind":"visit.need","author":"zhou","body":{"customer":"C1","product":"专线","need":"扩到1000M","by":"许知远"}}
{"kind":"revenue.posted","body":{"basis":"month","columns":["customer","month","amount","users"],"rows":[["C1","2026-02",4000000,600]]}}
{"kind":"tier.closed","body":{"month":"2026-02"}}
END
YIBEN_FAULT=0 answer 0 init || fail "no book could be made"
answer 0 append lines.jsonl || fail "the book could not be filled"
duty=$("$program" --db book.db duties --for staff:zhou --json | tr '{' '\n' |
	sed -n 's/.*"id":"\([^"]*\)","what":"visit.need_answer".*/\1/p')

for json in '' --json; do
	ask timeline --for unit:00 $json
	ask duties --for unit:00 $json
	ask duty explain "${duty:-10.0}" $json
	ask show 01KE38VMJ0S14TCGE7NJA94KP1 $json
	ask measure visit.count --for unit:00 --from 2026-01-01 --to 2026-03-31 $json
	ask measure revenue.amount --for unit:00 --from 2026-01-01 --to 2026-03-31 --evidence $json
	ask tier --explain customer:C1 $json
	ask norm list $json
	ask norm show duty.limits $json
	ask import list $json
	ask verify --derived $json
done
ask export customer --out file.csv
ask export all --out file.jsonl
ask summary monthly --for unit:00 --from 2026-01-01 --to 2026-03-31 --out file.html
echo "$asked questions, $failed failures"
echo "1 passed, 0 failed"
