# A Debian in a folder, for tests that need a machine of their own: to be sourced. Needs root and
# debootstrap. How this machine reaches Debian's packages and npm's (mirror, proxy, names) is copied
# from its own settings.

machine_make() # SUITE FOLDER DEBOOTSTRAP-OPTIONS...
{
	local suite=$1 folder=$2 mirror setting authorities
	shift 2
	# The first Debian mirror that this machine itself uses.
	mirror=$(sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb +(\[[^]]*\] +)?([^ ]+).*/\2/p' \
		/etc/apt/sources.list /etc/apt/sources.list.d/*.sources \
		/etc/apt/sources.list.d/*.list 2>/dev/null | grep -m 1 debian || true)
	debootstrap --variant=minbase "$@" "$suite" "$folder" ${mirror:+"$mirror"} \
		>"$folder.log" 2>&1 || { tail -n 20 "$folder.log" >&2; return 1; }
	rm -f "$folder.log"
	cp -L /etc/resolv.conf /etc/hosts "$folder/etc/"
	for setting in $(grep -lsE '^ *Acquire' /etc/apt/apt.conf.d/* || true); do
		cp "$setting" "$folder/etc/apt/apt.conf.d/"
	done
	cp -r /etc/apt/auth.conf.d "$folder/etc/apt/" 2>/dev/null || true
	command -v npm >/dev/null || return 0
	printf 'registry=%s\n' "$(npm config get registry)" >"$folder/root/.npmrc"
	authorities=$(npm config get cafile)
	if [ -f "$authorities" ]; then
		cp -L "$authorities" "$folder/etc/npm-authorities.crt"
		echo 'cafile=/etc/npm-authorities.crt' >>"$folder/root/.npmrc"
	fi
}
