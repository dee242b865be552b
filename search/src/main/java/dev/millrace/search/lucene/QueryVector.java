package dev.millrace.search.lucene;

import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;

/// A text to be searched for as a vector of unit length.
///
/// @param model what made it; only chunks of the same model are compared with it
record QueryVector(Vector vector, Model model) {}
