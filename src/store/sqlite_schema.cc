// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite_schema.h"

#include <array>

namespace durable::store {
namespace {

constexpr const char* version_1 = R"sql(
-- What a start fixes, and how it ended. Rows change only then: they are large, and indexed.
CREATE TABLE executions (
  key            INTEGER PRIMARY KEY,  -- larger: created later
  arn            TEXT    NOT NULL,
  name           TEXT    NOT NULL,
  function_name  TEXT    NOT NULL,
  function_arn   TEXT    NOT NULL,
  version        TEXT    NOT NULL,
  started_at_ms  INTEGER NOT NULL,     -- times: milliseconds since 1970 UTC
  status         TEXT    NOT NULL,     -- as the service spells it
  ended_at_ms    INTEGER,
  expires_at_ms  INTEGER               -- of a closed one: when it may be removed
) STRICT;
CREATE UNIQUE INDEX executions_by_arn ON executions (arn);
CREATE INDEX executions_by_name ON executions (function_name, name);
CREATE INDEX executions_by_function ON executions (function_name, started_at_ms);
CREATE INDEX executions_by_start ON executions (started_at_ms);
CREATE INDEX executions_open ON executions (key) WHERE status = 'RUNNING';
CREATE INDEX executions_by_expiry ON executions (expires_at_ms) WHERE expires_at_ms IS NOT NULL;

-- What changes with every commit. Small, so that those at work stand close together.
CREATE TABLE heads (
  execution   INTEGER PRIMARY KEY,
  revision    INTEGER NOT NULL,  -- events so far
  last_block  INTEGER NOT NULL,
  due_at_ms   INTEGER            -- NULL: only when asked
) STRICT;

-- The logs: what one commit appended to one execution. Rows are only ever added at the end, so each
-- names the one before instead of standing in an index. The columns of the chain come before the
-- data: they can be read without it.
CREATE TABLE blocks (
  block        INTEGER PRIMARY KEY,
  execution    INTEGER NOT NULL,
  previous     INTEGER,           -- of the same execution; NULL: this is its first
  first_event  INTEGER NOT NULL,  -- how many events stand before
  checksum     INTEGER NOT NULL,
  data         BLOB    NOT NULL   -- the event codec's
) STRICT;
)sql";

constexpr const char* version_2 = R"sql(
-- What invocations of an execution are given, and how long it is kept after its end. NULL:
-- absent, or not known of an execution from before.
ALTER TABLE executions ADD COLUMN tenant_id TEXT;
ALTER TABLE executions ADD COLUMN trace_header TEXT;
ALTER TABLE executions ADD COLUMN retention_days INTEGER;
)sql";

constexpr std::array scripts{version_1, version_2};

}  // namespace

std::span<const char* const> migrations() { return scripts; }

}  // namespace durable::store
