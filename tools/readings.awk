# Write src/derive/readings.txt, how each character is read, from the Unicode Han Database:
#
#     bzcat /usr/share/unicode/Unihan_Readings.txt.bz2 | awk -f tools/readings.awk | LC_ALL=C sort
#
# (package unicode-data). The lines of the file that begin with '#' are kept by hand.
# A line is a syllable without its tone, ü written v, and every character that is read so, of the
# block U+4E00 … U+9FFF. The readings are those of the dictionaries of today's language
# (kMandarin, kHanyuPinlu, kXHC1983, kTGHZ2013), and only of a character they do not have those
# of the old one (kHanyuPinyin), whose further readings nobody would type.
BEGIN {
	FS = "\t"
	today["kMandarin"] = today["kHanyuPinlu"] = today["kXHC1983"] = today["kTGHZ2013"] = 1
}

function plain(syllable)
{
	gsub(/ā|á|ǎ|à/, "a", syllable)
	gsub(/ē|é|ě|è|ê̄|ế|ê̌|ề|ê/, "e", syllable)
	gsub(/ī|í|ǐ|ì/, "i", syllable)
	gsub(/ō|ó|ǒ|ò/, "o", syllable)
	gsub(/ū|ú|ǔ|ù/, "u", syllable)
	gsub(/ǖ|ǘ|ǚ|ǜ|ü/, "v", syllable)
	gsub(/ń|ň|ǹ/, "n", syllable)
	gsub(/ḿ/, "m", syllable)
	gsub(/̄|́|̌|̀|̈|̂/, "", syllable)
	return syllable
}

# UTF-8 of a code point of three bytes.
function character(point)
{
	return sprintf("%c%c%c", 224 + int(point / 4096), 128 + int(point / 64) % 64, 128 + point % 64)
}

function number(hex,   i, value)
{
	for (i = 1; i <= length(hex); i++)
		value = value * 16 + index("0123456789ABCDEF", substr(hex, i, 1)) - 1
	return value
}

# "0121.040:cháng", "chang(12)", "10809.010:a,b" and several of them.
function note(readings, list,   words, parts, count, i, j, syllables)
{
	count = split(readings, words, " ")
	for (i = 1; i <= count; i++) {
		sub(/^.*:/, "", words[i])
		sub(/\(.*/, "", words[i])
		parts = split(words[i], syllables, ",")
		for (j = 1; j <= parts; j++)
			if (index(list, " " plain(syllables[j]) " ") == 0)
				list = list plain(syllables[j]) " "
	}
	return list
}

function finish(   i, count, syllables)
{
	count = split(now == " " ? old : now, syllables, " ")
	for (i = 1; i <= count; i++)
		characters[syllables[i]] = characters[syllables[i]] character(point)
}

/^U\+[4-9][0-9A-F][0-9A-F][0-9A-F]\t/ {
	found = number(substr($1, 3))
	if (found < 19968 || found > 40959)
		next
	if (found != point) {
		if (point)
			finish()
		point = found
		now = old = " "
	}
	if ($2 in today)
		now = note($3, now)
	else if ($2 == "kHanyuPinyin")
		old = note($3, old)
}

END {
	finish()
	for (syllable in characters)
		print syllable " " characters[syllable]
}
