#!/bin/sh
# Put the files of a folder (and of its subfolder assets/) into the program, each also packed
# by gzip and by brotli where that makes it smaller.
#
#     web.sh EMBED OUT.c OUT.d FOLDER
set -eu
embed=$1 out=$2 depends=$3 folder=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp -R "$folder/." "$work/"
find "$work" -type f ! -name '*.png' ! -name '*.woff2' | while read -r file; do
	gzip -9 -n -c "$file" >"$file.gz"
	brotli -q 11 -c "$file" >"$file.br"
	size=$(wc -c <"$file")
	for packed in "$file.gz" "$file.br"; do
		[ "$(wc -c <"$packed")" -lt "$size" ] || rm "$packed"
	done
done
"$embed" "$work" "$out" "$work/depends" web_assets '*.*' 'assets/*'
{
	printf '%s:' "$out"
	find "$folder" | sed 's/ /\\ /g; s/^/ /' | tr -d '\n'
	echo
} >"$depends"
