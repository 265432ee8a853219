R"sql(
ALTER TABLE users ADD COLUMN policy TEXT NOT NULL DEFAULT 'certificate+otp';
ALTER TABLE devices ADD COLUMN policy TEXT;
ALTER TABLE sessions ADD COLUMN preshared BIGINT NOT NULL DEFAULT 0;

CREATE TABLE new_codes (
  user_name TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  hash BYTEA NOT NULL,
  bypass BIGINT NOT NULL,
  valid_until BIGINT,
  PRIMARY KEY (user_name, hash)
);
INSERT INTO new_codes (user_name, hash, bypass, valid_until)
  SELECT user_name, hash, bypass, CASE bypass WHEN 0 THEN NULL ELSE valid_until END FROM codes;
DROP TABLE codes;
ALTER TABLE new_codes RENAME TO codes;
)sql"
