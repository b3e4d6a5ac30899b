# What the scripts share that kill the program without warning. To be sourced, with `program` set.

fail() # WHY
{
	echo "$1"
	echo "0 passed, 1 failed"
	exit 1
}

milliseconds()
{
	echo $((${EPOCHREALTIME/./} / 1000))
}

number() # FILE KEY: the number under a key
{
	sed -n "s/.*\"$2\":\([0-9]*\).*/\1/p" "$1"
}

# Run a command and kill it at a random moment of so long. False where it had ended before.
cut_off() # MOST_MS COMMAND...
{
	local most=$1 after pid
	shift
	"$program" "$@" >answers 2>trouble &
	pid=$!
	after=$((RANDOM % most + 2))
	sleep "$((after / 1000)).$(printf '%03d' $((after % 1000)))"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	[ $? -eq $((128 + 9)) ]
}

# A unit, a person and a customer: what visits need.
organisation()
{
	cat <<-END
		{"kind":"org.unit","body":{"unit":"U1","name":"省公司","level":"province"}}
		{"kind":"org.staff","body":{"staff":"zhou","name":"周岚"}}
		{"kind":"customer","body":{"code":"C1","name":"客户一"}}
	END
}

visits() # FROM COUNT: visits with ids of their own
{
	awk -v from="$1" -v count="$2" 'BEGIN { for (i = from; i < from + count; i++) printf \
		"{\"id\":\"01J%023d\",\"kind\":\"visit.made\",\"author\":\"zhou\",\"at\":" \
		"\"2026-03-02T09:00:00+08:00\",\"body\":{\"customer\":\"C1\",\"way\":\"phone\"," \
		"\"observation\":\"%d\"}}\n", i, i }'
}
