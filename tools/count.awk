# Count single tests in meson's testlog.txt: cmocka's and vitest's cases, and for the programs of ours
# that print "N passed, N failed" those. A program that failed without saying how many is one
# failure; one that passed and said nothing is one pass. Prints "PASSED FAILED SKIPPED".

function finish()
{
	if (open) {
		if (bad && !f)
			f = 1
		if (!bad && !p && !f && !s)
			p = 1
		passed += p
		failed += f
		skipped += s
	}
	p = f = s = bad = 0
}

function number(line)
{
	match(line, /[0-9]+ test\(s\)/)
	return substr(line, RSTART) + 0
}

# vitest says "Tests  1 failed | 34 passed (35)"
function before(word)
{
	return match($0, "[0-9]+ " word) ? substr($0, RSTART) + 0 : 0
}

/^=+ [0-9]+\/[0-9]+ =+$/ { finish(); open = 1 }
/^result: / {
	if (/exit status 77$/)
		s = 1
	else if (!/exit status 0$/)
		bad = 1
}
/^\[  PASSED  \] .*[0-9]+ test\(s\)/ { p += number($0) }
/^\[  FAILED  \] .*[0-9]+ test\(s\)/ { f += number($0) }
/^\[  SKIPPED \] .*[0-9]+ test\(s\)/ { s += number($0) }
/^[0-9]+ passed, [0-9]+ failed$/ { p += $1; f += $3 }
/^ +Tests  .*[0-9]+ (passed|failed)/ { p += before("passed"); f += before("failed") }
END {
	finish()
	print passed + 0, failed + 0, skipped + 0
}
