package dev.millrace.domain.task;

import java.time.Instant;
import java.util.UUID;

/// What a decision follows from, beside what was asked.
///
/// @param id of the record, which all chance is drawn from
/// @param time of the record, as the log has it: the only clock a decision knows
public record Cause(UUID id, Instant time) {}
