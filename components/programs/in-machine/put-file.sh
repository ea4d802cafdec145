# put MODE OWNER PATH: makes a file of what comes by standard input, readable for nobody else meanwhile.
mkdir -p "${3%/*}/"
umask 077
# One that is there keeps its owner and mode while it is written.
[ ! -f "$3" ] || { chown 0:0 "$3" && chmod 600 "$3"; }
cat >"$3"
chown "$2" "$3"
chmod "$1" "$3"
