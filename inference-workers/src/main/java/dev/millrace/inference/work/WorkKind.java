package dev.millrace.inference.work;

import com.fasterxml.jackson.databind.JsonNode;

/// A kind of task that this process does.
///
/// @param name as tasks name it, for instance `echo`
/// @param input what the JSON of a task's input is read as; a record, or a map
/// @param output what is written as the JSON of its output
/// @param concurrency how many attempts may be under way at once; 1 or more
/// @param <I> the input
/// @param <O> the output
public record WorkKind<I, O>(
        String name, Class<I> input, Class<O> output, int concurrency, Work<I, O> work) {

    public WorkKind {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency: " + concurrency + " (expected: >= 1)");
        }
    }

    /// The shape of the input as JSON Schema, draft 2020-12; what does not fit it is `bad_input`.
    public JsonNode inputSchema() {
        return JsonSchemas.of(input);
    }

    /// The shape of the output, likewise.
    public JsonNode outputSchema() {
        return JsonSchemas.of(output);
    }

    /// Does one attempt.
    @FunctionalInterface
    public interface Work<I, O> {

        /// Called on a virtual thread of its own, by as many at once as the kind allows. It is
        /// interrupted when the attempt is not wanted any more.
        ///
        /// What it does outside of Millrace may happen more than once: a process that dies leaves
        /// the attempt to another. [Attempt#task] and [Attempt#number] are a key to recognise that
        /// by.
        ///
        /// @return becomes the task's output
        /// @throws WorkFailed with a code of the kind's own, and whether another attempt may help
        /// @throws Exception any other is a failure `worker_error` that another attempt may mend
        O perform(I input, Attempt attempt) throws Exception;
    }
}
