#!/usr/bin/env bash
# Does what a browser does: logs in through Caddy with the simulated Amazon, asks for the profile, logs out. Needs curl.
#
#   deploy/smoke.sh              the whole tour, at http://localhost:8080
#   deploy/smoke.sh login FILE   logs in, and leaves the cookies in FILE
#   deploy/smoke.sh me FILE      asks for the profile with them
#
# SITE=http://localhost:8090 for another address.
set -euo pipefail

site=${SITE:-http://localhost:8080}
page=$(mktemp)
trap 'rm -f "$page"' EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }

# FILE EXPECTED-STATUS CURL-ARGUMENT…: one request with the cookies of FILE. Its body is in $page, where it redirects to in $location.
ask() {
  local cookies=$1 expected=$2 answer
  shift 2
  answer=$(curl --silent --max-time 30 --cookie "$cookies" --cookie-jar "$cookies" --output "$page" --write-out '%{http_code} %{redirect_url}' "$@") || fail "no answer: $*"
  location=${answer#* }
  [[ ${answer%% *} =~ ^($expected)$ ]] || fail "${answer%% *} instead of $expected: $*"
  echo "ok  ${answer%% *}  ${*: -1}" | cut -d '?' -f 1
}

navigate() { ask "$1" "$2" --header 'Sec-Fetch-Mode: navigate' --header 'Sec-Fetch-Dest: document' --header 'Accept: text/html' "${@:3}"; }
fetch() { ask "$1" "$2" --header 'Sec-Fetch-Site: same-origin' --header 'Sec-Fetch-Mode: cors' "${@:3}"; }

hidden() { sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" "$page" | head -n 1; }

login() {
  local cookies=$1 amazon=$1.amazon origin arb
  navigate "$cookies" 302 "$site/login?returnUrl=%2Fservice%2F"
  origin=${location%%/ap/*}
  navigate "$amazon" 200 "$location"
  arb=$(hidden arb)
  navigate "$amazon" 302 --data-urlencode "arb=$arb" --data-urlencode "customer=$(hidden customer)" "$origin/ap/signin"
  navigate "$amazon" '200|302' "$location"
  if [[ -z $location ]]; then # who has consented before is not asked again
    navigate "$amazon" 302 --data-urlencode "arb=$arb" --data decision=approve "$origin/ap/consent"
  fi
  rm -f "$amazon"
  navigate "$cookies" 302 "$location"
  [[ $location == "$site/service/" ]] || fail "the login ended at $location"
}

me() {
  fetch "$1" 200 "$site/me"
  grep -q '"user_id"' "$page" || fail "no profile: $(cat "$page")"
}

tour() {
  local cookies=$1
  navigate "$cookies" 200 "$site/"
  fetch "$cookies" 401 "$site/me"
  fetch "$cookies" 401 "$site/service/"
  navigate "$cookies" 302 "$site/service/"
  login "$cookies"
  me "$cookies"
  navigate "$cookies" 200 "$site/service/"
  grep -q 'amzn1.account' "$page" || fail "the application behind the gateway was not told who the user is"
  fetch "$cookies" 204 --request POST "$site/logout"
  fetch "$cookies" 401 "$site/me"
}

case ${1:-tour} in
  login | me) "$1" "${2:?a file for the cookies}" ;;
  tour)
    cookies=$(mktemp)
    trap 'rm -f "$page" "$cookies" "$cookies.amazon"' EXIT
    tour "$cookies"
    ;;
  *) sed -n '2,8p' "$0"; exit 2 ;;
esac
