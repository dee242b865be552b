package dev.millrace.site.disk;

/// Something that writes on its own, and can be told to wait. What it is asked for already, such as
/// a transaction that was begun, it may finish; reads go on.
///
/// Both calls return at once, may be repeated, and may come from any thread.
public interface Pausable {

    /// Begins no more work until [#resume].
    void pause();

    void resume();

    /// One made of two calls.
    static Pausable of(Runnable pause, Runnable resume) {
        return new Pausable() {
            @Override
            public void pause() {
                pause.run();
            }

            @Override
            public void resume() {
                resume.run();
            }
        };
    }
}
