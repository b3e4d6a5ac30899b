#!/bin/bash
# The Debian package on a machine of its own: built, installed, started, upgraded, removed. The
# machine is a minimal Debian 12 in a folder, with its own systemd as process 1. Needs root and
# debootstrap; takes some minutes. Closes with "N passed, N failed".
#
#     tests/package.sh
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=tests/machine.sh
. tests/machine.sh
work=$(mktemp -d "${TMPDIR:-/var/tmp}/yiben-package.XXXXXX")
chmod 755 "$work"
machine=$work/machine
url=http://127.0.0.1:8420
passed=0 failed=0 init= groups=()

tidy_up()
{
	local folder
	[ -z "$init" ] || { kill -9 "$init" && wait "$init"; } 2>/dev/null
	for folder in "${groups[@]}"; do rmdir "$folder" 2>/dev/null; done
	mountpoint -q "$machine/proc" && umount "$machine/proc"
	rm -rf --one-file-system "$work"
}
trap tidy_up EXIT

give_up() # WHAT
{
	echo "$1" >&2
	exit 1
}

prove() # WHAT COMMAND...
{
	local what=$1
	shift
	if "$@" >"$work/said" 2>&1; then
		passed=$((passed + 1))
		echo "ok      $what"
	else
		failed=$((failed + 1))
		echo "FAILED  $what"
		sed 's/^/        /' "$work/said" | tail -n 20
	fi
}

within() # SECONDS COMMAND...: until it succeeds
{
	local until=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $until ] || return 1
		sleep 0.2
	done
}

make_machine()
{
	machine_make bookworm "$machine" --include=systemd,systemd-sysv,curl ||
		give_up "The machine could not be made."
	mount -t proc proc "$machine/proc"
	chroot "$machine" apt-get -q update >"$work/log" 2>&1 || give_up "$(tail "$work/log")"
	umount "$machine/proc"
}

# A control group of our own in each hierarchy, so that systemd inside is the master of its own.
own_groups()
{
	local hierarchy
	for hierarchy in /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs; do
		[ -f "$hierarchy" ] || continue
		mkdir "${hierarchy%/*}/yiben-$$" 2>/dev/null || continue
		groups+=("${hierarchy%/*}/yiben-$$")
	done
}

boot()
{
	own_groups
	# shellcheck disable=SC2016
	(
		for group in "${groups[@]}"; do echo "$BASHPID" >"$group/cgroup.procs"; done
		exec unshare --mount --pid --ipc --uts --cgroup --fork --kill-child \
			bash -c '
			set -e
			root=$1
			mount --make-rprivate /
			mount --bind "$root" "$root"
			mount -t proc proc "$root/proc"
			mount -t sysfs -o ro sysfs "$root/sys"
			mount -t tmpfs tmpfs "$root/run"
			mount -t tmpfs tmpfs "$root/tmp"
			mount --rbind /dev "$root/dev"
			mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
			grep cgroup /proc/self/mounts >"$root/run/groups" || true
			while read -r _ place type options _; do
				case $type in
				cgroup | cgroup2)
					mkdir -p "$root$place"
					mount -t "$type" -o "${options#rw,}" "$type" "$root$place" ;;
				esac
			done <"$root/run/groups"
			cd "$root"
			mkdir -p run/old
			pivot_root . run/old
			umount -l /run/old
			exec env -i container=yiben PATH=/usr/sbin:/usr/bin:/sbin:/bin \
				/lib/systemd/systemd --system --log-target=null
		' machine "$machine"
	) >"$work/boot" 2>&1 &
	init=$!
	within 30 booted || give_up "systemd did not start: $(tail -n 5 "$work/boot")"
}

inside() # COMMAND...
{
	nsenter --target "$(pgrep -P "$init" | head -n 1)" --mount --pid --ipc --uts --cgroup --root --wd \
		env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive "$@"
}

booted()
{
	inside systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'
}

answers()
{
	inside curl -sf -o /dev/null "$url/api/openapi.json"
}

link_in_journal()
{
	inside journalctl -u yiben -o cat | grep -o '#/invite/[0-9a-f]*' | tail -n 1 | grep .
}

first_login()
{
	inside curl -sf -o /dev/null -c /root/jar -H 'X-Yiben: 1' -H 'Content-Type: application/json' \
		-d "{\"token\":\"$1\",\"login\":\"zhou\",\"password\":\"a long password\",\"name\":\"周敏\",\"organisation\":\"澜州分公司\"}" \
		"$url/api/invitations/accept"
}

still_signed_in()
{
	inside curl -sf -b /root/jar "$url/api/session" | grep '周敏'
}

process_is_confined()
{
	local pid
	pid=$(inside systemctl show -P MainPID yiben)
	inside grep -E '^NoNewPrivs:\s*1' "/proc/$pid/status" &&
		inside grep -E '^CapEff:\s*0+$' "/proc/$pid/status" &&
		[ "$(inside stat -c %U "/proc/$pid")" = yiben ] &&
		! inside nsenter --target "$pid" --mount touch /etc/yiben-was-here
}

memory_is_limited()
{
	[ "$(inside systemctl show -P MemoryMax yiben)" = 1073741824 ]
}

little_exposed() # systemd's own judgement, 0 to 10
{
	inside systemd-analyze security --no-pager --threshold=25 yiben
}

book_is_private()
{
	[ "$(inside stat -c '%U %a' /var/lib/yiben)" = 'yiben 750' ] &&
		inside stat -c %U /var/lib/yiben/yiben.db | grep -qx yiben
}

verifies()
{
	inside setpriv --reuid=yiben --regid=yiben --clear-groups \
		yiben --db /var/lib/yiben/yiben.db verify
}

newer_package() # FROM TO: the same program under the next version's number
{
	dpkg-deb -R "$1" "$work/newer" &&
		sed -i 's/^Version: .*/&+next/' "$work/newer/DEBIAN/control" &&
		dpkg-deb --root-owner-group -b "$work/newer" "$2"
}

install_package() # FILE
{
	cp "$1" "$machine/root/" && inside apt-get -q -y install --no-install-recommends "/root/${1##*/}"
}

install_newer() { install_package "$work/yiben_next.deb"; }
remove_package() { inside apt-get -q -y remove yiben; }
purge_package() { inside apt-get -q -y purge yiben; }
is_upgraded() { inside dpkg-query -W -f '${Version}' yiben | grep -F +next; }
is_active() { inside systemctl is-active yiben; }
is_enabled() { inside systemctl is-enabled yiben; }
is_silent() { ! answers; }
is_gone() { ! inside test -e /usr/bin/yiben && ! inside test -e /lib/systemd/system/yiben.service; }
book_is_kept() { inside test -s /var/lib/yiben/yiben.db; }

echo "== the package"
tools/package.sh "$work" || give_up "The package could not be built."
package=$(ls "$work"/yiben_*.deb)
echo "== a machine"
make_machine
boot
echo "== on it"
prove "it is installed by apt alone" install_package "$package"
prove "the service is on" is_active
prove "it comes again at the next boot" is_enabled
prove "it answers" within 10 answers
prove "the journal has the link of the first login" within 5 link_in_journal
prove "the link makes the first login" first_login "$(link_in_journal | sed 's|.*/||')"
prove "the process has no rights but its own folder" process_is_confined
prove "its memory is limited" memory_is_limited
prove "systemd finds little exposed" little_exposed
prove "nobody else reads the book" book_is_private
newer_package "$package" "$work/yiben_next.deb" >/dev/null
prove "a newer package is installed over it" install_newer
prove "the newer one is what is there" is_upgraded
prove "it answers again by itself" within 10 answers
prove "who was signed in still is" still_signed_in
prove "the chain holds" verifies
prove "it is removed" remove_package
prove "nothing answers any more" is_silent
prove "nothing of the program is left" is_gone
prove "it is purged" purge_package
prove "the book is left to its owner" book_is_kept
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
