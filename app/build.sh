#!/bin/sh
# Build the app into a folder, fetching its locked libraries first where they have changed.
#
#     build.sh --libraries              fetch them, and nothing else
#     build.sh FOLDER [STAMP DEPENDS]
#
# STAMP is written last; DEPENDS tells ninja what the app was made from.
set -eu

libraries()
{
	have=node_modules/.package-lock.sha256
	want=$(sha256sum package-lock.json)
	[ "$(cat "$have" 2>/dev/null)" != "$want" ] || return 0
	npm ci --no-audit --no-fund >&2
	echo "$want" >"$have"
}

if [ "$1" = --libraries ]; then
	cd "$(dirname "$0")"
	libraries
	exit
fi
folder=$(mkdir -p "$1" && cd "$1" && pwd)
stamp=${2:+$(realpath "$2")} depends=${3:+$(realpath "$3")}
cd "$(dirname "$0")"
libraries
npx --no-install vite build --outDir "$folder" --emptyOutDir --logLevel warn >&2
node tools/press.js "$folder"
[ -n "$stamp" ] || exit 0
{
	printf '%s:' "$2"
	find "$PWD/src" "$PWD/public" "$PWD/tools" "$PWD/index.html" "$PWD/vite.config.ts" \
		"$PWD/package-lock.json" "$PWD/package.json" | sed 's/ /\\ /g; s/^/ /' | tr -d '\n'
	echo
} >"$depends"
touch "$stamp"
