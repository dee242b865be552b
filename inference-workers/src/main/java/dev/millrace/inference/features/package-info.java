/// What the built-in models look at in a text. Pure Java.
@NullMarked
package dev.millrace.inference.features;

import org.jspecify.annotations.NullMarked;
