#!/bin/bash
# Move a book and kill the move without warning, again and again: the target holds no book, an
# empty one or the whole, its chain and all that is derived; the source stays what it was, and the
# next move gets through. Then a move beside a writer, who does not wait. From a file to a file, and
# where YIBEN_TEST_SERVER holds the URL of a PostgreSQL server, to it and back.
#
#     tests/move.sh PROGRAM [KILLS]
set -u
export LC_ALL=C.UTF-8
. "$(dirname "$0")/killing.sh"

program=$(realpath "$1") kills=${2:-10} ENTRIES=3000 server=${YIBEN_TEST_SERVER:-}
folder=$(mktemp -d) || exit 1
schema=move_$$
stop()
{
	touch stop
	wait
	[ -z "$server" ] || psql -q "$server" -c 'SET client_min_messages = warning' \
		-c "DROP SCHEMA IF EXISTS $schema CASCADE"
	rm -rf "$folder"
}
trap stop EXIT
cd "$folder" || exit 1

# An empty place; a server's is a schema, dropped by another connection than the one killed.
clear_place() # PLACE
{
	[ "$1" != "$place" ] && { rm -f "$1"*; return; }
	psql -q "$server" -c 'SET client_min_messages = warning' -c "SET lock_timeout = '60s'" \
		-c "DROP SCHEMA IF EXISTS $schema CASCADE" -c "CREATE SCHEMA $schema" ||
		fail "no schema could be made"
}

derived() # PLACE: entries, head and digest, "none" where there is no book
{
	"$program" --db "$1" verify --derived --json >proved 2>trouble
	case $? in
	0) cat proved ;;
	2) echo none ;;
	*) echo "broken: $(cat proved trouble)" ;;
	esac
}

killed_moves() # FROM TO
{
	local killed=0 none=0 empty=0 all=0 round most start now whole
	whole=$(derived "$1")
	clear_place "$2"
	start=$(milliseconds)
	"$program" move --from "$1" --to "$2" >answers 2>&1 || fail "$(cat answers)"
	most=$(($(milliseconds) - start))
	[ "$(derived "$2")" = "$whole" ] || fail "moved: $(cat proved trouble)"
	for ((round = 0; killed < kills && round < kills * 10; round++)); do
		clear_place "$2"
		cut_off $most move --from "$1" --to "$2" && killed=$((killed + 1))
		now=$(derived "$2")
		case $now in
		none) none=$((none + 1)) ;;
		'{"entries":0,'*) empty=$((empty + 1)) ;;
		"$whole") all=$((all + 1)) ;;
		*) fail "killed move $round left $now" ;;
		esac
		[ "$now" = "$whole" ] || "$program" move --from "$1" --to "$2" >answers 2>&1 ||
			fail "moved again: $(cat answers)"
		[ "$(derived "$2")" = "$whole" ] || fail "moved again: $(cat proved trouble)"
	done
	[ "$killed" -eq "$kills" ] || fail "most moves had ended before they were killed"
	[ "$(derived "$1")" = "$whole" ] || fail "the source changed: $(cat proved trouble)"
	echo "$killed moves killed: $none left no book, $empty an empty one, $all the whole"
}

# Entries are appended while the move reads: what it moved is a beginning of the book.
beside_a_writer() # FROM TO
{
	local later entries i writer
	clear_place "$2"
	rm -f stop
	for ((i = ENTRIES; i < 1000000; i++)); do
		[ ! -e stop ] || break
		visits $i 1
		sleep 0.005
	done | "$program" --db "$1" append - >written 2>trouble &
	writer=$!
	until [ -s written ]; do sleep 0.05; done
	"$program" move --from "$1" --to "$2" --json >answers 2>said || fail "$(cat said)"
	touch stop
	wait "$writer"
	later=$(number answers later)
	entries=$(number answers entries)
	[ "$later" -gt 0 ] && grep -q " $later " said || fail "the writer waited: $(cat answers said)"
	"$program" --db "$2" verify --json >proved || fail "beside a writer: $(cat proved)"
	grep -q "\"entries\":$entries," proved || fail "moved $(cat answers), there is $(cat proved)"
	"$program" --db "$1" verify --expect "$(sed 's/.*"head":"\([^"]*\)".*/\1/' answers)" \
		>proved 2>&1 || fail "not a beginning of the source: $(cat proved)"
	echo "moved $entries entries beside a writer, who wrote $later more meanwhile"
}

place=none
"$program" --db book.db init >/dev/null || fail "no book could be made"
{
	organisation
	visits 0 $ENTRIES
} >lines.jsonl
"$program" --db book.db append lines.jsonl >answers || fail "$(tail -n 1 answers)"
if [ -z "$server" ]; then
	killed_moves book.db target.db
	beside_a_writer book.db target.db
else
	place="$server&options=-csearch_path%3D$schema"
	killed_moves book.db "$place"
	killed_moves "$place" target.db
	beside_a_writer "$place" target.db
fi
echo "1 passed, 0 failed"
