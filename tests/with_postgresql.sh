#!/bin/bash
# Run a command beside a PostgreSQL server of its own, made in a temporary folder, reached by a
# socket there and by nothing else, and thrown away afterwards.
#
#     tests/with_postgresql.sh COMMAND [ARGUMENT]...
#
# The command finds the server's URL in YIBEN_TEST_SERVER. Where YIBEN_POSTGRESQL already names
# a server, that one is taken: ./check starts one for all tests, and takes YIBEN_TEST_SERVER away
# again, for those that belong to a file. Where none can be had, says why and exits with 77, which
# meson counts as skipped.
#
# The server forgets what the power takes, which costs tests nothing. With YIBEN_DURABLE=1 it
# keeps what it was told, as one that was just installed does: for measuring.
set -u

if [ -n "${YIBEN_POSTGRESQL:-}" ]; then
	YIBEN_TEST_SERVER=$YIBEN_POSTGRESQL exec "$@"
fi

skip() # WHY
{
	echo "skipped: $1"
	exit 77
}

programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$programs/initdb" ] && [ -x "$programs/postgres" ] ||
	skip "no PostgreSQL server is installed (tools/install.sh check)"

# The server refuses to run as root.
become=(setpriv --pdeathsig QUIT)
if [ "$(id -u)" -eq 0 ]; then
	user=postgres
	id "$user" >/dev/null 2>&1 || user=nobody
	become+=(--reuid "$user" --regid "$(id -g "$user")" --clear-groups)
fi

folder=$(mktemp -d /tmp/yiben-postgresql.XXXXXX) || exit 1
server=
stop()
{
	[ -z "$server" ] || { kill -QUIT "$server"; wait "$server"; } 2>/dev/null
	rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP
chmod 711 "$folder"
mkdir "$folder/data" "$folder/socket"
[ ${#become[@]} -eq 3 ] || chown "$user" "$folder/data" "$folder/socket"

# Sorted as nobody would: what must be in the order of bytes has to say so.
"${become[@]}" "$programs/initdb" -D "$folder/data" -U yiben -A trust -E UTF8 --no-sync \
	--no-locale --locale-provider=icu --icu-locale=zh >"$folder/log" 2>&1 ||
	{ cat "$folder/log"; skip "a PostgreSQL cluster could not be made"; }
careless=(-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum_naptime=5s)
[ -z "${YIBEN_DURABLE:-}" ] || careless=()
"${become[@]}" "$programs/postgres" -D "$folder/data" -k "$folder/socket" -h '' \
	"${careless[@]}" -c max_connections=100 -c max_locks_per_transaction=512 \
	>"$folder/log" 2>&1 &
server=$!
for ((i = 0; i < 200; i++)); do
	"$programs/pg_isready" -q -h "$folder/socket" && break
	kill -0 "$server" 2>/dev/null || { cat "$folder/log"; skip "the PostgreSQL server did not start"; }
	sleep 0.05
done
export YIBEN_POSTGRESQL="postgresql:///postgres?host=$folder/socket&user=yiben"
YIBEN_TEST_SERVER=$YIBEN_POSTGRESQL "$@"
