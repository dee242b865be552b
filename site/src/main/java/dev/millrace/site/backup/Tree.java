package dev.millrace.site.backup;

import dev.millrace.site.blobs.DurableFile;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/// What lies below a folder. Links are not followed.
///
/// @param files regular ones, sorted
/// @param folders the root first, each before what is in it
/// @param others links, pipes, sockets and devices
record Tree(List<Path> files, List<Path> folders, List<Path> others) {

    Tree {
        files = List.copyOf(files);
        folders = List.copyOf(folders);
        others = List.copyOf(others);
    }

    /// Looks at all of it; at a file, it is a tree of that file.
    ///
    /// @throws IOException if a folder cannot be read
    static Tree of(Path root) throws IOException {
        var files = new ArrayList<Path>();
        var folders = new ArrayList<Path>();
        var others = new ArrayList<Path>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        folders.add(folder);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        (attributes.isRegularFile() ? files : others).add(file);
                        return FileVisitResult.CONTINUE;
                    }
                });
        files.sort(null);
        return new Tree(files, folders, others);
    }

    /// Makes every name in it durable.
    void flush() throws IOException {
        for (var folder : folders) {
            DurableFile.flushFolder(folder);
        }
    }

    /// Deletes all of it.
    void delete() throws IOException {
        for (var file : files) {
            Files.delete(file);
        }
        for (var other : others) {
            Files.delete(other);
        }
        for (var folder : folders.reversed()) {
            Files.delete(folder);
        }
    }
}
