#!/usr/bin/env bash
# Loads the service on loopback: benches/load/run.sh DATE. Needs wrk and hey; measures PostgreSQL too where initdb and pg_ctl
# are. Writes benches/results/load-DATE.md: pages a second as fast as they come from 8 connections, the time that 99 of 100 stay
# under, the same at 500 requests a second, and the memory of the service; some pages again while it sends letters.
set -euo pipefail
date="${1:?which date? (it names the file of results)}"
cd "$(dirname "$0")/../.."
for tool in wrk hey; do command -v "$tool" > /dev/null || { echo "$tool is needed (apt-get install $tool)" >&2; exit 2; }; done
seconds="${SECONDS_EACH:-10}"
target="${CARGO_TARGET_DIR:-target}"
cargo build --release --locked --quiet -p boule -p speed --bin boule --bin town --bin post
work="$(mktemp -d)"
servers=()
sent=()
stop() { for pid in "${servers[@]}"; do kill "$pid" 2> /dev/null || true; wait "$pid" 2> /dev/null || true; done; servers=(); }
as_postgres() { if [ "$(id -u)" = 0 ]; then setpriv --reuid nobody --regid nogroup --clear-groups "$@"; else "$@"; fi; }
end() { stop; [ ! -d "$work/pg" ] || as_postgres pg_ctl -D "$work/pg" -m immediate stop > /dev/null || true; rm -rf "$work"; }
trap end EXIT

serve() { # PORT OPTIONS...
  local port="$1"
  shift
  "$target/release/boule" serve "$@" --listen "127.0.0.1:$port" --rate 0 > /dev/null 2> "$work/log-$port" &
  servers+=($!)
  for _ in $(seq 100); do curl -sf "http://127.0.0.1:$port/health" > /dev/null && return; sleep 0.1; done
  cat "$work/log-$port" >&2
  exit 2
}

PAGES=(
  "/a/assembly-50" "/a/assembly-50/recommendations" "/a/assembly-50/recommendations?state=in_delivery"
  "/a/assembly-50/recommendations?words=water" "/a/assembly-50/recommendations/R-07" "/a/assembly-50/overdue"
  "/a/assembly-50/departments" "/a/assembly-50/progress" "/api/v1/recommendations" "/api/v1/recommendations?q=shade"
)

WITH_LETTERS=("${PAGES[@]:0:6}")

rows() { # STORE'S NAME PAGES..., for the first server
  local name="$1"
  shift
  for page in "$@"; do
    wrk -t1 -c8 -d "${seconds}s" --latency "http://127.0.0.1:8191$page" > "$work/told"
    local failed
    failed="$(sed -n 's/.*Non-2xx or 3xx responses: *//p' "$work/told")"
    # Ten connections that each ask fifty times a second.
    hey -z "${seconds}s" -c 10 -q 50 -disable-compression "http://127.0.0.1:8191$page" > "$work/paced"
    printf '| %s | `%s` | %s | %s | %s | %s | %s | %s | %s |\n' "$name" "$page" \
      "$(awk '/Requests\/sec/ {print $2}' "$work/told")" "$(awk '$1 == "50%" {print $2}' "$work/told")" \
      "$(awk '$1 == "99%" {print $2}' "$work/told")" \
      "$(awk '/Requests\/sec/ {printf "%.0f", $2}' "$work/paced")" \
      "$(awk '$1 ~ /^99%/ {printf "%.1fms", $3 * 1000}' "$work/paced")" "$((${failed:-0} + $(awk '/\[[0-9]+\]/ && !/\[200\]/ {bad += $2} END {print bad + 0}' "$work/paced")))" \
      "$(awk '/VmHWM/ {printf "%d MiB", $2 / 1024}' "/proc/${servers[0]}/status")" | tee -a "$work/table"
  done
}

sent_so_far() { tail -n 1 "$work/letters" | grep -E '^[0-9]+$' || echo 0; }

letters() { # STORE'S NAME, STORE, OPTION: the service sends letters while it is asked for pages
  "$target/release/post" "$2" "$(((seconds + 1) * 12 * 400))" 8194 > "$work/letters" &
  local post=$!
  servers+=("$post")
  until [ -s "$work/letters" ]; do kill -0 "$post" || exit 2; sleep 0.1; done
  serve 8191 "$3" "$2" --smtp smtp://127.0.0.1:8194 --mail-from "Town <town@boule.example>"
  servers=("${servers[1]}" "${servers[0]}")
  # First it notes everything that is overdue in the town; letters go out after that.
  until [ "$(sent_so_far)" -gt 0 ]; do sleep 0.5; done
  local before began
  before="$(sent_so_far)"
  began="$(date +%s)"
  rows "$1, sending" "${WITH_LETTERS[@]}"
  sent+=("$(echo "$(sent_so_far) $before $(date +%s) $began" | awk '{printf "%.0f", ($1 - $2) / ($3 - $4)}') with $1")
  stop
}

"$target/release/town" "$work/data" 125 > "$work/made"
serve 8191 --data "$work/data"
rows SQLite "${PAGES[@]}"
stop
letters SQLite "$work/data" --data
if command -v initdb > /dev/null && command -v pg_ctl > /dev/null; then
  mkdir "$work/pg"
  chmod 755 "$work"
  [ "$(id -u)" != 0 ] || chown nobody "$work/pg"
  as_postgres initdb -D "$work/pg" -U boule --auth trust > /dev/null
  as_postgres pg_ctl -D "$work/pg" -w -l "$work/pg/log" -o "-p 8193 -c listen_addresses=127.0.0.1 -k $work/pg" start > /dev/null
  url="postgres://boule@127.0.0.1:8193/postgres"
  "$target/release/town" "$url" 125 > /dev/null
  serve 8191 --database "$url"
  rows PostgreSQL "${PAGES[@]}"
  serve 8192 --database "$url"
  wrk -t1 -c4 -d "${seconds}s" --latency "http://127.0.0.1:8192/a/assembly-50/recommendations" > "$work/second" &
  wrk -t1 -c4 -d "${seconds}s" --latency "http://127.0.0.1:8191/a/assembly-50/recommendations" > "$work/first"
  wait $!
  stop
  letters PostgreSQL "$url" --database
  two="Two services on that PostgreSQL at once, 4 connections each, list of one assembly: $(awk '/Requests\/sec/ {print $2}' "$work/first") and $(awk '/Requests\/sec/ {print $2}' "$work/second") a second, 99 of 100 under $(awk '$1 == "99%" {print $2}' "$work/first") and $(awk '$1 == "99%" {print $2}' "$work/second")."
fi
{
  echo "# The service under load, $date"
  echo
  echo "$(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)), which service, store and wrk share. 125 assemblies, $(cat "$work/made"). Each page is asked"
  echo "for $seconds seconds by 8 connections as fast as the answers come, and then at 500 requests a second. Made by \`benches/load/run.sh $date\`."
  echo
  echo "| store | page | a second | half under | 99 of 100 under | at 500 a second: answered | 99 of 100 under | errors | memory at most |"
  echo "|---|---|--:|--:|--:|--:|--:|--:|--:|"
  cat "$work/table"
  echo
  echo "While it sends letters (rows *sending*) as fast as one dialogue takes them, on the same two cores: $(printf '%s; ' "${sent[@]}" | sed 's/; $//') letters a second."
  echo
  echo "${two:-PostgreSQL was not there.}"
} > "benches/results/load-$date.md"
