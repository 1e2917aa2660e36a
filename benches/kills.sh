#!/bin/sh
# Kills the service with `kill -9` at random instants until a thousand messages came due, and holds
# the log and what the group saw against the schedule: none lost, none shown twice.
#
#   benches/kills.sh          one run, a minute or two
#   benches/kills.sh 10       ten runs
set -eu
cd "$(dirname "$0")/.."
for _ in $(seq "${1:-1}"); do
    cargo test --release --locked --quiet --test it -- --ignored --nocapture \
        kills::killed_at_random_instants_over_a_thousand_occurrences
done
