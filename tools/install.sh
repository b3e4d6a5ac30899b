#!/bin/bash
# Install the packages of the named groups of packages.txt that are missing.
#
#     tools/install.sh GROUP...
#
# Asks apt only when something is missing, so a second run costs one dpkg-query.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

wanted=$(awk -v groups=" $* " '!/^#/ && NF == 2 && index(groups, " " $1 " ") { print $2 }' \
	"$here/packages.txt")
# shellcheck disable=SC2046,SC2086
installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $(tr '|' ' ' <<<"$wanted") \
	2>/dev/null | awk '$2 == "installed" { print $1 }' || true)

missing=()
while read -r choice; do
	grep -qxE "${choice//+/\\+}" <<<"$installed" || missing+=("$choice")
done <<<"$wanted"
[ ${#missing[@]} -eq 0 ] && exit 0

echo "== installing: ${missing[*]}"
if [ "$(id -u)" -ne 0 ]; then
	echo "Missing packages, and only root may install them. Run as root:" >&2
	echo "    tools/install.sh $*" >&2
	exit 1
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT

apt() # ARGUMENTS...
{
	apt-get -q -q -y "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
}

apt update
chosen=()
for choice in "${missing[@]}"; do
	found=
	for package in ${choice//|/ }; do
		if apt-cache show --no-all-versions "$package" >/dev/null 2>&1; then
			found=$package
			break
		fi
	done
	if [ -z "$found" ]; then
		echo "Debian offers no package for: $choice" >&2
		exit 1
	fi
	chosen+=("$found")
done
apt install --no-install-recommends "${chosen[@]}"
