#!/bin/bash
# Build the Debian package of the last commit and say where it is.
#
#     tools/package.sh [FOLDER]
#
# The package is made in a copy (build-package/), so that the tree stays as it is; it is put
# into FOLDER, or out/.
set -eu
cd "$(dirname "$0")/.."
version=$(sed -nE "s/^ *version: '([^']*)'.*/\1/p" meson.build)
listed=$(sed -nE '1s/^yiben \(([^)]*)\).*/\1/p' debian/changelog)
[ "$version" = "$listed" ] ||
	{ echo "meson.build says $version, debian/changelog $listed: they must agree." >&2; exit 1; }

tools/install.sh run app package
rm -rf build-package
mkdir -p build-package/yiben "${1:-out}"
git archive HEAD | tar -x -C build-package/yiben
(cd build-package/yiben && dpkg-buildpackage --build=binary --no-sign) >build-package/log 2>&1 ||
	{ tail -n 40 build-package/log >&2; exit 1; }
mv build-package/yiben_"$version"_*.deb "${1:-out}"
ls "${1:-out}"/yiben_"$version"_*.deb
