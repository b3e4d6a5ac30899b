#!/bin/bash
# Appends go on while everything is killed: three processes of twenty threads each write through
# the append queue to one PostgreSQL with a synchronous standby. Every few seconds a process is
# killed and begun again; once, in the middle, all of the primary is (the server and what watches
# over it), and its standby takes over. Afterwards every acknowledged entry is in the book, once
# and under the seq it was acknowledged with, and the chain and what is derived verify.
#
#     tests/failover.sh PROGRAM WRITER [SECONDS]
#
# pg_auto_failover (tools/install.sh failover) runs a monitor and two servers in a temporary
# folder, on loopback.
set -u
export LC_ALL=C.UTF-8

program=$(realpath "$1") writer=$(realpath "$2") seconds=${3:-120}
PROCESSES=3 THREADS=20 CUSTOMERS=1000
kills=0 killed_at=

"$(dirname "$0")/../tools/install.sh" failover || exit 1
programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)
become=()
if [ "$(id -u)" -eq 0 ]; then
	become=(setpriv --reuid postgres --regid postgres --clear-groups)
fi

folder=$(mktemp -d /tmp/yiben-failover.XXXXXX) || exit 1
chmod 755 "$folder"
[ ${#become[@]} -eq 0 ] || chown postgres "$folder"
cd "$folder" || exit 1
mkdir acknowledged
export PATH=$programs:$PATH HOME=$folder XDG_CONFIG_HOME=$folder/config \
	XDG_DATA_HOME=$folder/share XDG_RUNTIME_DIR=$folder/runtime

declare -A keeper=() writers=()

tree() # PID: it and all that it has begun
{
	local child
	echo "$1"
	for child in $(ps -o pid= --ppid "$1"); do tree "$child"; done
}

kill_tree() # PID
{
	# shellcheck disable=SC2046
	kill -9 $(tree "$1") 2>/dev/null
	wait "$1" 2>/dev/null
}

clean()
{
	local pid
	for pid in "${writers[@]}"; do kill -9 "$pid" 2>/dev/null; done
	for pid in "${keeper[@]}"; do kill_tree "$pid"; done
	if [ "${KEEP:-no}" = no ]; then rm -rf "$folder"; else echo "kept: $folder"; fi
}
trap clean EXIT
trap 'exit 1' INT TERM HUP

fail() # WHY
{
	echo "$1"
	tail -n 5 ./*.log
	echo "0 passed, 1 failed"
	exit 1
}

# ---------------------------------------------------------------- servers

free_port() # FROM: the first from there at which nobody listens
{
	local port=$1
	while (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null; do port=$((port + 1)); done
	echo "$port"
}

start() # NAME
{
	"${become[@]}" pg_autoctl run --pgdata "$folder/$1" >>"$1.log" 2>&1 &
	keeper[$1]=$!
}

create() # monitor|postgres NAME PORT OPTIONS...
{
	local what=$1 name=$2 port=$3
	shift 3
	"${become[@]}" pg_autoctl create "$what" --pgdata "$folder/$name" --pgport "$port" \
		--hostname 127.0.0.1 --no-ssl --auth trust "$@" >>"$name.log" 2>&1 ||
		fail "$name could not be made"
	start "$name"
}

ask_monitor() # SQL
{
	psql -X -q -A -t -h 127.0.0.1 -p "$monitor_port" -U autoctl_node pg_auto_failover -c "$1" 2>/dev/null
}

await() # SECONDS WHAT SQL: until the monitor answers t
{
	local until=$((SECONDS + $1))
	until [ "$(ask_monitor "$3")" = t ]; do
		[ $SECONDS -lt $until ] || fail "$2: not within $1 s"
		sleep 0.2
	done
}

both_there="SELECT count(*) = 2 AND bool_and(reportedstate IN ('primary', 'secondary')
	AND reportedstate = goalstate) FROM pgautofailover.node"

servers_start()
{
	monitor_port=$(free_port $((20000 + RANDOM % 10000)))
	create monitor monitor "$monitor_port"
	await 60 "the monitor" "SELECT true"
	# What watches over it is told to be quick, so that a run is short. Who promotes waits this
	# long for a primary that may still be alive to notice that nobody hears it.
	for setting in health_check_period=1000 health_check_timeout=2000 health_check_max_retries=1 \
		health_check_retry_delay=500 node_considered_unhealthy_timeout=5000 \
		primary_demote_timeout=5000 startup_grace_period=2000; do
		echo "pgautofailover.$setting" >>monitor/postgresql.conf
	done
	"${become[@]}" pg_ctl reload -D monitor >/dev/null || fail "the monitor cannot be set"
	for node in 1 2; do
		port[node]=$(free_port $((monitor_port + node)))
		create postgres "node$node" "${port[node]}" --dbname yiben --username yiben --monitor \
			"postgres://autoctl_node@127.0.0.1:$monitor_port/pg_auto_failover?sslmode=prefer"
		await 60 "node $node" "SELECT count(*) = $node FROM pgautofailover.node
			WHERE reportedstate IN ('single', 'primary', 'secondary')"
	done
	await 60 "primary and standby" "$both_there"
}

primary() # the number of the node that is
{
	local now
	now=$(ask_monitor "SELECT nodeport FROM pgautofailover.node
		WHERE reportedstate IN ('primary', 'wait_primary') AND goalstate = reportedstate")
	[ "$now" = "${port[1]}" ] && echo 1
	[ "$now" = "${port[2]}" ] && echo 2
}

# ---------------------------------------------------------------- writers

writer_start() # NUMBER
{
	"$writer" write "$url" "$folder/acknowledged" $THREADS 2>>writers.log &
	writers[$1]=$!
}

writer_kill()
{
	local number=$((RANDOM % PROCESSES))
	kill -0 "${writers[$number]}" 2>/dev/null || fail "writer $number had ended"
	kill -9 "${writers[$number]}"
	wait "${writers[$number]}" 2>/dev/null
	kills=$((kills + 1))
	writer_start $number
}

count() # the entries acknowledged so far
{
	cat acknowledged/acknowledged.* | wc -l
}

# The primary is gone from one moment to the next; its keeper comes back some time later, finds
# that it is no primary any more, and makes a standby of it.
primary_kill()
{
	old=$(primary)
	[ -n "$old" ] || fail "there is no primary"
	killed_at=$SECONDS
	kill_tree "${keeper[node$old]}"
	unset "keeper[node$old]"
}

primary_back()
{
	new=$(primary)
	[ -n "$new" ] && [ "$new" != "$old" ] || return 1
	[ -n "${took_s:-}" ] || took_s=$((SECONDS - killed_at))
	start "node$old"
}

# ---------------------------------------------------------------- the run

yiben()
{
	"$program" --db "$url" "$@"
}

digest() # COMMAND...: what it prints of everything derived
{
	yiben "$@" --json 2>trouble | sed -n 's/.*"derived":"\([0-9a-f]*\)".*/\1/p'
}

book_make()
{
	yiben init >/dev/null 2>trouble || fail "no book could be made: $(cat trouble)"
	{
		echo '{"kind":"org.unit","body":{"unit":"U1","name":"省公司","level":"province"}}'
		echo '{"kind":"org.staff","body":{"staff":"zhou","name":"周岚"}}'
		for ((i = 0; i < CUSTOMERS; i++)); do
			echo "{\"kind\":\"customer\",\"body\":{\"code\":\"C$i\",\"name\":\"客户$i\"}}"
		done
	} >base.jsonl
	yiben append base.jsonl >answers 2>trouble || fail "$(tail -n 1 answers) $(cat trouble)"
}

write_and_kill()
{
	local begun=$SECONDS back=no
	for ((i = 0; i < PROCESSES; i++)); do writer_start $i; done
	while [ $((SECONDS - begun)) -lt "$seconds" ]; do
		sleep "$((2 + RANDOM % 3)).$((RANDOM % 10))"
		writer_kill
		if [ -z "$killed_at" ] && [ $((SECONDS - begun)) -ge $((seconds / 2)) ]; then
			before=$(count)
			primary_kill
		elif [ -n "$killed_at" ] && [ $back = no ] && primary_back; then
			back=yes after=$(count)
		fi
	done
	[ $back = yes ] || fail "no other server took over"
	sleep 3 # the last writer has begun by then
	kill -TERM "${writers[@]}"
	for pid in "${writers[@]}"; do
		wait "$pid" || fail "a writer ended with $?: $(tail -n 1 writers.log)"
	done
	writers=()
	written_s=$((SECONDS - begun))
}

prove()
{
	local live again
	cat acknowledged/acknowledged.* | sort >all
	acknowledged=$(wc -l <all)
	[ "$(cut -d' ' -f1 all | uniq | wc -l)" -eq "$acknowledged" ] || fail "an entry was acknowledged twice"
	[ "$(cut -d' ' -f2 all | sort -u | wc -l)" -eq "$acknowledged" ] || fail "two entries have one seq"
	"$writer" check "$url" all || fail "acknowledged entries are not there"
	yiben verify --json >verified 2>trouble || fail "the chain does not verify: $(cat verified trouble)"
	entries=$(sed -n 's/.*"entries":\([0-9]*\).*/\1/p' verified)
	[ "$(psql -X -q -A -t -d "$url" -c 'SELECT count(*) = count(DISTINCT id) AND count(*) = max(seq)
		AND max(seq) = (SELECT seq FROM book) FROM entry')" = t ] || fail "the record has holes or doubles"
	live=$(digest verify --derived)
	again=$(digest rebuild)
	[ -n "$live" ] && [ "$live" = "$(digest verify --derived)" ] ||
		fail "what is derived ($live) is not what a rebuild derives ($again)"
}

# The old primary has become a standby and holds the same book.
prove_standby()
{
	await 120 "the old primary as a standby" "$both_there"
	local standby="postgresql://yiben@127.0.0.1:${port[$old]}/yiben" head
	head=$(sed -n 's/.*"head":"\([0-9a-f]*\)".*/\1/p' verified)
	for ((i = 0; i < 50; i++)); do
		"$program" --db "$standby" verify --expect "$head" >standby 2>&1 && return
		sleep 0.2
	done
	fail "the standby: $(cat standby)"
}

sum() # COLUMN of the writers' counts
{
	cat acknowledged/counts.* | awk -v column="$1" '{ sum += $column } END { print sum + 0 }'
}

port=()
servers_start
url="postgresql://yiben@127.0.0.1:${port[1]},127.0.0.1:${port[2]}/yiben?target_session_attrs=read-write&connect_timeout=2"
book_make
write_and_kill
prove
prove_standby
refused=$(sum 3)
echo "$PROCESSES processes of $THREADS threads for $written_s s: $acknowledged entries acknowledged, all there once;" \
	"$before until the primary was killed, $((acknowledged - before)) afterwards"
echo "$kills kills of a writer, one of the primary; the standby had taken over after $took_s s at most"
echo "longest wait of a call $(cat acknowledged/counts.* | awk '{ if ($4 > most) most = $4 } END { print most }') ms;" \
	"$(sum 6) attempts tried again by the queues, $(sum 2) calls sent again by their callers, $refused refused"
echo "$entries entries in $(sum 5) batches and the base; the chain and what is derived verify, on the standby too"
[ "$refused" -eq 0 ] || fail "entries were refused: $(grep refused writers.log | head -n 3)"
echo "1 passed, 0 failed"
