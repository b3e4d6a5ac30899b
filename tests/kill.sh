#!/bin/bash
# Kill the program without warning, again and again, while it appends and imports into one
# growing book: whatever it had acknowledged is there, the chain verifies, and what is derived
# equals what a rebuild derives, so nothing is half done.
#
#     tests/kill.sh PROGRAM [KILLS]
set -u
export LC_ALL=C.UTF-8

program=$(realpath "$1") kills=${2:-40} killed=0 late=0
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

fail() # WHY
{
	echo "$1"
	echo "0 passed, 1 failed"
	exit 1
}

yiben()
{
	"$program" --db book.db "$@"
}

number() # JSON KEY: the number under a key
{
	sed -n "s/.*\"$2\":\([0-9]*\).*/\1/p" "$1"
}

verify() # WHEN
{
	yiben verify --json >verified 2>trouble || fail "$1: $(cat verified trouble)"
}

# Run a command in the background and kill it after a random while, unless it was faster.
cut_off() # OUTPUT COMMAND...
{
	local output=$1 pid
	shift
	"$program" --db book.db "$@" >"$output" 2>trouble &
	pid=$!
	sleep "0.$(printf '%03d' $((RANDOM % 200 + 3)))"
	kill -9 "$pid" 2>/dev/null && killed=$((killed + 1)) || late=$((late + 1))
	wait "$pid" 2>/dev/null
}

visits() # ROUND: 3,000 visits with ids of their own
{
	awk -v round="$1" 'BEGIN { for (i = 0; i < 3000; i++) printf \
		"{\"id\":\"01J%023d\",\"kind\":\"visit.made\",\"author\":\"zhou\",\"at\":" \
		"\"2026-03-02T09:00:00+08:00\",\"body\":{\"customer\":\"C1\",\"way\":\"phone\"," \
		"\"observation\":\"%d\"}}\n", round * 10000 + i, i }'
}

customers() # ROUND: 2,000 customers, some of them known from the round before
{
	echo 客户编号,客户名称
	awk -v round="$1" 'BEGIN { for (i = 0; i < 2000; i++)
		printf "K%d,客户%d\n", round * 1000 + i, round }'
}

yiben init >/dev/null || fail "no book could be made"
cat >base.jsonl <<-END
	{"kind":"org.unit","body":{"unit":"U1","name":"省公司","level":"province"}}
	{"kind":"org.staff","body":{"staff":"zhou","name":"周岚"}}
	{"kind":"customer","body":{"code":"C1","name":"客户一"}}
END
yiben append base.jsonl >answers || fail "$(cat answers)"
: >acknowledged

for ((round = 1; killed < kills && round <= kills * 10; round++)); do
	if ((round % 2)); then
		visits "$round" >lines.jsonl
		cut_off answers append lines.jsonl
		# An answer that was cut off in the middle of its line was not read by anybody.
		grep -E '^\{.*"status":"appended".*\}$' answers >whole
		sed 's/.*"id":"\([^"]*\)".*"seq":\([0-9]*\).*/\1 \2/' whole >>acknowledged
	else
		customers "$round" >customers.csv
		cut_off answers import customer customers.csv --json
	fi
	verify "after kill $round"
	last=$(tail -n 1 acknowledged | cut -d' ' -f2)
	entries=$(number verified entries)
	[ "$entries" -ge "${last:-0}" ] ||
		fail "after kill $round: entry $last was acknowledged, the book ends at $entries"
done

# Sent again, whatever was acknowledged is known, under the seq it was acknowledged with.
for ((again = 1; again < round; again += 2)); do
	visits "$again"
done >lines.jsonl
yiben append lines.jsonl >answers 2>trouble || fail "$(cat trouble)"
sed -n 's/.*"id":"\([^"]*\)".*"status":"already".*"seq":\([0-9]*\).*/\1 \2/p' answers | sort >there
sort acknowledged >asked
lost=$(comm -13 there asked | wc -l)
[ "$lost" -eq 0 ] || fail "$lost acknowledged entries are gone"
# An import that was cut off is finished by importing again, and then there is nothing to do.
customers "$round" >customers.csv
yiben import customer customers.csv --json >answers 2>trouble || fail "$(cat answers trouble)"
yiben import customer customers.csv --json >answers 2>trouble || fail "$(cat answers trouble)"
[ "$(number answers unchanged)" = 2000 ] || fail "imported twice: $(cat answers)"

live=$(yiben verify --derived --json | sed -n 's/.*"derived":"\([0-9a-f]*\)".*/\1/p')
again=$(yiben rebuild --json 2>/dev/null | sed -n 's/.*"derived":"\([0-9a-f]*\)".*/\1/p')
[ -n "$live" ] && [ "$live" = "$again" ] ||
	fail "what is derived ($live) is not what a rebuild derives ($again)"
verify "after all"
echo "$killed kills, $late too late; $(wc -l <acknowledged) entries acknowledged, none lost;" \
	"$(number verified entries) in the book"
[ "$killed" -eq "$kills" ] || fail "most commands had ended before they were killed"
echo "1 passed, 0 failed"
