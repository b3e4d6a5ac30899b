#!/bin/bash
# Try the two commands of the README on a machine that has never seen them: a minimal Debian
# in a folder of its own, with a clone of the last commit. Needs root and debootstrap.
#
#     tests/fresh.sh [bookworm|trixie]
#
# The folder is made in $TMPDIR (or /var/tmp) and deleted afterwards; KEEP=1 keeps it.
set -eu
suite=${1:-bookworm}
here=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/machine.sh
. "$here/tests/machine.sh"
fresh=$(mktemp -d "${TMPDIR:-/var/tmp}/yiben-$suite.XXXXXX")
chmod 755 "$fresh" # apt downloads as a user of its own

tidy_up()
{
	local served=$fresh/root/yiben/out/serve.pid
	[ ! -f "$served" ] || kill "$(cat "$served")" 2>/dev/null || true
	for mounted in proc dev/pts; do
		mountpoint -q "$fresh/$mounted" && umount "$fresh/$mounted"
	done
	if [ "${KEEP:-0}" = 1 ]; then
		echo "kept: $fresh"
	else
		rm -rf --one-file-system "$fresh"
	fi
}
trap tidy_up EXIT

echo "== a minimal $suite"
machine_make "$suite" "$fresh"
mount -t proc proc "$fresh/proc"
mount -t devpts devpts "$fresh/dev/pts"
git clone -q "$here" "$fresh/root/yiben"

result=0
for command in ./run ./run ./check ./check; do
	echo "== $suite: $command"
	began=$SECONDS
	chroot "$fresh" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		/bin/bash -c "cd /root/yiben && $command" </dev/null || result=1
	echo "== $suite: $command took $((SECONDS - began)) s"
done
exit $result
