R"sql(
CREATE TABLE users (
  name TEXT NOT NULL PRIMARY KEY,
  display TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  created BIGINT NOT NULL
);

CREATE TABLE user_groups (
  user_name TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  group_name TEXT NOT NULL,
  PRIMARY KEY (user_name, group_name)
);

CREATE TABLE otp (
  user_name TEXT NOT NULL PRIMARY KEY REFERENCES users (name) ON DELETE CASCADE,
  sealed BYTEA NOT NULL,
  algorithm TEXT NOT NULL,
  digits BIGINT NOT NULL,
  period BIGINT NOT NULL,
  used_step BIGINT NOT NULL,
  confirmed BIGINT NOT NULL
);

CREATE TABLE codes (
  user_name TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  hash BYTEA NOT NULL,
  bypass BIGINT NOT NULL,
  valid_until BIGINT NOT NULL,
  PRIMARY KEY (user_name, hash)
);

CREATE TABLE devices (
  user_name TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  fingerprint BYTEA NOT NULL UNIQUE,
  subject TEXT NOT NULL,
  not_after BIGINT NOT NULL,
  certificate TEXT NOT NULL,
  wireguard_key BYTEA UNIQUE,
  enabled BIGINT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (user_name, name)
);

CREATE TABLE device_addresses (
  address TEXT NOT NULL PRIMARY KEY,
  user_name TEXT NOT NULL,
  device_name TEXT NOT NULL,
  place BIGINT NOT NULL,
  FOREIGN KEY (user_name, device_name) REFERENCES devices (user_name, name) ON DELETE CASCADE
);
CREATE INDEX device_addresses_by_device ON device_addresses (user_name, device_name);

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  user_name TEXT NOT NULL,
  device_name TEXT NOT NULL,
  door TEXT NOT NULL,
  source TEXT NOT NULL,
  started BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  reason TEXT
);
CREATE INDEX sessions_by_user ON sessions (user_name);
CREATE INDEX sessions_by_end ON sessions (ended, ends);
CREATE INDEX sessions_by_start ON sessions (started, id);

CREATE TABLE failures (
  subject TEXT NOT NULL PRIMARY KEY,
  failed BIGINT NOT NULL,
  last_at BIGINT NOT NULL
);
CREATE INDEX failures_by_time ON failures (last_at);

CREATE TABLE audit (
  number BIGINT NOT NULL PRIMARY KEY,
  noted_at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  act TEXT NOT NULL,
  user_name TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  source TEXT NOT NULL,
  hash BYTEA NOT NULL
);
CREATE INDEX audit_by_user ON audit (user_name, number);
)sql"
