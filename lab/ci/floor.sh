#!/usr/bin/env bash
# The floor: the same parts and three idle Node processes, started by nothing but this script, on a
# fresh PostgreSQL cluster. `lab start` is measured beside it (design: at most 5 times cold, 2.5 warm).
#   POSTGRES_BIN=… REDIS=… TOXIPROXY=… bash lab/ci/floor.sh
set -euo pipefail
: "${POSTGRES_BIN:?folder with initdb and postgres}" "${REDIS:?redis-server}" "${TOXIPROXY:?toxiproxy-server}"
folder=$(mktemp -d)
chmod 755 "$folder"
pids=()
finish() {
  for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

as=()
if [ "$(id -u)" = 0 ]; then
  user=$(id -u postgres >/dev/null 2>&1 && echo postgres || echo nobody)
  mkdir "$folder/pg" && chown "$user" "$folder/pg"
  as=(setpriv "--reuid=$(id -u "$user")" "--regid=$(id -g "$user")" --clear-groups --inh-caps=+dac_override --ambient-caps=+dac_override)
fi
now() { date +%s%3N; }
start=$(now)
"${as[@]}" "$POSTGRES_BIN/initdb" -D "$folder/pg/data" -U postgres --no-sync -A trust >"$folder/initdb.log" 2>&1
cluster=$(now)
"${as[@]}" "$POSTGRES_BIN/postgres" -D "$folder/pg/data" -p 25432 -h 127.0.0.1 -k '' -F >"$folder/postgres.log" 2>&1 &
pids+=($!)
"$REDIS" --port 26379 --save '' --bind 127.0.0.1 --dir "$folder" >"$folder/redis.log" 2>&1 &
pids+=($!)
"$TOXIPROXY" -host 127.0.0.1 -port 28474 >"$folder/toxiproxy.log" 2>&1 &
pids+=($!)
for port in 29001 29002 29003; do
  node -e "require('node:http').createServer((_, answer) => answer.end()).listen($port, '127.0.0.1')" &
  pids+=($!)
done
for port in 25432 26379 28474 29001 29002 29003; do
  until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.01; done
done
end=$(now)
pss=0
for pid in "${pids[@]}" $(pgrep -P "${pids[0]}" || true); do
  kib=$(awk '/^Pss:/ {print $2}' "/proc/$pid/smaps_rollup" 2>/dev/null || echo 0)
  pss=$((pss + ${kib:-0}))
done
echo "{\"totalMs\": $((end - start)), \"initdbMs\": $((cluster - start)), \"pssMiB\": $((pss / 1024))}"
