#!/bin/bash
# Back a book up while another process appends to it without pause, and kill backup and restore
# without warning: a backup holds what was acknowledged before it began and verifies, a name
# stands for a whole backup or for nothing, and a book being restored is the old or the new one.
# How long the writer waited at most is printed, not judged; bench/run backup measures it.
#
#     tests/backup.sh PROGRAM [KILLS]
set -u
export LC_ALL=C.UTF-8
. "$(dirname "$0")/killing.sh"

program=$(realpath "$1") kills=${2:-10} ENTRIES=20000
folder=$(mktemp -d) || exit 1
trap 'touch "$folder/stop"; wait; rm -rf "$folder"' EXIT
cd "$folder" || exit 1

prove() # FILE WHEN: it verifies; `now` is how many entries it has, `head` its head
{
	"$program" --db "$1" verify --json >verified 2>trouble ||
		fail "$2: $(cat verified trouble)"
	now=$(number verified entries)
	head=$(sed -n 's/.*"head":"\([0-9a-f]*\)".*/\1/p' verified)
}

# Append one entry after another until told to stop; say which was acknowledged last, and at
# the end how long the longest took.
keep_writing()
{
	local line answer start took longest=0 count=0
	coproc appending { "$program" --db book.db append -; }
	while [ ! -e stop ]; do
		read -r line
		start=${EPOCHREALTIME/./}
		echo "$line" >&"${appending[1]}"
		read -r answer <&"${appending[0]}" || break
		took=$((${EPOCHREALTIME/./} - start))
		[ $took -le $longest ] || longest=$took
		count=$((count + 1))
		echo "$answer" >acknowledged.new
		mv acknowledged.new acknowledged
	done
	echo "$count appends beside the backups, the longest took $((longest / 1000)) ms" >waited
}

back_up_beside_the_writer() # FILE
{
	local known
	known=$(number acknowledged seq)
	"$program" --db book.db backup "$1" --json >answers 2>trouble || fail "$(cat trouble)"
	[ "$(number acknowledged seq)" -gt "$known" ] || fail "the writer did not write meanwhile"
	[ "$(ls "$1"*)" = "$1" ] || fail "beside the backup stands $(ls "$1"*)"
	cp "$1" proved.db
	prove proved.db "backup $1"
	[ "$now" -eq "$(number answers entries)" ] || fail "$now entries, said $(cat answers)"
	[ "$now" -ge "$known" ] || fail "entry $known was acknowledged, the backup ends at $now"
	"$program" --db book.db verify --expect "$head" >answers 2>&1 || fail "$(cat answers)"
}

killed_backups()
{
	local killed=0 begun=0 round most start
	start=$(milliseconds)
	"$program" --db book.db backup timed.db >answers 2>&1 || fail "$(cat answers)"
	most=$(($(milliseconds) - start))
	for ((round = 0; killed < kills && round < kills * 10; round++)); do
		rm -f cut.db
		cut_off $most --db book.db backup cut.db && killed=$((killed + 1))
		[ ! -e cut.db.part ] || begun=$((begun + 1))
		[ ! -e cut.db ] || prove cut.db "killed backup $round"
		prove book.db "after killed backup $round"
	done
	[ "$killed" -eq "$kills" ] || fail "most backups had ended before they were killed"
	rm -f cut.db
	"$program" --db book.db backup cut.db >answers 2>&1 || fail "$(cat answers)"
	[ "$(echo cut.db*)" = cut.db ] || fail "left over: $(echo cut.db*)"
	prove cut.db "after all killed backups"
	echo "$killed backups killed, $begun of them with a part of the copy written"
}

killed_restores() # over an older book, and where there is none
{
	local killed=0 new=0 round most start all
	prove newest.db newest
	all=$now
	prove oldest.db oldest
	before=$now
	cp oldest.db target.db
	start=$(milliseconds)
	"$program" --db target.db restore newest.db >answers 2>&1 || fail "$(cat answers)"
	most=$(($(milliseconds) - start))
	prove target.db restored
	[ "$now" -eq "$all" ] || fail "restored $now of $all entries"
	for ((round = 0; killed < kills && round < kills * 10; round++)); do
		rm -f target.db*
		((round % 2)) || cp oldest.db target.db
		cut_off $most --db target.db restore newest.db && killed=$((killed + 1))
		now=none
		[ ! -e target.db ] || prove target.db "killed restore $round"
		case $((round % 2)):$now in
		0:$before | 1:none) ;;
		0:$all | 1:$all) new=$((new + 1)) ;;
		*) fail "killed restore $round: $now entries, not $before or $all" ;;
		esac
		"$program" --db target.db restore newest.db >answers 2>&1 || fail "$(cat answers)"
		[ "$(echo target.db*)" = target.db ] || fail "left over: $(echo target.db*)"
	done
	[ "$killed" -eq "$kills" ] || fail "most restores had ended before they were killed"
	echo "$killed restores killed, $new books were the new one by then"
}

"$program" --db book.db init >/dev/null || fail "no book could be made"
{
	organisation
	visits 0 $ENTRIES
} >lines.jsonl
"$program" --db book.db append lines.jsonl >answers || fail "$(tail -n 1 answers)"
tail -n 1 answers >acknowledged

visits $ENTRIES 1000000 | keep_writing &
writer=$!
until [ "$(number acknowledged seq)" -gt $((ENTRIES + 100)) ]; do
	sleep 0.05
	kill -0 $writer 2>/dev/null || fail "the writer ended"
done
back_up_beside_the_writer oldest.db
back_up_beside_the_writer second.db
back_up_beside_the_writer newest.db
"$program" --db book.db restore newest.db >answers 2>&1
[ $? -eq 1 ] || fail "under a writer: $(cat answers)"
touch stop
wait $writer
cat waited
prove book.db "after the writer"
[ "$now" -ge "$(number acknowledged seq)" ] || fail "acknowledged $(cat acknowledged), $now there"
"$program" --db book.db restore newest.db >answers 2>&1
[ $? -eq 2 ] || fail "over newer entries: $(cat answers)"
killed_backups
killed_restores
echo "1 passed, 0 failed"
