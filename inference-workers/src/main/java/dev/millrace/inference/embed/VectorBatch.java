package dev.millrace.inference.embed;

import dev.millrace.domain.search.Vector;
import java.util.List;

/// What the model answers: one vector a text, in order.
record VectorBatch(List<Vector> vectors) {}
