package dev.millrace.inference.embed;

import java.util.List;

/// What the model is given at once. (DJL tells models apart by class, and a list has none of its
/// own.)
record TextBatch(List<String> texts) {}
