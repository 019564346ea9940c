#!/bin/bash
# Which names are the same: Unicode's case folding and compatibility forms
# (NFKC_Casefold). Uniqueness, the filter index and the evaluator must agree.
cd "$(dirname "$0")/../.." || exit 1
. tests/service/service.inc

# answers A B: what is found out about B where the name A is taken: by a
# create, by a filter with an index, by one without, and by the evaluator.
answers() {
  ask .status POST /Users "{\"userName\":\"$1\",\"nickName\":\"$1\"}" \
    '{"id":"taken"}' >/dev/null
  local filter users=/Users?filter
  filter=$(escaped "userName eq \"$2\"")
  printf '%s %s %s %s' \
    "$(ask .status POST /Users "{\"userName\":\"$2\"}" '{"dry_run":true}')" \
    "$(ask .body.totalResults GET "$users=$filter")" \
    "$(ask .body.totalResults GET "$users=${filter/userName/nickName}")" \
    "$(sql "SELECT scim_match('userName eq \"$2\"', doc) FROM scim_resource")"
  ask .status DELETE /Users/taken >/dev/null
}
same() { is "$1: the same" "$(answers "$2" "$3")" "409 1 1 1"; }
other() { is "$1: another" "$(answers "$2" "$3")" "201 0 0 0"; }

same "letter case" Ann aNN
same "letter case beyond ASCII" ÀÉÎ àéî
same "composed and decomposed" $'caf\u00e9' $'cafe\u0301'
same "decomposed and composed, in capitals" $'CAFE\u0301' $'caf\u00c9'
same "marks in another order" $'a\u0323\u0307' $'a\u0307\u0323'
same "sharp s and ss" straße STRASSE
same "the capital sharp s" $'STRA\u1e9eE' straße
same "final sigma" ΣΊΣΥΦΟΣ σίσυφος
same "final sigma and sigma" σίσυφος σίσυφοσ
same "full width" $'\uff21\uff42\uff43' abc
same "a ligature" $'\ufb01n' FIN
same "the sign Angstrom" $'\u212b' å
same "the sign Kelvin" $'\u212a' k
same "Hangul and its letters" 한 $'\u1112\u1161\u11ab'
same "half width Katakana" $'\uff76\uff9e' ガ
same "what does not show" $'a\u00adb' ab
same "the dotted capital I and i with its dot" $'\u0130zmir' $'i\u0307zmir'
other "the dotted capital I and i" $'\u0130zmir' izmir
other "dotless i and i" $'\u0131zmir' izmir
other "dotless i and I" $'\u0131zmir' IZMIR
other "with a mark and without" café cafe
other "Latin a and Cyrillic a" a а
other "a space more" "a b" "a  b"
finish
