#!/bin/bash
# Kill the program without warning, again and again, in the middle of an append or an import:
# the chain verifies, what was acknowledged is there, a commit is in the book whole or not at
# all, and what is derived equals what a rebuild derives. The same for rebuild and tick, which
# change everything or nothing.
#
#     tests/kill.sh PROGRAM [KILLS]
#
# Only a kill that ended a running append or import counts, and KILLS of them are made. Every
# BOOK_KILLS a new book begins, so that proving it after each kill stays cheap.
set -u
export LC_ALL=C.UTF-8
. "$(dirname "$0")/killing.sh"

program=$(realpath "$1") kills=${2:-40}
LINES_EACH=6000 COMMIT_LINES=1000 BOOK_KILLS=20
in_append=0 in_import=0 partly_append=0 partly_import=0 late=0
in_rebuild=0 in_tick=0 books=0 acknowledged_all=0 entries_all=0
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

yiben()
{
	"$program" --db book.db "$@"
}

prove() # WHEN: the book verifies; `now` is how many entries it has
{
	yiben verify --json >verified 2>trouble || fail "$1: $(cat verified trouble)"
	now=$(number verified entries)
}

derived() # COMMAND...: the digest it prints
{
	yiben "$@" --json 2>trouble | sed -n 's/.*"derived":"\([0-9a-f]*\)".*/\1/p'
}

measure() # COMMAND...: `took_ms` is how long it takes when nobody disturbs it
{
	local start
	start=$(milliseconds)
	yiben "$@" >answers 2>trouble || fail "undisturbed: $(tail -n 1 answers) $(cat trouble)"
	took_ms=$(($(milliseconds) - start))
}

customers() # ROUND: customers, half of them known from the round before by another name
{
	echo 客户编号,客户名称
	awk -v round="$1" -v lines=$LINES_EACH 'BEGIN { for (i = 0; i < lines; i++)
		printf "K%d,客户%d\n", round * lines / 2 + i, round }'
}

new_book()
{
	rm -f book.db* acknowledged
	yiben init >/dev/null || fail "no book could be made"
	organisation >base.jsonl
	yiben append base.jsonl >answers || fail "$(cat answers)"
	: >acknowledged
	prove "a new book"
	before=$now whole_imports=0 first=$((round + 1))
	books=$((books + 1))
}

# What a cut off append or import may have left: commits, of which each is there whole.
check_growth() # WHEN GROWTH WHOLE
{
	[ "$2" -ge 0 ] && [ "$2" -le "$3" ] || fail "$1: $2 entries more, of $3"
	[ $(($2 % COMMIT_LINES)) -eq 0 ] || [ "$2" -eq "$3" ] ||
		fail "$1: $2 entries more, which is no whole number of commits"
}

one_append()
{
	local running=no answered growth
	visits $((round * 100000)) $LINES_EACH >lines.jsonl
	cut_off "$append_ms" --db book.db append lines.jsonl && running=yes
	# An answer that was cut off in the middle of its line was not read by anybody.
	grep -E '^\{.*"status":"appended".*\}$' answers >whole
	sed 's/.*"id":"\([^"]*\)".*"seq":\([0-9]*\).*/\1 \2/' whole >>acknowledged
	answered=$(wc -l <whole)
	prove "round $round"
	growth=$((now - before))
	check_growth "round $round, append" $growth $LINES_EACH
	[ "$answered" -le $growth ] || fail "round $round: $answered answered, $growth there"
	[ $growth -le $((answered + COMMIT_LINES)) ] ||
		fail "round $round: $growth there, only $answered answered"
	[ $running = yes ] || { late=$((late + 1)); return; }
	in_append=$((in_append + 1))
	if [ "$answered" -gt 0 ] && [ "$answered" -lt $LINES_EACH ]; then
		partly_append=$((partly_append + 1))
	fi
}

one_import()
{
	local running=no growth
	customers "$round" >customers.csv
	cut_off "$import_ms" --db book.db import customer customers.csv --json && running=yes
	prove "round $round"
	growth=$((now - before))
	# Beside its rows, an import that is done has an entry of its own.
	check_growth "round $round, import" $growth $((LINES_EACH + 1))
	[ $growth -eq $((LINES_EACH + 1)) ] && whole_imports=$((whole_imports + 1))
	if [ $running = no ]; then
		[ "$(number answers taken)" = $LINES_EACH ] && [ $growth -gt $LINES_EACH ] ||
			fail "round $round: $growth there, answered $(cat answers trouble)"
		late=$((late + 1))
		return
	fi
	in_import=$((in_import + 1))
	[ $growth -gt 0 ] && [ $growth -le $LINES_EACH ] && partly_import=$((partly_import + 1))
}

# Sent again, whatever was acknowledged is known, under the seq it was acknowledged with.
send_again()
{
	local again lost
	for ((again = first; again <= round; again++)); do
		((again % 2)) && visits $((again * 100000)) $LINES_EACH
	done >lines.jsonl
	yiben append lines.jsonl >answers 2>trouble || fail "$(cat trouble)"
	sed -n 's/.*"id":"\([^"]*\)".*"status":"already".*"seq":\([0-9]*\).*/\1 \2/p' answers |
		sort >there
	lost=$(sort acknowledged | comm -13 there - | wc -l)
	[ "$lost" -eq 0 ] || fail "$lost acknowledged entries are gone"
	acknowledged_all=$((acknowledged_all + $(wc -l <acknowledged)))
}

# An import that was cut off is finished by importing again, and then there is nothing to do.
import_again()
{
	local made
	made=$(yiben import list --json | grep -o '"import":' | wc -l)
	[ "$made" -eq "$whole_imports" ] || fail "$whole_imports imports are done, $made say so"
	customers "$round" >customers.csv
	yiben import customer customers.csv --json >answers 2>trouble || fail "$(cat answers trouble)"
	yiben import customer customers.csv --json >answers 2>trouble || fail "$(cat answers trouble)"
	[ "$(number answers unchanged)" = $LINES_EACH ] || fail "imported twice: $(cat answers)"
}

rebuild_and_tick()
{
	local live again days future=2060-01-01T00:00:00+08:00
	live=$(derived verify --derived)
	measure rebuild --json
	again=$(derived verify --derived)
	[ -n "$live" ] && [ "$live" = "$again" ] ||
		fail "what is derived ($live) is not what a rebuild derives ($again)"
	cut_off "$took_ms" --db book.db rebuild && in_rebuild=$((in_rebuild + 1))
	again=$(derived verify --derived)
	[ "$live" = "$again" ] || fail "a rebuild that was cut off left $again, not $live"

	# Thousands of days are opened, in a copy where they can be counted first.
	prove "before a tick"
	before=$now
	cp book.db kept.db
	measure tick --at $future --json
	days=$(number answers appended)
	rm -f book.db*
	mv kept.db book.db
	cut_off "$took_ms" --db book.db tick --at $future && in_tick=$((in_tick + 1))
	prove "after a tick"
	[ "$now" -eq "$before" ] || [ "$now" -eq $((before + days)) ] ||
		fail "a tick that was cut off left $((now - before)) of $days entries"
	entries_all=$((entries_all + now))
}

round=-1
new_book
visits 0 $LINES_EACH >lines.jsonl
measure append lines.jsonl
append_ms=$took_ms
customers 0 >customers.csv
measure import customer customers.csv --json
import_ms=$took_ms
books=0 round=0

while [ $((in_append + in_import)) -lt "$kills" ]; do
	new_book
	done_before=$((in_append + in_import))
	while killed=$((in_append + in_import)) && [ "$killed" -lt "$kills" ] &&
		[ $((killed - done_before)) -lt $BOOK_KILLS ]; do
		round=$((round + 1))
		[ "$round" -le $((kills * 10)) ] || fail "most commands had ended before the kill"
		if ((round % 2)); then one_append; else one_import; fi
		before=$now
	done
	send_again
	import_again
	rebuild_and_tick
done

echo "undisturbed: append of $LINES_EACH lines $append_ms ms, import of as many rows $import_ms ms"
echo "$((in_append + in_import)) kills of a running program, $late more came too late:" \
	"$in_append in an append ($partly_append partly acknowledged)," \
	"$in_import in an import ($partly_import partly done)"
echo "beside them $in_rebuild of a running rebuild, $in_tick of a running tick, of $books each"
echo "$acknowledged_all entries acknowledged, none lost; $books books, $entries_all entries"
echo "1 passed, 0 failed"
