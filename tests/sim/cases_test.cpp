// The hand-written cases.
