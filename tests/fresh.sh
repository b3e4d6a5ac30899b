#!/bin/bash
# Try the two commands of the README on a machine that has never seen them: a minimal Debian
# in a folder of its own, with a clone of the last commit. Needs root and debootstrap.
#
#     tests/fresh.sh [bookworm|trixie]
#
# The folder is made in $TMPDIR (or /var/tmp) and deleted afterwards; KEEP=1 keeps it. How this
# machine reaches the packages of Debian and npm (mirror, proxy, names) is copied from its own settings.
set -eu
suite=${1:-bookworm}
here=$(cd "$(dirname "$0")/.." && pwd)
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

# The first Debian mirror that this machine itself uses.
mirror=$(sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb +(\[[^]]*\] +)?([^ ]+).*/\2/p' \
	/etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list \
	2>/dev/null | grep -m 1 debian || true)

echo "== a minimal $suite"
debootstrap --variant=minbase "$suite" "$fresh" ${mirror:+"$mirror"} >"$fresh.log" 2>&1 ||
	{ tail -n 20 "$fresh.log"; exit 1; }
rm -f "$fresh.log"
cp -L /etc/resolv.conf /etc/hosts "$fresh/etc/"
for setting in $(grep -lsE '^ *Acquire' /etc/apt/apt.conf.d/* || true); do
	cp "$setting" "$fresh/etc/apt/apt.conf.d/"
done
cp -r /etc/apt/auth.conf.d "$fresh/etc/apt/" 2>/dev/null || true
if command -v npm >/dev/null; then
	mkdir -p "$fresh/root"
	printf 'registry=%s\n' "$(npm config get registry)" >"$fresh/root/.npmrc"
	authorities=$(npm config get cafile)
	if [ -f "$authorities" ]; then
		cp -L "$authorities" "$fresh/etc/npm-authorities.crt"
		echo 'cafile=/etc/npm-authorities.crt' >>"$fresh/root/.npmrc"
	fi
fi
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
