package dev.millrace.inference.export;

import dev.millrace.inference.embed.NativeLibraries.Progress;

/// Says how far the unpacking is, a line every tenth of the way: a build's output is not a
/// terminal.
final class PercentLines {

    private long saidTenths;

    synchronized void accept(Progress progress) {
        long tenths = 10 * progress.unpackedBytes() / progress.totalBytes();
        if (tenths > saidTenths) {
            saidTenths = tenths;
            System.out.println("model: TensorFlow unpacked: " + 10 * tenths + " %");
        }
    }
}
