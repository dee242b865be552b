package dev.millrace.inference.embed;

/// The model that a site was told to embed with would make vectors that cannot be compared with
/// those it has. The message names the way out.
public final class ModelRefused extends Exception {

    private static final long serialVersionUID = 1L;

    ModelRefused(String why) {
        super(why);
    }
}
