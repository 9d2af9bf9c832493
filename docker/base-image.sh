#!/usr/bin/env bash
# Lays out the base of the image in a folder, without any registry: the Node binary that runs here, the shared libraries
# that it asks for, and the few files that a program expects of a machine.
#   docker/base-image.sh FOLDER [NODE]
set -euo pipefail

root=$1
node=$(readlink -f "${2:-$(command -v node)}")

need() { command -v "$1" >/dev/null || { echo "base-image.sh needs $1; install ${2:-$1}" >&2; exit 2; }; }
need ldd libc-bin
need strip binutils

install -d -m 755 "$root"/{etc/ssl/certs,usr/bin,etc/roadworthy,var/lib/roadworthy}
install -d -m 1777 "$root/tmp"

# Symbols of functions are for debuggers only and weigh 17 MB.
install -m 755 "$node" "$root/usr/bin/node"
strip --strip-all "$root/usr/bin/node"

# "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)" or "/lib64/ld-linux-x86-64.so.2 (0x…)"
ldd "$node" | grep -o '/[^ ]*' | sort -u | while read -r library; do
  install -D -m 755 "$(readlink -f "$library")" "$root$library"
done
# Older C libraries load the first three by name when a host name is looked up; modules with native code want the last one.
libraries=$(dirname "$(ldd "$node" | grep -o '/[^ ]*/libc\.so\.6' | head -n 1)")
for library in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2 librt.so.1; do
  [[ -e $libraries/$library ]] && install -D -m 755 "$(readlink -f "$libraries/$library")" "$root$libraries/$library"
done

# The user has no shell and no home; the image has neither.
printf 'root:x:0:0:root:/:/sbin/nologin\nroadworthy:x:10001:10001:roadworthy:/var/lib/roadworthy:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nroadworthy:x:10001:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
chmod 644 "$root"/etc/{passwd,group,nsswitch.conf}

certificates=/etc/ssl/certs/ca-certificates.crt
[[ -e $certificates ]] && install -m 644 "$certificates" "$root$certificates"
exit 0
