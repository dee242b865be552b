package dev.millrace.libp2p.record;

/// What an envelope says is not said by whom it names, or not for this purpose.
///
/// Whoever sent it is broken or lies; nothing in it may be used.
public final class NotAuthentic extends Exception {

    NotAuthentic(String message) {
        super(message);
    }
}
