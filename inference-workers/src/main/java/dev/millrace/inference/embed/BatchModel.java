package dev.millrace.inference.embed;

import ai.djl.translate.TranslateException;
import dev.millrace.domain.search.Vector;
import java.util.List;

/// A model that embeds a whole batch at once. Confined to one thread.
interface BatchModel {

    /// One vector a text, in order.
    List<Vector> embed(List<String> texts) throws TranslateException;
}
