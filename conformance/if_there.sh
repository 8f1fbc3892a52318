#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# if_there.sh DIR PROJECT COMMAND...: runs COMMAND with the folder of the requirements added: that of
# the environment's DURABLE_CONFORMANCE_DIR, else DIR, else a folder `conformance` with requirements
# beside the folder PROJECT or in a folder beside it. Where there is none it exits with 77, which
# CTest shows as skipped.
set -u
dir=${DURABLE_CONFORMANCE_DIR:-$1}
project=$2
shift 2
# has_requirements FOLDER: whether a suite in it has a file such as step/1-1.yaml.
has_requirements() {
  for file in "$1"/*/[0-9]*-[0-9]*.yaml; do
    [ -f "$file" ] && return 0
  done
  return 1
}
for beside in "$project"/../conformance "$project"/../*/conformance; do
  if [ -z "$dir" ] && has_requirements "$beside"; then
    dir=$beside
  fi
done
if [ -z "$dir" ]; then
  echo "skipped: DURABLE_CONFORMANCE_DIR names no folder of requirements, and there is no folder" \
    "conformance with requirements beside the project"
  exit 77
fi
exec "$@" "$dir"
